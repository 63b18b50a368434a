import { type AttendingValue, type AttentionState, attentionMs, type RequestId } from "@callboard/protocol";
import { personOf } from "../access/principal.ts";
import { type Proposal, propose, remove, version } from "../channel/change.ts";
import type { Connected } from "../channel/follow.ts";
import type { Attention } from "../ports/index.ts";
import type { FeedbackRequest } from "./request.ts";

/** What one person does about a request, over all their connections. */
export type PersonsAttention = Omit<Attention, "connectionId">;

/** The attention that a person reports over a connection, from `now` on. */
export const attentionOf = (
  { caller, connectionId }: Connected,
  requestId: RequestId,
  state: AttentionState,
  now: number,
): Attention => ({
  requestId,
  user: personOf(caller),
  connectionId,
  state,
  at: now,
  until: now + attentionMs,
  firstAt: now,
});

const isLive = ({ state, until }: Attention, now: number): boolean => state !== "left" && until > now;

/**
 * What each person does: the strongest attention over their open connections, until the last of these expires; without
 * any, their last report. `at` is the time of their last report.
 */
export function attentionByPerson(attention: readonly Attention[], now: number): PersonsAttention[] {
  const users = new Set(attention.map(({ user }) => user.id));
  return [...users].map((id) => {
    const own = attention.filter(({ user }) => user.id === id);
    const { connectionId: _, ...last } = own.reduce((a, b) => (b.at > a.at ? b : a));
    const firstAt = Math.min(...own.map((one) => one.firstAt));
    const live = own.filter((one) => isLive(one, now));
    if (live.length === 0) return { ...last, firstAt };
    const state = live.some((one) => one.state === "reviewing") ? "reviewing" : "shown";
    return { ...last, state, until: Math.max(...live.map(({ until }) => until)), firstAt };
  });
}

/** Of reports at the same time, the one with the higher rank counts. */
const ranks: Readonly<Record<AttentionState, number>> = { shown: 0, reviewing: 1, left: 2 };

/** The entries for a request's attention in its subject's `work:` channel, at this moment. */
export function attentionProposals(
  request: FeedbackRequest,
  attention: readonly Attention[],
  now: number,
): Proposal[] {
  const open = request.status.state === "open";
  return attentionByPerson(attention, now).map((one) => {
    const { firstAt: _, state, ...rest } = one;
    const key = attendingKey(request.id, one.user.id);
    if (!open || state === "left" || !isLive(one, now)) return remove(key, version(one.at, ranks.left), now);
    const value: AttendingValue = { ...rest, state };
    return propose(key, value, version(one.at, ranks[state]), one.at);
  });
}

/** The key for what one person does about a request. */
export const attendingKey = (id: RequestId, userId: string): string => `attending/${id}/${userId}`;
