import { type DoorName, days, minutes, type Principal } from "@callboard/protocol";
import type { DoorOutcome, Reach, Told, Turn } from "../ports/index.ts";
import { doorsOf, isOff } from "../reach/doors.ts";
import { quietUntil } from "../reach/quiet-hours.ts";
import { closedRefusal } from "../request/lifecycle.ts";
import type { FeedbackRequest, LedgerEntry } from "../request/request.ts";

/** So many open questions are told one by one; of more, somebody is told at once. */
const mostSingles = 5;

/** Somebody is told of several questions at once no more often than this. */
const digestEveryMs = minutes(60);

/** When what a door could not take is tried again; the last of these times goes on. */
const againAfterMs = [1, 5, 15, 60].map(minutes);
/** However long a door asks for. */
const longestAgainMs = days(1);

/** Whether anybody is still to be told of a request elsewhere. */
export const isToBeTold = (request: FeedbackRequest, now: number): boolean =>
  request.notifyAt !== undefined && closedRefusal(request, now) === undefined;

/**
 * Since when a request is put to somebody without a break, by the ledger of one that has changed: whom it is put to again
 * has not been told of that.
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

/** What somebody is to be told of one question. */
export interface Owed {
  readonly occasion: "asked" | "reminded";
  /** As `Told.of`. */
  readonly of: number;
  /** The doors that are done with it already, and how often others could not take it. */
  readonly taken: readonly DoorName[];
  readonly again?: Told["again"];
}

/** What of a question somebody is still to be told; undefined: nothing. `since` is when it was put to them. */
export function owedOf(
  { remindedAt }: Pick<FeedbackRequest, "remindedAt">,
  since: number,
  told: Told | undefined,
): Owed | undefined {
  const of = Math.max(since, remindedAt ?? 0);
  if (!told || told.of < since) return { occasion: "asked", of, taken: [] };
  if (told.of < of) return { occasion: "reminded", of, taken: [] };
  if (!told.again) return undefined;
  return { occasion: of > since ? "reminded" : "asked", of, taken: told.doors, again: told.again };
}

/** What is done now about telling one person of one question. */
export type NoticeDecision =
  /** They were told. */
  | { readonly decision: "told" }
  /** They want no notices. */
  | { readonly decision: "off" }
  /** Nothing is known that leads to them, or it does not work. */
  | { readonly decision: "no_door" }
  /** Somebody else is at it, they are not to be disturbed, a door did not work, or they were told of several just now. */
  | { readonly decision: "later"; readonly why: "busy" | "quiet" | "again" | "digest"; readonly at: number }
  /** They are told of this question, or of all that wait. */
  | { readonly decision: "single" | "digest" };

interface About {
  readonly reach: Reach | undefined;
  /** The doors that this deployment has. */
  readonly has: readonly DoorName[];
  readonly turn: Turn | undefined;
  readonly owed: Owed | undefined;
  /** How many open questions wait for them that are told elsewhere. */
  readonly waiting: number;
}

/** Decides whether somebody is told of a question now, through the doors that are open and have not taken it yet. */
export function decideNotice({ reach, has, turn, owed, waiting }: About, now: number): NoticeDecision {
  if (!owed) return { decision: "told" };
  if (!reach) return { decision: "no_door" };
  const open = openDoors(reach, has);
  if (open.length === 0) return { decision: has.some((door) => wasLed(reach, door)) ? "off" : "no_door" };
  if (open.every((door) => owed.taken.includes(door))) return { decision: "told" };
  const later = (why: "busy" | "quiet" | "again" | "digest", at: number) =>
    ({ decision: "later", why, at }) as const;
  if (turn && turn.until > now) return later("busy", turn.until);
  const quiet = quietUntil(reach, now);
  if (quiet !== undefined) return later("quiet", quiet);
  if (owed.again && owed.again.at > now) return later("again", owed.again.at);
  if (waiting <= mostSingles) return { decision: "single" };
  const digestAt = turn?.digestAt === undefined ? now : turn.digestAt + digestEveryMs;
  return digestAt > now ? later("digest", digestAt) : { decision: "digest" };
}

/** The doors that a deployment has and that lead to somebody now. */
export function openDoors(reach: Reach, has: readonly DoorName[]): DoorName[] {
  const doors = doorsOf(reach);
  return has.filter((door) => doors[door] !== undefined);
}

/** Whether a door would lead to somebody if they had not turned it off. */
const wasLed = (reach: Reach, door: DoorName): boolean =>
  isOff(reach.own, door) && doorsOf({ ...reach, own: { ...reach.own, off: [] } })[door] !== undefined;

/** What came of sending something through some doors. */
export type Sent = ReadonlyMap<DoorName, DoorOutcome>;

/** A question that somebody is to be told of, with what. */
export interface OwedQuestion {
  readonly request: FeedbackRequest;
  readonly owed: Owed;
}

/**
 * What somebody was told of a question once it went through some doors; undefined: nothing, since every door that led to
 * them is closed by now.
 */
export function toldAfter(
  { request, owed }: OwedQuestion,
  sent: Sent,
  now: number,
): { readonly request: FeedbackRequest; readonly told: Told } | undefined {
  const outcomes = [...sent].filter(([door]) => !owed.taken.includes(door));
  const doors = [...owed.taken];
  const pauses: number[] = [];
  for (const [door, outcome] of outcomes) {
    if (outcome.outcome === "sent" || outcome.outcome === "unfit") doors.push(door);
    if (outcome.outcome === "again") pauses.push(outcome.afterMs ?? 0);
  }
  const told = { requestId: request.id, of: owed.of, doors };
  if (pauses.length === 0) return doors.length === 0 ? undefined : { request, told };
  const tries = (owed.again?.tries ?? 0) + 1;
  const usual = againAfterMs[Math.min(tries, againAfterMs.length) - 1]!;
  const at = now + Math.min(longestAgainMs, Math.max(usual, ...pauses));
  return { request, told: { ...told, again: { tries, at } } };
}
