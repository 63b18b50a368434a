import type { IncomingMessage, ServerResponse } from "node:http";

/** An error as an AWS service answers it: the SDK turns `code` into the name of the exception it throws. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** What answers requests on the AWS endpoint. */
export type HttpService = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The operations of a service by the name after the dot of `X-Amz-Target`; input and output are plain JSON. */
export type Operations = Record<string, (input: never) => Promise<object>>;

const LARGEST_BODY = 2 * 1024 * 1024;

/** Answers the AWS JSON protocol: `X-Amz-Target: <service>.<operation>`, a JSON body each way. */
export function awsJson(operations: Operations): HttpService {
  return async (request, response) => {
    const type = String(request.headers["content-type"] ?? "application/x-amz-json-1.0");
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": type });
      response.end(JSON.stringify(body));
    };
    try {
      const name = String(request.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw new AwsError("UnknownOperationException", `unknown operation ${name}`);
      answer(200, await operation((await readJson(request)) as never));
    } catch (cause) {
      if (cause instanceof AwsError) answer(cause.status, { __type: cause.code, message: cause.message });
      else {
        console.error(cause);
        answer(500, { __type: "InternalServerError", message: "internal error" });
      }
    }
  };
}

/** Reads a body whole, at most `limit` bytes. */
export async function readBody(request: IncomingMessage, limit = LARGEST_BODY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new AwsError("RequestEntityTooLarge", `body over ${limit} bytes`, 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await readBody(request)).toString("utf8") || "{}");
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw new AwsError("SerializationException", "the body is not JSON");
  }
}
