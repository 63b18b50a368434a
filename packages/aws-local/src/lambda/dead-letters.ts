import { type Newest, openNewest } from "../journal/newest.ts";
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

/** Failure records that outlive the process, one of each request; the newest thousand are kept. */
export type DeadLetters = Pick<Newest<FailureRecord>, "add" | "list" | "close">;

const MOST = 1000;

/** Opens the records kept in a file, or records that are forgotten with the process. */
export const openDeadLetters = (path: string | undefined): Promise<DeadLetters> =>
  openNewest(path, MOST, ({ requestContext }) => requestContext.requestId);
