import { type ExecutionStatus, MAX_EVENTS, MAX_EXECUTION_MS } from "./history.ts";
import type { Projection } from "./projection.ts";

/** A redrive needs room for its own event and one more, and the last place is for the end. */
const MAX_EVENTS_BEFORE = MAX_EVENTS - 2;

/** AWS's limit for a Map Run; otherwise only the history would limit an execution's redrives. */
const MAX_REDRIVES = 1_000;

const REDRIVABLE_MS = 14 * 86_400_000;

/** A repeated request is recognized by one of this many client tokens, for this long after its first use. */
export const KEPT_CLIENT_TOKENS = 10;
const CLIENT_TOKEN_MS = 15 * 60_000;

/** An execution's current or former state; times are milliseconds since the epoch. */
export interface ExecutionSnapshot {
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  readonly redriveCount: number;
  /** The number of events in its history. */
  readonly events: number;
}

/** As in DescribeExecution; the reasons are AWS's own words except for the one about the number of redrives. */
export type Redrivability =
  | { readonly redriveStatus: "REDRIVABLE" }
  | { readonly redriveStatus: "NOT_REDRIVABLE"; readonly redriveStatusReason: string };

/** The outcome of a redrive request. */
export type RedriveDecision =
  | { readonly outcome: "redrive" }
  | { readonly outcome: "repeated"; readonly redrivenAt: number }
  | { readonly outcome: "refused"; readonly reason: string };

/**
 * Decides whether an execution may be redriven.
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-eligibility
 */
export function redrivability(snapshot: ExecutionSnapshot, now: number): Redrivability {
  const redriveStatusReason = reasonAgainst(snapshot, now);
  return redriveStatusReason === undefined
    ? { redriveStatus: "REDRIVABLE" }
    : { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason };
}

/** The current state of the execution. */
function snapshotOf(projection: Projection): ExecutionSnapshot {
  const { status, start, stoppedAt, redriveCount, history } = projection;
  return { status, startedAt: start.startedAt, stoppedAt, redriveCount, events: history.length };
}

/** Decides a redrive request; a client token that was used recently repeats its first result. */
export function decideRedrive(
  projection: Projection,
  clientToken: string | undefined,
  now: number,
): RedriveDecision {
  const used = projection.clientTokens.find(
    ({ token, at }) => token === clientToken && now < at + CLIENT_TOKEN_MS,
  );
  if (used) return { outcome: "repeated", redrivenAt: used.at };
  const reason = reasonAgainst(snapshotOf(projection), now);
  return reason === undefined ? { outcome: "redrive" } : { outcome: "refused", reason };
}

function reasonAgainst(snapshot: ExecutionSnapshot, now: number): string | undefined {
  const { status, startedAt, stoppedAt, redriveCount, events } = snapshot;
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  if (events > MAX_EVENTS_BEFORE) return "Execution history event limit exceeded";
  if (redriveCount >= MAX_REDRIVES) return "Execution redrive limit exceeded";
  if (now >= startedAt + MAX_EXECUTION_MS) return "Execution has exceeded the max execution time";
  if (now > (stoppedAt ?? now) + REDRIVABLE_MS) return "Execution redrivable period exceeded";
  return undefined;
}
