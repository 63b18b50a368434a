import type { Key, View, Write } from "../store/store.ts";
import type { FunctionErrorPayload } from "./lambda-function.ts";

/**
 * What Lambda sends to an on-failure destination after the last retry of an asynchronous invocation.
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

const MAX_LETTERS = 1000;

/** The writes that add a dead letter to those under a prefix; beyond a thousand the oldest is deleted. */
export function appendDeadLetter(view: View, prefix: Key, deadLetter: object): Write[] {
  const [newest] = view.list({ prefix, reverse: true });
  const number = newest ? Number(newest[0].at(-1)) + 1 : 0;
  return [
    [[...prefix, number], deadLetter],
    [[...prefix, number - MAX_LETTERS], undefined],
  ];
}

/** The dead letters under a prefix, oldest first. */
export function readDeadLetters<Letter>(view: View, prefix: Key): Letter[] {
  return Array.from(view.list<Letter>({ prefix }), ([, deadLetter]) => deadLetter);
}
