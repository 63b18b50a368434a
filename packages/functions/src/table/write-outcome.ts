import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Row } from "./table.ts";

/** What became of a conditional write or a transaction. */
export type WriteOutcome =
  | { readonly outcome: "written" }
  /** Which actions' conditions failed, by their place, each with the row as it is (if `ALL_OLD` was asked for). */
  | { readonly outcome: "condition_failed"; readonly failed: ReadonlyMap<number, Row | undefined> }
  /** Another transaction was at the same rows, or the partition was busy: nothing was written. */
  | { readonly outcome: "contended" };

const CONTENTION = new Set([
  "None",
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/**
 * Turns the SDK's exceptions of conditional writes into outcomes; others propagate. Cancelled transactions are not
 * retried by the SDK, and each reason stands at the place of its action
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 */
export async function writeOutcome(sent: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await sent;
    return { outcome: "written" };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      return { outcome: "condition_failed", failed: new Map([[0, rowOf(error.Item)]]) };
    if (error instanceof TransactionConflictException || error instanceof TransactionInProgressException)
      return { outcome: "contended" };
    if (error instanceof TransactionCanceledException) {
      const reasons = error.CancellationReasons ?? [];
      const failed = new Map<number, Row | undefined>();
      for (const [place, reason] of reasons.entries())
        if (reason.Code === "ConditionalCheckFailed") failed.set(place, rowOf(reason.Item));
      if (failed.size > 0) return { outcome: "condition_failed", failed };
      if (reasons.length > 0 && reasons.every(({ Code }) => CONTENTION.has(Code ?? "None")))
        return { outcome: "contended" };
    }
    throw error;
  }
}

const rowOf = (item: Record<string, AttributeValue> | undefined): Row | undefined =>
  item && Object.keys(item).length > 0 ? unmarshall(item) : undefined;
