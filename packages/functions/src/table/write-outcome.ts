import { ConditionalCheckFailed, TransactionCanceled } from "../aws/dynamodb/dynamodb.ts";
import { ServiceError } from "../aws/json/service.ts";
import type { Row } from "./table.ts";

/** The outcome of a conditional write or a transaction. */
export type WriteOutcome =
  | { readonly outcome: "written" }
  /** Which actions' conditions failed, by index, each with the current row (if `ALL_OLD` was set). */
  | { readonly outcome: "condition_failed"; readonly failed: ReadonlyMap<number, Row | undefined> }
  /** Another transaction used the same rows, or the partition was busy: nothing was written. */
  | { readonly outcome: "contended" };

const CONTENTION = new Set([
  "None",
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

const contentions = new Set(["TransactionConflictException", "TransactionInProgressException"]);

/**
 * Turns DynamoDB's errors of conditional writes into outcomes; others propagate. Cancelled transactions are not retried,
 * and each reason is at the index of its action
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 */
export async function writeOutcome(sent: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await sent;
    return { outcome: "written" };
  } catch (error) {
    if (error instanceof ConditionalCheckFailed)
      return { outcome: "condition_failed", failed: new Map([[0, error.item]]) };
    if (error instanceof ServiceError && contentions.has(error.name)) return { outcome: "contended" };
    if (error instanceof TransactionCanceled) {
      const { reasons } = error;
      const failed = new Map<number, Row | undefined>();
      for (const [place, { code, item }] of reasons.entries())
        if (code === "ConditionalCheckFailed") failed.set(place, item);
      if (failed.size > 0) return { outcome: "condition_failed", failed };
      if (reasons.length > 0 && reasons.every(({ code }) => CONTENTION.has(code)))
        return { outcome: "contended" };
    }
    throw error;
  }
}
