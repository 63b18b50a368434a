import type { ChannelMeta, Entry } from "../ports/index.ts";

/** A promise that is not kept so long after its time may be taken over, in milliseconds. */
export const promiseGraceMs = 1000;
/** Whoever keeps a promise keeps one of the subject's other channel too that falls due so soon after it. Milliseconds. */
export const joinMs = 250;

type PushState = Pick<ChannelMeta, "pushed" | "pushedAt" | "flushAt">;

/**
 * `now`: push what is above `from`. `later`: this change promises to push at `flushAt` all that is there by then.
 * `promised`: somebody else has, and will find this change.
 */
export type PushPlan =
  | { readonly push: "now"; readonly from: number }
  | { readonly push: "later"; readonly flushAt: number }
  | { readonly push: "promised" };

/** What a change of one channel finds, for whoever decides when it is pushed. */
export interface PushContext {
  /** Offset of the change. */
  readonly head: number;
  readonly urgent: boolean;
  readonly now: number;
  /** The least time between two pushes of the channel, in milliseconds. */
  readonly spacingMs: number;
  /** When somebody has promised to push the subject's other channel; 0: nobody has. */
  readonly otherFlushAt: number;
}

/**
 * Decides who pushes a change that makes `head` the channel's head. What may wait waits until the last push is
 * `spacingMs` old; the promise to push it then is kept in the head, so that one invocation waits and the others need
 * not. A promise that was made for the subject's other channel is joined:
 *
 *     change 1      2   3       4
 *     ──┬───────────┬───┬───────┬────────────┬──▶
 *       now         later│promised│promised   flush: 2, 3 and 4 in one push
 *       └───────── spacingMs ────────────────┘
 */
export function decidePush(
  before: PushState,
  { head, urgent, now, spacingMs, otherFlushAt }: PushContext,
): { readonly plan: PushPlan; readonly after: PushState } {
  const promised = isPromised(before.flushAt, now);
  const dueAt = Math.min(before.pushedAt, now) + spacingMs;
  if (urgent || (!promised && dueAt <= now))
    return {
      plan: { push: "now", from: before.pushed },
      after: { pushed: head, pushedAt: now, flushAt: promised ? before.flushAt : 0 },
    };
  if (promised) return { plan: { push: "promised" }, after: before };
  if (isPromised(otherFlushAt, now) && Math.abs(dueAt - otherFlushAt) <= joinMs)
    return { plan: { push: "promised" }, after: { ...before, flushAt: Math.max(dueAt, otherFlushAt) } };
  return { plan: { push: "later", flushAt: dueAt }, after: { ...before, flushAt: dueAt } };
}

/** Whether somebody has promised to push, and may still do so. */
const isPromised = (flushAt: number, now: number): boolean => flushAt > 0 && now < flushAt + promiseGraceMs;

/** States of steps and executions in which they are over. */
export const finalStates: ReadonlySet<unknown> = new Set([
  "succeeded",
  "failed",
  "skipped",
  "timed_out",
  "aborted",
]);

/** Requests, receipts and final states do not wait for other changes. */
export const isUrgent = ({ key, value }: Pick<Entry, "key" | "value">): boolean =>
  key === "waiting" ||
  /^(request|receipt)\//.test(key) ||
  (/^(step|execution)\//.test(key) && finalStates.has((value as { state?: unknown } | null)?.state));
