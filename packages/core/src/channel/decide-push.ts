import type { Item } from "@callboard/protocol";
import type { ChannelMeta } from "../ports/index.ts";

/** At most four pushes a second and channel: the time between two of them, in milliseconds. */
export const pushEveryMs = 250;
/** A promise that is not kept so long after its time may be taken over, in milliseconds. */
export const promiseGraceMs = 1000;

type PushState = Pick<ChannelMeta, "pushed" | "pushedAt" | "flushAt">;

export interface PushDecision {
  /**
   * `now`: push what is above `from`. `later`: this change has promised to push at `flushAt` all that is there by then.
   * `promised`: somebody else has, and will find this change.
   */
  readonly plan:
    | { readonly push: "now"; readonly from: number }
    | { readonly push: "later"; readonly flushAt: number }
    | { readonly push: "promised" };
  /** To be stored with the change. */
  readonly after: PushState;
}

/**
 * Decides who pushes a change that makes `head` the channel's head. What may wait waits until the last push is
 * `pushEveryMs` old; the promise to push it then is kept in META, so that one invocation waits and the others need not:
 *
 *     change 1      2   3       4
 *     ──┬───────────┬───┬───────┬────────────┬──▶
 *       now         later│promised│promised   flush: 2, 3 and 4 in one push
 *       └───────── pushEveryMs ──────────────┘
 */
export function decidePush(before: PushState, head: number, urgent: boolean, now: number): PushDecision {
  const promised = before.flushAt > 0 && now < before.flushAt + promiseGraceMs;
  const dueAt = Math.min(before.pushedAt, now) + pushEveryMs;
  if (urgent || (!promised && dueAt <= now))
    return {
      plan: { push: "now", from: before.pushed },
      after: { pushed: head, pushedAt: now, flushAt: promised ? before.flushAt : 0 },
    };
  if (promised) return { plan: { push: "promised" }, after: before };
  return { plan: { push: "later", flushAt: dueAt }, after: { ...before, flushAt: dueAt } };
}

const finalStates: ReadonlySet<unknown> = new Set(["succeeded", "failed", "skipped", "timed_out", "aborted"]);

/** Requests, receipts and final states do not wait for other changes. */
export const isUrgent = ({ key, value }: Pick<Item, "key" | "value">): boolean =>
  key === "waiting" ||
  /^(request|receipt)\//.test(key) ||
  (/^(step|execution)\//.test(key) && finalStates.has((value as { state?: unknown } | null)?.state));
