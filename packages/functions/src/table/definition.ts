import { layoutKey } from "./keys.ts";

/** Names of the table's indexes. */
export const indexes = {
  /** Requests and, separately, audiences, by the time at which something is due; sparse. */
  due: "due",
  /** A connection's subscriptions and attention, for cleaning up; not used when messages are handled. */
  byConnection: "byConnection",
  /** Open requests of an assignee, by the time they were asked; separately, what a person did and was asked. */
  byPrincipal: "byPrincipal",
} as const;

/** The TTL attribute of rows, in seconds since the epoch. */
export const TTL = "ttl";

/** The version of the rows' layout. A table has it in a row, so that code for another layout does not use the table. */
export const layoutRow = { ...layoutKey, layout: 2 } as const;

/** Default number of days for which finished requests and objects are kept. */
export const RETENTION_DAYS = 90;
