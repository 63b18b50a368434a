import { minutes, seconds } from "@callboard/protocol";
import type { FeedbackRequest } from "./request.ts";

/** Usually an event right after the write starts the work; the clock does it only after this time. Milliseconds. */
export const GRACE_MS = seconds(5);

/** How often a wait without a heartbeat is probed. */
const PROBE_WITHOUT_HEARTBEAT_MS = minutes(5);
const MIN_HEARTBEAT_SECONDS = 180;

/** A heartbeat is sent every third of the state's `HeartbeatSeconds`, at least every minute. */
export const probeEveryMs = (heartbeatSeconds: number | undefined): number =>
  heartbeatSeconds === undefined
    ? PROBE_WITHOUT_HEARTBEAT_MS
    : Math.floor((Math.max(heartbeatSeconds, MIN_HEARTBEAT_SECONDS) * 1000) / 3);

/**
 * The margin before the state's timeout in which a deadline acts: a tenth of the wait, at most a minute, and at least
 * 15 seconds (or half of a very short wait), so that the default arrives while the state still waits.
 */
const marginMs = (timeoutMs: number): number =>
  Math.min(minutes(1), Math.max(timeoutMs / 10, Math.min(seconds(15), timeoutMs / 2)));

/** The latest deadline that a wait from `askedAt` to `timeoutAt` allows. */
export const latestDeadline = (askedAt: number, timeoutAt: number): number =>
  Math.floor(timeoutAt - marginMs(timeoutAt - askedAt));

/** The scheduled steps in the life of a request. */
export type DueAction = "announce" | "relay" | "deadline" | "remind" | "escalate" | "notify" | "probe";

/** Everything that is scheduled, each with its time. */
function agenda(request: FeedbackRequest): { action: DueAction; at: number }[] {
  const { status } = request;
  const due: { action: DueAction; at: number }[] = [];
  if (request.announced < request.version) due.push({ action: "announce", at: request.changedAt + GRACE_MS });
  if (status.state === "answered") due.push({ action: "relay", at: status.relayAt });
  if (status.state === "open") {
    if (request.deadline !== undefined) due.push({ action: "deadline", at: request.deadline });
    if (request.remindAt !== undefined) due.push({ action: "remind", at: request.remindAt });
    if (request.escalate) due.push({ action: "escalate", at: request.escalate.at });
    if (request.notifyAt !== undefined) due.push({ action: "notify", at: request.notifyAt });
    due.push({ action: "probe", at: request.probeAt });
  }
  return due;
}

/** The time of the first scheduled step; undefined if there is none. */
export function dueOf(request: FeedbackRequest): number | undefined {
  const times = agenda(request).map(({ at }) => at);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * The steps that are due by now, in the order in which to do them; after a deadline no other step matters. The latest
 * change is announced before the next one is made, because the row knows only its latest change.
 */
export function decideDue(request: FeedbackRequest, now: number): DueAction[] {
  const due = agenda(request)
    .filter(({ at }) => at <= now)
    .map(({ action }) => action);
  if (due.length === 0) return [];
  const others = due.filter((action) => action !== "announce");
  const next: DueAction[] = others.includes("deadline") ? ["deadline"] : others;
  return request.announced < request.version ? ["announce", ...next] : next;
}
