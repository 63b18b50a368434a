import { minutes, seconds } from "@callboard/protocol";
import type { FeedbackRequest } from "./request.ts";

/** What the usual way (an event right after the write) is given before the clock steps in, in milliseconds. */
export const graceMs = seconds(5);

/** A wait without a heartbeat is probed this often. */
const probeWithoutHeartbeatMs = minutes(5);
const shortestHeartbeatSeconds = 180;

/** A heartbeat is sent every third of the state's `HeartbeatSeconds`, at least every minute. */
export const probeEveryMs = (heartbeatSeconds: number | undefined): number =>
  heartbeatSeconds === undefined
    ? probeWithoutHeartbeatMs
    : Math.floor((Math.max(heartbeatSeconds, shortestHeartbeatSeconds) * 1000) / 3);

/**
 * The margin before the state's timeout in which a deadline acts: a tenth of the wait, at most a minute, and at least
 * 15 seconds (or half of a very short wait), so that the default arrives while the state still waits.
 */
const marginMs = (timeoutMs: number): number =>
  Math.min(minutes(1), Math.max(timeoutMs / 10, Math.min(seconds(15), timeoutMs / 2)));

/** The latest deadline that a wait from `askedAt` to `timeoutAt` allows. */
export const latestDeadline = (askedAt: number, timeoutAt: number): number =>
  Math.floor(timeoutAt - marginMs(timeoutAt - askedAt));

/** What can happen to a request by itself. */
export type DueAction = "announce" | "relay" | "deadline" | "remind" | "escalate" | "notify" | "probe";

/** What is to happen by itself, each with its time. */
function agenda(request: FeedbackRequest): { action: DueAction; at: number }[] {
  const { status } = request;
  const due: { action: DueAction; at: number }[] = [];
  if (request.announced < request.version) due.push({ action: "announce", at: request.changedAt + graceMs });
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

/** The earliest time at which something is to happen by itself; undefined when nothing is. */
export function dueOf(request: FeedbackRequest): number | undefined {
  const times = agenda(request).map(({ at }) => at);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * What is due by now, in the order in which it is to be done: past its deadline nothing else matters to a request. What
 * happened last is told before anything else happens, since a row knows of its last change alone.
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
