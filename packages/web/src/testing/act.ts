import { setImmediate } from "node:timers/promises";
import { options } from "preact";
import { act as flush } from "preact/test-utils";

let drawn = 0;
const { diffed } = options;
options.diffed = (vnode) => {
  drawn++;
  diffed?.(vnode);
};

/** More turns than any page takes; what goes on drawing itself is not waited for. */
const LONGEST = 50;

/**
 * Does something to what is drawn and lets everything come of it: what it changes is drawn, effects have run. Given
 * something that takes time, so has what promises bring that are settled meanwhile; rejects with its error.
 */
export function act(doing: () => Promise<unknown>): Promise<void>;
export function act(doing: () => void): void;
export function act(doing: () => unknown): Promise<void> | void {
  let isLater = false;
  const flushed = flush(() => {
    const result = doing();
    isLater = result instanceof Promise;
    return isLater ? (result as Promise<void>) : undefined;
  });
  if (isLater) return flushed.then(settled);
}

/** Waits, as React's own `act` does, until a turn of the loop draws nothing more. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < LONGEST; turn++) {
    const before = drawn;
    await flush(() => setImmediate());
    if (drawn === before) return;
  }
}
