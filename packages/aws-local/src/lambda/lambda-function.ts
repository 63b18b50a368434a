import type { Clock } from "../clock/clock.ts";

/** A handler's context, in the shape of Lambda's own. */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** A handler as Lambda runs it; the value that it resolves with is sent as JSON. */
export type LambdaHandler = (event: never, context: LambdaContext) => Promise<unknown>;

/** The result of an invocation. For a failure, `payload` is what Lambda sends with `X-Amz-Function-Error`. */
export type Invocation =
  | { readonly payload: unknown }
  | { readonly functionError: "Unhandled"; readonly payload: FunctionErrorPayload };

export interface FunctionErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** A registered function. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly timeoutMs: number;
  readonly handler: LambdaHandler;
}

const MAX_RESPONSE_BYTES = 6 * 1024 ** 2;

/**
 * Runs the handler once, on a copy of the event made through JSON, within its timeout. A handler cannot be stopped within
 * one process; a result after the timeout is dropped.
 */
export async function runHandler(
  target: LambdaFunction,
  payload: string,
  requestId: string,
  clock: Clock,
): Promise<Invocation> {
  const deadline = clock.now() + target.timeoutMs;
  const context: LambdaContext = {
    functionName: target.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: target.arn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
  };
  return new Promise((resolve) => {
    const cancel = clock.after(target.timeoutMs, () =>
      resolve(
        failure(
          "Sandbox.Timedout",
          `RequestId: ${requestId} Error: Task timed out after ${seconds(target)} seconds`,
        ),
      ),
    );
    Promise.resolve()
      .then(() => target.handler(JSON.parse(payload) as never, context))
      .then(succeeded, (cause: unknown) => thrown(cause))
      .then((outcome) => {
        cancel();
        resolve(outcome);
      });
  });
}

/** A failed invocation with Lambda's two members. */
export function failure(errorType: string, errorMessage: string): Invocation {
  return { functionError: "Unhandled", payload: { errorType, errorMessage } };
}

function succeeded(result: unknown): Invocation {
  let text: string;
  try {
    text = JSON.stringify(result) ?? "null";
  } catch (cause) {
    return failure("Runtime.MarshalError", `Unable to stringify response body: ${messageOf(cause)}`);
  }
  if (Buffer.byteLength(text) > MAX_RESPONSE_BYTES) {
    return failure(
      "Function.ResponseSizeTooLarge",
      `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    );
  }
  return { payload: JSON.parse(text) };
}

function thrown(cause: unknown): Invocation {
  return failure(cause instanceof Error ? cause.name : typeof cause, messageOf(cause));
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function seconds({ timeoutMs }: LambdaFunction): string {
  return (timeoutMs / 1000).toFixed(2);
}
