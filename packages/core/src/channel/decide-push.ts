import type { ChannelMeta, Entry } from "../ports/index.ts";

/** If a promise is not kept so long after its time, another process may take it over. Milliseconds. */
export const PROMISE_GRACE_MS = 1000;
/**
 * A process that keeps one promise also keeps the promise of the subject's other channel if it is due so soon after.
 * Milliseconds.
 */
export const JOIN_MS = 250;

type PushState = Pick<ChannelMeta, "pushed" | "pushedAt" | "flushAt">;

/**
 * `now`: push what is above `from`. `later`: this change promises to push at `flushAt` everything that exists by then.
 * `promised`: another process has promised, and will find this change.
 */
export type PushPlan =
  | { readonly push: "now"; readonly from: number }
  | { readonly push: "later"; readonly flushAt: number }
  | { readonly push: "promised" };

/** The state of a channel that decides when a change is pushed. */
export interface PushContext {
  /** Offset of the change. */
  readonly head: number;
  readonly urgent: boolean;
  readonly now: number;
  /** The minimum time between two pushes of the channel, in milliseconds. */
  readonly spacingMs: number;
  /** The latest time at which another process has promised to push a channel of the subject; 0: no promise. */
  readonly latestFlushAt: number;
}

/**
 * Decides who pushes a change that makes `head` the channel's head. A change that is not urgent waits until the last
 * push is `spacingMs` old. The head stores the promise to push it then, so that one invocation waits and the others do
 * not have to. If the subject's other channel has a promise, this channel joins it:
 *
 *     change 1      2   3       4
 *     ──┬───────────┬───┬───────┬────────────┬──▶
 *       now         later│promised│promised   flush: 2, 3 and 4 in one push
 *       └───────── spacingMs ────────────────┘
 */
export function decidePush(
  before: PushState,
  { head, urgent, now, spacingMs, latestFlushAt }: PushContext,
): { readonly plan: PushPlan; readonly after: PushState } {
  const promised = isPromised(before.flushAt, now);
  const dueAt = Math.min(before.pushedAt, now) + spacingMs;
  if (urgent || (!promised && dueAt <= now))
    return {
      plan: { push: "now", from: before.pushed },
      after: { pushed: head, pushedAt: now, flushAt: promised ? before.flushAt : 0 },
    };
  if (promised) return { plan: { push: "promised" }, after: before };
  if (isPromised(latestFlushAt, now) && Math.abs(dueAt - latestFlushAt) <= JOIN_MS)
    return { plan: { push: "promised" }, after: { ...before, flushAt: Math.max(dueAt, latestFlushAt) } };
  return { plan: { push: "later", flushAt: dueAt }, after: { ...before, flushAt: dueAt } };
}

/** Whether another process has promised to push, and may still do it; 0, without a promise, is long ago. */
const isPromised = (flushAt: number, now: number): boolean => now < flushAt + PROMISE_GRACE_MS;

/** The final states of steps and executions. */
export const finalStates: ReadonlySet<unknown> = new Set([
  "succeeded",
  "failed",
  "skipped",
  "timed_out",
  "aborted",
]);

/** Whether an entry is pushed at once: requests, receipts and final states are. */
export const isUrgent = ({ key, value }: Pick<Entry, "key" | "value">): boolean =>
  key === "waiting" ||
  /^(request|receipt)\//.test(key) ||
  (/^(step|execution)\//.test(key) && finalStates.has((value as { state?: unknown } | null)?.state));
