import type { ClientClock } from "./clock.ts";
import type { DebugEvent, DebugReport, Report } from "./debug.ts";
import { createListeners } from "./listeners.ts";

/** Where the parts of a client report what happens, and who listens. */
export interface Debug {
  readonly report: Report;
  /** Calls the listener with all events from now on; returns a function that stops this. */
  on(listener: (event: DebugEvent) => void): () => void;
}

/**
 * The code that explains is loaded when there is a listener: until then `report` does nothing. With `debug`,
 * events go to the console or a function from the beginning.
 */
export function createDebug(
  clock: ClientClock,
  url: string,
  debug: boolean | ((event: DebugEvent) => void) | undefined,
): Debug {
  const listeners = createListeners<[DebugEvent]>();
  let explainer: Promise<(at: number, what: DebugReport) => void> | undefined;

  function on(listener: (event: DebugEvent) => void): () => void {
    // If it cannot be loaded there are no explanations, and nothing else fails; the browser reports the
    // error.
    explainer ??= import("./explain.ts").then(
      ({ createExplainer }) => createExplainer(url, listeners.emit, debug === true),
      () => () => {},
    );
    return listeners.add(listener);
  }

  if (debug) on(debug === true ? () => {} : debug);
  return {
    on,
    report(...what) {
      const at = clock.now();
      void explainer?.then((explain) => explain(at, what));
    },
  };
}

/** For a client that never has a debug listener. */
export const silentDebug = (): Debug => ({ report: () => {}, on: () => () => {} });
