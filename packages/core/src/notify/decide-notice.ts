import { type DoorName, days, minutes, type Principal } from "@callboard/protocol";
import type { DoorOutcome, NoticeRecord, Reach, Turn } from "../ports/index.ts";
import { doorsOf, isOff, withOwn } from "../reach/doors.ts";
import { quietUntil } from "../reach/quiet-hours.ts";
import { closedRefusal } from "../request/lifecycle.ts";
import type { FeedbackRequest, LedgerEntry } from "../request/request.ts";

/** Up to this many open questions are sent one by one; more are sent as one digest. */
const MAX_SINGLE_NOTICES = 5;

/** The minimum time between two digests for one person. */
const DIGEST_EVERY_MS = minutes(60);

/** When to retry what a door could not take; the last time repeats. */
const againAfterMs = [1, 5, 15, 60].map(minutes);
/** The longest pause that a door can ask for. */
const MAX_RETRY_MS = days(1);

/** Whether anybody must still be notified of a request by mail or webhook. */
export const needsNotices = (request: FeedbackRequest, now: number): boolean =>
  request.notifyAt !== undefined && closedRefusal(request, now) === undefined;

/**
 * Since when a person is asked without a break, by the ledger of a request that has changed. A person who is asked
 * again after a break has not been notified of that.
 */
export function putSince(
  { askedAt }: FeedbackRequest,
  ledger: readonly LedgerEntry[],
  principals: readonly Principal[],
): number {
  let since: number | undefined;
  for (const { n, at, assignees } of ledger) {
    if (!assignees) continue;
    if (!assignees.some((one) => principals.includes(one))) since = undefined;
    else since ??= n === 1 ? askedAt : at;
  }
  return since ?? askedAt;
}

/** What a person must still be notified of, for one question. */
export interface DueNotice {
  readonly occasion: "asked" | "reminded";
  /** The time of the event to report, as in `NoticeRecord.of`. */
  readonly of: number;
  /** The doors that are done already, and how often other doors had to be retried. */
  readonly taken: readonly DoorName[];
  readonly again?: NoticeRecord["again"];
}

/** What a person must still be notified of for a question; undefined: nothing. `since` is when they were asked. */
export function dueNoticeOf(
  { remindedAt }: Pick<FeedbackRequest, "remindedAt">,
  since: number,
  record: NoticeRecord | undefined,
): DueNotice | undefined {
  const of = Math.max(since, remindedAt ?? 0);
  if (!record || record.of < since) return { occasion: "asked", of, taken: [] };
  if (record.of < of) return { occasion: "reminded", of, taken: [] };
  if (!record.again) return undefined;
  return { occasion: of > since ? "reminded" : "asked", of, taken: record.doors, again: record.again };
}

/** What to do now about notifying one person of one question. */
export type NoticeDecision =
  /** They have been notified already. */
  | { readonly decision: "notified" }
  /** They turned off notices. */
  | { readonly decision: "off" }
  /** There is no door to this person, or none that works. */
  | { readonly decision: "no_door" }
  /**
   * Another process is notifying them, it is their quiet hours, a door must be retried, or they got a digest a short
   * time ago.
   */
  | { readonly decision: "later"; readonly why: "busy" | "quiet" | "again" | "digest"; readonly at: number }
  /** Send this question, or a digest of all that wait. */
  | { readonly decision: "single" | "digest" };

interface About {
  readonly reach: Reach | undefined;
  /** The doors of this deployment. */
  readonly has: readonly DoorName[];
  readonly turn: Turn | undefined;
  readonly due: DueNotice | undefined;
  /** How many open questions with notices wait for this person. */
  readonly waiting: number;
}

/**
 * Decides whether a person is notified of a question now, through the doors that are open and have not taken it yet.
 */
export function decideNotice({ reach, has, turn, due, waiting }: About, now: number): NoticeDecision {
  if (!due) return { decision: "notified" };
  if (!reach) return { decision: "no_door" };
  const open = openDoors(reach, has);
  if (open.length === 0) return { decision: has.some((door) => wasLed(reach, door)) ? "off" : "no_door" };
  if (open.every((door) => due.taken.includes(door))) return { decision: "notified" };
  const later = (why: "busy" | "quiet" | "again" | "digest", at: number) =>
    ({ decision: "later", why, at }) as const;
  if (turn && turn.until > now) return later("busy", turn.until);
  const quiet = quietUntil(reach, now);
  if (quiet !== undefined) return later("quiet", quiet);
  if (due.again && due.again.at > now) return later("again", due.again.at);
  if (waiting <= MAX_SINGLE_NOTICES) return { decision: "single" };
  const digestAt = turn?.digestAt === undefined ? now : turn.digestAt + DIGEST_EVERY_MS;
  return digestAt > now ? later("digest", digestAt) : { decision: "digest" };
}

/** The doors of the deployment that lead to a person now. */
export function openDoors(reach: Reach, has: readonly DoorName[]): DoorName[] {
  const doors = doorsOf(reach);
  return has.filter((door) => doors[door] !== undefined);
}

/** Whether a door would lead to a person if they had not turned it off. */
const wasLed = (reach: Reach, door: DoorName): boolean =>
  isOff(reach.own, door) &&
  doorsOf({ ...reach, own: withOwn(reach.own, { off: undefined }) })[door] !== undefined;

/** The outcome of each door through which something was sent. */
export type Sent = ReadonlyMap<DoorName, DoorOutcome>;

/** A question that a person must be notified of, and why. */
export interface QuestionToSend {
  readonly request: FeedbackRequest;
  readonly due: DueNotice;
}

/**
 * What to record after a question was sent to a person through some doors. Undefined: nothing, because every door to
 * them is closed by now.
 */
export function noticeRecordAfter(
  { request, due }: QuestionToSend,
  sent: Sent,
  now: number,
): { readonly request: FeedbackRequest; readonly record: NoticeRecord } | undefined {
  const outcomes = [...sent].filter(([door]) => !due.taken.includes(door));
  const doors = [...due.taken];
  const pauses: number[] = [];
  for (const [door, outcome] of outcomes) {
    if (outcome.outcome === "sent" || outcome.outcome === "unfit") doors.push(door);
    if (outcome.outcome === "again") pauses.push(outcome.afterMs ?? 0);
  }
  const record = { requestId: request.id, of: due.of, doors };
  if (pauses.length === 0) return doors.length === 0 ? undefined : { request, record };
  const tries = (due.again?.tries ?? 0) + 1;
  const usual = againAfterMs[Math.min(tries, againAfterMs.length) - 1]!;
  const at = now + Math.min(MAX_RETRY_MS, Math.max(usual, ...pauses));
  return { request, record: { ...record, again: { tries, at } } };
}
