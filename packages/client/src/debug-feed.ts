import type { ClientClock } from "./clock.ts";
import type { DebugEvent, Tell, Told } from "./debug.ts";
import { createListeners } from "./listeners.ts";

interface Debug {
  readonly tell: Tell;
  /** Calls the listener with all that happens from now on; without one it is printed. Returns a function that ends it. */
  on(listener?: (event: DebugEvent) => void): () => void;
}

/** What explains is loaded when somebody listens: until then `tell` does nothing, and a page does not have it. */
export function createDebug(clock: ClientClock, url: string): Debug {
  const listeners = createListeners<[DebugEvent]>();
  let explainer: Promise<(at: number, told: Told) => void> | undefined;
  return {
    tell(...told) {
      const at = clock.now();
      void explainer?.then((explain) => explain(at, told));
    },
    on(listener) {
      const loaded = import("./explain.ts");
      // What cannot be loaded explains nothing, and does no harm; the browser tells of it.
      explainer ??= loaded.then(
        ({ createExplainer }) => createExplainer(url, listeners.emit),
        () => () => {},
      );
      return listeners.add(listener ?? ((event) => void loaded.then(({ printEvent }) => printEvent(event))));
    },
  };
}
