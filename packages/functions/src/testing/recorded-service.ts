import { Readable } from "node:stream";
import { HttpResponse } from "@smithy/core/protocols";
import type { Retries } from "../aws/json/retries.ts";
import { NotAnswered, type Transport } from "../aws/json/transport.ts";

/** An answer of the service on the wire. */
export interface RecordedAnswer {
  readonly status?: number;
  /** The type of an error, as in `x-amzn-errortype`. */
  readonly error?: string;
  /** An error's other members besides the message. */
  readonly fields?: object;
  readonly body?: unknown;
}

/** What a client requested: the operation of a JSON protocol, the path of a REST one. */
export interface RecordedCall {
  readonly operation: string;
  readonly path: string;
  readonly body: string;
}

/**
 * A service that answers from memory, as options of an SDK client and as a transport of ours; `answer` may throw like a
 * broken network.
 */
export function recordedService(answer: (call: RecordedCall, nth: number) => RecordedAnswer) {
  const calls: RecordedCall[] = [];

  function answerTo(call: RecordedCall) {
    calls.push(call);
    const { status, error, fields, body } = answer(call, calls.length - 1);
    const content = error === undefined ? (body ?? {}) : { ...fields, __type: error, message: error };
    return { status: status ?? (error === undefined ? 200 : 400), error, text: JSON.stringify(content) };
  }

  const requestHandler = {
    async handle(request: { headers: Record<string, string>; path: string; body?: unknown }) {
      const operation = operationOf(request.headers["x-amz-target"] ?? "");
      const { status, error, text } = answerTo({
        operation,
        path: request.path,
        body: textOf(request.body),
      });
      const headers: Record<string, string> = { "content-type": "application/x-amz-json-1.0" };
      if (error !== undefined) headers["x-amzn-errortype"] = error;
      const body = Readable.from([Buffer.from(text)]);
      return { response: new HttpResponse({ statusCode: status, headers, body }) };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };

  const transport: Transport = async (target, body) => {
    try {
      const { status, text } = answerTo({ operation: operationOf(target), path: "/", body });
      return { status, body: text };
    } catch (error) {
      const { code } = error as { code?: string };
      throw code === undefined ? error : new NotAnswered(target, code);
    }
  };

  return {
    calls,
    transport,
    config: {
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      endpoint: "http://127.0.0.1:1",
      maxAttempts: 1,
      requestHandler,
    },
  };
}

/** Retries of a client that makes each call once. */
export const noRetries: Retries = { before: () => undefined, succeeded() {} };

const operationOf = (target: string): string => target.split(".").at(-1)!;

const textOf = (body: unknown): string =>
  body instanceof Uint8Array ? Buffer.from(body).toString() : String(body ?? "");
