import { useCallback, useSyncExternalStore } from "react";
import { createListeners } from "./listeners.ts";

/** A chunk that did not come is asked for again after so long, in milliseconds, while a component wants it. */
const AGAIN_MS = 5_000;

/** Code that is loaded when it is first wanted. */
export interface Chunk<Code> {
  readonly code: Code | undefined;
  /** Loads it, if it is not there yet. Rejects when it cannot be loaded. */
  load(): Promise<void>;
  /** Calls back when it has come; returns a function that ends that. */
  onCome(listener: () => void): () => void;
}

export function createChunk<Code>(fetch: () => Promise<Code>): Chunk<Code> {
  const came = createListeners<[]>();
  let code: Code | undefined;
  let coming: Promise<void> | undefined;
  return {
    get code() {
      return code;
    },
    load() {
      coming ??= fetch().then(
        (loaded) => {
          code = loaded;
          came.emit();
        },
        (cause: unknown) => {
          coming = undefined;
          throw cause;
        },
      );
      return coming;
    },
    onCome: came.add,
  };
}

/** A chunk, once it is there; it is loaded while it is wanted, and never on a server. */
export function useChunk<Code>(chunk: Chunk<Code>, wanted: boolean): Code | undefined {
  const follow = useCallback(
    (changed: () => void) => {
      const stop = chunk.onCome(changed);
      let again: ReturnType<typeof setTimeout>;
      let over = false;
      const load = () =>
        chunk.load().catch(() => {
          if (!over) again = setTimeout(load, AGAIN_MS);
        });
      if (wanted && !chunk.code) void load();
      return () => {
        over = true;
        stop();
        clearTimeout(again);
      };
    },
    [chunk, wanted],
  );
  return useSyncExternalStore(
    follow,
    () => (wanted ? chunk.code : undefined),
    () => undefined,
  );
}
