import { useCallback, useSyncExternalStore } from "react";
import { createListeners } from "./listeners.ts";

/** When to load a chunk again after a failure, in milliseconds, while a component wants it. */
const RETRY_MS = 5_000;

/** Code that is loaded when it is first needed. */
export interface Chunk<Code> {
  readonly code: Code | undefined;
  /** Loads it, if it is not loaded yet. Rejects when it cannot be loaded. */
  load(): Promise<void>;
  /** Calls back when it is loaded; returns a function that stops this. */
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

/** A chunk, or undefined until it is loaded. Loads it while it is wanted, and never on a server. */
export function useChunk<Code>(chunk: Chunk<Code>, wanted: boolean): Code | undefined {
  const follow = useCallback(
    (changed: () => void) => {
      const stop = chunk.onCome(changed);
      let again: ReturnType<typeof setTimeout>;
      let over = false;
      const load = () =>
        chunk.load().catch(() => {
          if (!over) again = setTimeout(load, RETRY_MS);
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
