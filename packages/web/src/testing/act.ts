import { setImmediate } from "node:timers/promises";
import { options } from "preact";
import { act as flush } from "preact/test-utils";

let drawn = 0;
const { diffed } = options;
options.diffed = (vnode) => {
  drawn++;
  diffed?.(vnode);
};

/** More turns than any page needs; a page that draws endlessly is not waited for. */
const MAX_LENGTH = 50;

/**
 * Runs something, and waits until its changes are drawn and effects have run. For an async function it also
 * waits for the promises that settle meanwhile; rejects with its error.
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

/** Waits, like React's own `act`, until a turn of the loop draws nothing more. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < MAX_LENGTH; turn++) {
    const before = drawn;
    await flush(() => setImmediate());
    if (drawn === before) return;
  }
}
