import { openDurableState } from "./durable-state.ts";
import type { FunctionErrorPayload } from "./lambda-function.ts";

/**
 * What Lambda sends to an on-failure destination when an asynchronous invocation has used up its retries.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export interface FailureRecord {
  readonly version: "1.0";
  /** ISO 8601. */
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: "RetriesExhausted";
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext: {
    readonly statusCode: 200;
    readonly executedVersion: "$LATEST";
    readonly functionError: "Unhandled";
  };
  readonly responsePayload: FunctionErrorPayload;
}

/** Failure records that outlive the process; the newest thousand are kept. */
export interface DeadLetters {
  /** Resolves when the record is on the disk; a record of the same request is kept once. */
  add(record: FailureRecord): Promise<void>;
  /** Oldest first. */
  list(): FailureRecord[];
  close(): Promise<void>;
}

const MOST_KEPT = 1000;

export async function openDeadLetters(path: string | undefined): Promise<DeadLetters> {
  const letters = new Map<string, FailureRecord>();
  const keep = (record: FailureRecord) => {
    letters.set(record.requestContext.requestId, record);
    const [oldest] = letters.keys();
    if (letters.size > MOST_KEPT && oldest !== undefined) letters.delete(oldest);
  };
  const state = await openDurableState(
    path,
    (record) => keep(record as FailureRecord),
    () => [...letters.values()],
  );
  return {
    async add(record) {
      keep(record);
      await state.append(record);
    },
    list: () => [...letters.values()],
    close: () => state.close(),
  };
}
