import type { ClientClock } from "./clock.ts";
import type { DebugEvent, Tell, Told } from "./debug.ts";
import { createListeners } from "./listeners.ts";

/** Where the parts of a client tell what happens, and who listens. */
export interface Debug {
  readonly tell: Tell;
  /** Calls the listener with all that happens from now on; returns a function that ends it. */
  on(listener: (event: DebugEvent) => void): () => void;
}

/**
 * What explains is loaded when somebody listens: until then `tell` does nothing, and a page does not have it. With
 * `debug` it is told from the beginning, to the console or to a function.
 */
export function createDebug(
  clock: ClientClock,
  url: string,
  debug: boolean | ((event: DebugEvent) => void) | undefined,
): Debug {
  const listeners = createListeners<[DebugEvent]>();
  let explainer: Promise<(at: number, told: Told) => void> | undefined;

  function on(listener: (event: DebugEvent) => void): () => void {
    // What cannot be loaded explains nothing, and does no harm; the browser tells of it.
    explainer ??= import("./explain.ts").then(
      ({ createExplainer }) => createExplainer(url, listeners.emit, debug === true),
      () => () => {},
    );
    return listeners.add(listener);
  }

  if (debug) on(debug === true ? () => {} : debug);
  return {
    on,
    tell(...told) {
      const at = clock.now();
      void explainer?.then((explain) => explain(at, told));
    },
  };
}

/** For a client to which nobody ever listens. */
export const silentDebug = (): Debug => ({ tell: () => {}, on: () => () => {} });
