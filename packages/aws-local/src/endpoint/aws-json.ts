import type { IncomingMessage, ServerResponse } from "node:http";
import { StoreFailure } from "../store/store.ts";

/** An error as an AWS service returns it: the SDK throws the exception that `code` names. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Other members of the exception besides the message, by name. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, status = 400, fields?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** Answers requests on the AWS endpoint. */
export type HttpService = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What an operation gets besides its input: `signal` is aborted when its caller has gone. */
export interface CallContext {
  readonly signal: AbortSignal;
}

/** The operations of a service, by the name after the dot of `X-Amz-Target`; input and output are plain JSON. */
export type Operations = Record<string, (input: never, context?: CallContext) => Promise<object>>;

const MAX_BODY_SIZE = 2 * 1024 * 1024;

/**
 * Answers the AWS JSON protocol: `X-Amz-Target: <service>.<operation>` with a JSON body in both directions, in requests
 * of at most `largest` bytes.
 */
export function awsJson(operations: Operations, largest = MAX_BODY_SIZE): HttpService {
  return async (request, response) => {
    const type = String(request.headers["content-type"] ?? "application/x-amz-json-1.0");
    const target = String(request.headers["x-amz-target"] ?? "");
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const { status, body } = await readBody(request, largest).then(
      (text) => callJson(operations, target, text.toString("utf8"), gone),
      answerOf,
    );
    response.writeHead(status, { "content-type": type });
    response.end(body);
  };
}

/** A call without HTTP: the target as in `X-Amz-Target`, the input as JSON. Every failure is an answer. */
export type JsonCall = (
  target: string,
  body: string,
) => Promise<{ readonly status: number; readonly body: string }>;

/** Two ways to call a service's operations: over HTTP, and within this process. */
export const overJson = (
  operations: Operations,
  largest?: number,
): { readonly handle: HttpService; readonly call: JsonCall } => ({
  handle: awsJson(operations, largest),
  call: (target, body) => callJson(operations, target, body),
});

async function callJson(
  operations: Operations,
  target: string,
  body: string,
  context?: CallContext,
): Promise<{ readonly status: number; readonly body: string }> {
  try {
    const name = target.slice(target.indexOf(".") + 1);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw new AwsError("UnknownOperationException", `unknown operation ${name}`);
    return { status: 200, body: JSON.stringify(await operation(parse(body) as never, context)) };
  } catch (cause) {
    return answerOf(cause);
  }
}

function answerOf(cause: unknown): { status: number; body: string } {
  const known = cause instanceof AwsError;
  // A store that cannot write is reported by its owner.
  if (!known && !(cause instanceof StoreFailure)) console.error(cause);
  const { status, code, message, fields } = known ? cause : UNKNOWN;
  return { status, body: JSON.stringify({ __type: code, message, ...fields }) };
}

const UNKNOWN = { status: 500, code: "InternalServerError", message: "internal error", fields: {} };

/** Reads a whole body of at most `limit` bytes. */
export async function readBody(request: IncomingMessage, limit = MAX_BODY_SIZE): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new AwsError("RequestEntityTooLarge", `body over ${limit} bytes`, 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body || "{}");
  } catch {
    throw new AwsError("SerializationException", "the body is not JSON");
  }
}
