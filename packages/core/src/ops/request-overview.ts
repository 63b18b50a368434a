import { minutes, type Principal, type RequestId, type Subject } from "@callboard/protocol";
import type { FeedbackRequest } from "../request/request.ts";

/** An answer that was not handed over for longer than this, in milliseconds, is stuck. */
export const stuckAfterMs = minutes(1);

/** What whoever runs a deployment sees of a request: nobody's name, and nobody's words. Times are milliseconds. */
export interface RequestOverview {
  readonly requestId: RequestId;
  readonly subject: Subject;
  readonly thread: string;
  readonly round: number;
  readonly state: "open" | "answered";
  readonly askedAt: number;
  /** Since it was asked. */
  readonly ageMs: number;
  readonly deadline?: number;
  readonly assignees: readonly Principal[];
  /** Of an answered one. */
  readonly relay?: RelayOverview;
}

/** An answer on its way to its execution. */
export interface RelayOverview {
  readonly answeredAt: number;
  /** Since the answer. */
  readonly ageMs: number;
  /** Tries that brought no final word; the first is made right after the answer. */
  readonly attempts: number;
  readonly nextAt: number;
  readonly stuck: boolean;
}

/** A request whose answer is stuck. */
export type StuckRelay = RequestOverview & { readonly relay: RelayOverview };

/** Requests that are open or answered, the oldest first. */
export const overviewOf = (requests: readonly FeedbackRequest[], now: number): RequestOverview[] =>
  requests
    .flatMap((request) => lineOf(request, now) ?? [])
    .sort((a, b) => a.askedAt - b.askedAt || (a.requestId < b.requestId ? -1 : 1));

/** Of these the stuck ones, the oldest answer first. */
export const stuckAmong = (overview: readonly RequestOverview[]): StuckRelay[] =>
  overview
    .filter((line): line is StuckRelay => line.relay?.stuck === true)
    .sort((a, b) => a.relay.answeredAt - b.relay.answeredAt);

function lineOf(request: FeedbackRequest, now: number): RequestOverview | undefined {
  const { id, subject, thread, round, askedAt, deadline, assignees, status } = request;
  if (status.state !== "open" && status.state !== "answered") return undefined;
  return {
    requestId: id,
    subject,
    thread,
    round,
    state: status.state,
    askedAt,
    ageMs: now - askedAt,
    ...(deadline === undefined ? {} : { deadline }),
    assignees,
    ...(status.state === "answered" ? { relay: relayOf(status, now) } : {}),
  };
}

function relayOf(
  { reply, attempts, relayAt }: Extract<FeedbackRequest["status"], { state: "answered" }>,
  now: number,
): RelayOverview {
  const ageMs = now - reply.at;
  return { answeredAt: reply.at, ageMs, attempts, nextAt: relayAt, stuck: ageMs > stuckAfterMs };
}
