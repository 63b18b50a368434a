import {
  type Attention,
  closedAt,
  type FeedbackRequest,
  type PersonRecord,
  type Reach,
} from "@callboard/core";
import { days } from "@callboard/protocol";
import { RETENTION_DAYS, TTL } from "./definition.ts";
import { type Table, ttlAt } from "./table.ts";

/** Without a timeout a wait ends with its execution, after a year at most. */
const longestWaitMs = days(366);

/** An execution runs for a year at most; what is known of it outlives it. */
const longestRunMs = days(366 + 90);

type Expiry = { readonly [TTL]?: number };

/** When the rows of requests expire, all of it decided here. */
export function lifetimes({ retentionDays = RETENTION_DAYS }: Pick<Table, "retentionDays">) {
  const keptMs = days(retentionDays);
  return {
    /**
     * The request, its ledger, assignees, attention, thread head and place among its execution's requests: nothing
     * of it expires while it is open, and all of it at the same time once it is closed.
     */
    request(request: FeedbackRequest): Expiry {
      const closed = closedAt(request);
      return closed === undefined ? {} : { [TTL]: ttlAt(closed, keptMs) };
    },
    /** A day after the wait can have ended, or sooner where nothing is kept for so long. */
    token(request: FeedbackRequest): Expiry {
      const { timeoutAt, askedAt } = request;
      const afterMs = Math.min(days(1), keptMs);
      return { [TTL]: timeoutAt === undefined ? ttlAt(askedAt, longestWaitMs) : ttlAt(timeoutAt, afterMs) };
    },
    /** An execution's record, counted from now: once it has ended no longer than a request that is closed. */
    execution: (now: number, hasEnded: boolean) => ttlAt(now, hasEnded ? keptMs : longestRunMs),
    /** What two events tell of one step: the second comes within the time that an execution may be redriven in. */
    pair: (now: number) => ttlAt(now, Math.min(keptMs, days(15))),
    /** A row of a history, counted from when it is written, whatever time its producer told. */
    history: (now: number) => ttlAt(now, keptMs),
    /** Whoever was there within that time is found; it is written anew each week. That one was erased goes when it may. */
    person: (record: PersonRecord) => ({
      [TTL]: record.state === "known" ? ttlAt(record.at, keptMs + days(7)) : ttlAt(record.until),
    }),
    /** As long as the person whom it is about. */
    reach: ({ at }: Reach) => ({ [TTL]: ttlAt(at, keptMs + days(7)) }),
    /** What somebody was told of a question is of no use a day after the wait can have ended. */
    told: ({ timeoutAt, askedAt }: FeedbackRequest) => ({
      [TTL]: timeoutAt === undefined ? ttlAt(askedAt, longestWaitMs) : ttlAt(timeoutAt, days(1)),
    }),
    /** Whose turn it was matters for an hour. */
    turn: (now: number) => ({ [TTL]: ttlAt(now, days(1)) }),
    /** At the latest; sooner when its request is closed. */
    attention: ({ at }: Attention) => ({ [TTL]: ttlAt(at, longestWaitMs + keptMs) }),
  };
}

export type Lifetimes = ReturnType<typeof lifetimes>;
