import { Readable } from "node:stream";
import { HttpResponse } from "@smithy/core/protocols";

/** An answer as the service gives it on the wire. */
export interface RecordedAnswer {
  readonly status?: number;
  /** The type of an error, as `x-amzn-errortype` has it. */
  readonly error?: string;
  /** What an error has beside its message. */
  readonly fields?: object;
  readonly body?: unknown;
}

/** What a client asked for: the operation of a JSON protocol, the path of a REST one. */
export interface RecordedCall {
  readonly operation: string;
  readonly path: string;
  readonly body: string;
}

/** Options of an AWS client whose calls are answered from memory; `answer` may throw as a broken network would. */
export function recordedService(answer: (call: RecordedCall, nth: number) => RecordedAnswer) {
  const calls: RecordedCall[] = [];
  const requestHandler = {
    async handle(request: { headers: Record<string, string>; path: string; body?: unknown }) {
      const target = request.headers["x-amz-target"] ?? "";
      const call = { operation: target.split(".").at(-1)!, path: request.path, body: textOf(request.body) };
      calls.push(call);
      const { status, error, fields, body } = answer(call, calls.length - 1);
      const headers: Record<string, string> = { "content-type": "application/x-amz-json-1.0" };
      if (error !== undefined) headers["x-amzn-errortype"] = error;
      const text = JSON.stringify(
        error === undefined ? (body ?? {}) : { ...fields, __type: error, message: error },
      );
      return {
        response: new HttpResponse({
          statusCode: status ?? (error === undefined ? 200 : 400),
          headers,
          body: Readable.from([Buffer.from(text)]),
        }),
      };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
  return {
    calls,
    config: {
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      endpoint: "http://127.0.0.1:1",
      maxAttempts: 1,
      requestHandler,
    },
  };
}

const textOf = (body: unknown): string =>
  body instanceof Uint8Array ? Buffer.from(body).toString() : String(body ?? "");
