import { layoutKey } from "./keys.ts";

/** Names of the table's indexes. */
export const indexes = {
  /** Requests, and apart from them audiences, by the time at which something is due; sparse. */
  due: "due",
  /** A connection's subscriptions and attention, to clean up; never on the way of a message. */
  byConnection: "byConnection",
  /** Open requests of an assignee, by the time they were asked; apart from these, what a person did and was asked. */
  byPrincipal: "byPrincipal",
} as const;

/** The attribute that DynamoDB expires rows by, in seconds since the epoch. */
export const TTL = "ttl";

/** Which layout the rows have. A table says its own in one row, so that code of another layout leaves it alone. */
export const layoutRow = { ...layoutKey, layout: 2 } as const;

/** Days for which what is over is kept, requests and objects alike, unless a deployment says otherwise. */
export const RETENTION_DAYS = 90;
