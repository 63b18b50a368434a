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

/** Without a timeout, a wait ends with its execution, after a year at most. */
const longestWaitMs = days(366);

/** An execution runs for a year at most; its record lasts longer. */
const longestRunMs = days(366 + 90);

type Expiry = { readonly [TTL]?: number };

/** When the rows of requests expire; all such rules are here. */
export function lifetimes({ retentionDays = RETENTION_DAYS }: Pick<Table, "retentionDays">) {
  const keptMs = days(retentionDays);
  return {
    /**
     * The request, its ledger, assignees, attention, thread head and index rows of its execution: none expires while it
     * is open, and all expire together once it is closed.
     */
    request(request: FeedbackRequest): Expiry {
      const closed = closedAt(request);
      return closed === undefined ? {} : { [TTL]: ttlAt(closed, keptMs) };
    },
    /** A day after the wait must have ended, or sooner where rows are kept for less. */
    token(request: FeedbackRequest): Expiry {
      const { timeoutAt, askedAt } = request;
      const afterMs = Math.min(days(1), keptMs);
      return { [TTL]: timeoutAt === undefined ? ttlAt(askedAt, longestWaitMs) : ttlAt(timeoutAt, afterMs) };
    },
    /** An execution's record, from now: after its end it is kept no longer than a closed request. */
    execution: (now: number, hasEnded: boolean) => ttlAt(now, hasEnded ? keptMs : longestRunMs),
    /** What two events report about one step: the second comes within the time in which an execution can be redriven. */
    pair: (now: number) => ttlAt(now, Math.min(keptMs, days(15))),
    /** A row of a history, from the time it is written, whatever time its producer gave. */
    history: (now: number) => ttlAt(now, keptMs),
    /**
     * People who connected within this time can be found; the row is rewritten each week. The mark of an erased person
     * expires as soon as it may.
     */
    person: (record: PersonRecord) => ({
      [TTL]: record.state === "known" ? ttlAt(record.at, keptMs + days(7)) : ttlAt(record.until),
    }),
    /** As long as the row of its person. */
    reach: ({ at }: Reach) => ({ [TTL]: ttlAt(at, keptMs + days(7)) }),
    /** A record of a notice is useless a day after the wait must have ended. */
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
