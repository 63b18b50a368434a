import { STATUS_CODES } from "node:http";
import type { Connection } from "../bus/connections.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import { isObject } from "../json.ts";
import {
  type Integration,
  type Integrations,
  NotServed,
  TaskFailure,
  type TracedRequest,
} from "../states/integration.ts";
import { invalid, MAX_DATA_BYTES, objectArguments, requiredString, tooMuchData } from "./arguments.ts";
import { encodeForm, isArrayFormat } from "./form-encoding.ts";
import { REQUEST, tasks } from "./tasks.ts";

export interface HttpInvokeOptions {
  readonly fetch: typeof fetch;
  /** What an EventBridge connection adds to requests, by its ARN. */
  readonly connectionOf: (arn: string) => Connection | undefined;
  readonly clock?: Clock;
}

const TIMEOUT_MS = 60_000;
const METHODS = new Set(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Headers that a definition may not set: the connection or the service sets them. */
const FORBIDDEN = new Set(
  (
    "a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding " +
    "content-md5 date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range " +
    "if-unmodified-since max-forwards origin pragma proxy-authorization referer server te trailer " +
    "transfer-encoding upgrade via warning"
  ).split(" "),
);
const FORBIDDEN_PREFIX = /^(x-forwarded-|x-amz-|x-amzn-)/;

/**
 * `arn:aws:states:::http:invoke`: `https`, or `http` to this machine. An answer other than 2xx fails the Task with
 * `States.Http.StatusCode.<n>`, a connection that fails or takes over 60 s with `States.Http.Socket`, an answer over 256
 * KiB with `States.DataLimitExceeded`. Redirects are not followed: they could send the connection's secrets elsewhere.
 * https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
export function httpTasks(options: HttpInvokeOptions): Integrations {
  return tasks(REQUEST, { "http:invoke": httpInvoke(options) });
}

function httpInvoke({ fetch, connectionOf, clock = systemClock }: HttpInvokeOptions): Integration {
  return async (call) => {
    const input = objectArguments(call.arguments);
    const connection = readConnection(input, connectionOf);
    const { url, init } = readRequest(input, connection);
    const { trace } = call;
    trace?.request(shownRequest(trace.revealSecrets ? { url, init } : readRequest(input, {})));
    const time = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () => time.abort());
    try {
      const response = await fetch(url, {
        ...init,
        redirect: "manual",
        signal: AbortSignal.any([call.signal, time.signal]),
      });
      return await readResponse(
        response,
        trace && ((body) => trace.response({ protocol: protocolOf(url), ...shownResponse(response, body) })),
      );
    } catch (cause) {
      if (cause instanceof TaskFailure || call.signal.aborted) throw cause;
      throw new TaskFailure(
        "States.Http.Socket",
        time.signal.aborted ? "the request timed out" : reasonOf(cause),
      );
    } finally {
      cancel();
    }
  };
}

type Input = Readonly<Record<string, unknown>>;

interface HttpRequest {
  readonly url: URL;
  readonly init: { readonly method: string; readonly headers: Headers; readonly body?: string };
}

/** The request for the state's arguments, with the connection's parts. */
function readRequest(input: Input, connection: Connection): HttpRequest {
  const method = requiredString(input, "Method");
  if (!METHODS.has(method)) throw invalid(`Method ${method} is not supported`);
  const url = readUrl(requiredString(input, "ApiEndpoint"));
  addQuery(url, input.QueryParameters);
  for (const [name, value] of Object.entries(connection.query ?? {})) url.searchParams.set(name, value);
  const headers = readHeaders(input.Headers);
  const body = readBody(withFields(input, connection.body), headers);
  if (body !== undefined && (method === "GET" || method === "HEAD"))
    throw new NotServed(`a ${method} is not sent with a RequestBody from here. Leave RequestBody out.`);
  for (const [name, value] of Object.entries(connection.headers ?? {})) setHeader(headers, name, value);
  return { url, init: { method, headers, ...(body === undefined ? {} : { body }) } };
}

/** The input with a connection's body fields, if it is an object: no other body can take them. */
function withFields(input: Input, fields: Connection["body"] = {}): Input {
  return isObject(input.RequestBody) ? { ...input, RequestBody: { ...input.RequestBody, ...fields } } : input;
}

function readConnection(input: Input, connectionOf: HttpInvokeOptions["connectionOf"]): Connection {
  const holder = [input.InvocationConfig, input.Authentication].find(isObject);
  if (!holder) throw invalid("Authentication.ConnectionArn is missing");
  const arn = requiredString(holder, "ConnectionArn");
  const connection = connectionOf(arn);
  if (connection) return connection;
  throw new TaskFailure("Events.ConnectionResource.ResourceNotFound", `there is no connection ${arn}`);
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed =
    url && (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname)));
  if (!allowed || url.username !== "" || url.password !== "")
    throw invalid("ApiEndpoint must be an https URL");
  return url;
}

function addQuery(url: URL, parameters: unknown): void {
  if (parameters === undefined || parameters === null) return;
  if (!isObject(parameters)) throw invalid("QueryParameters must be an object");
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of [value].flat()) if (item !== null) url.searchParams.append(name, scalar(item));
  }
}

function readHeaders(given: unknown): Headers {
  const headers = new Headers({ "user-agent": "Amazon|StepFunctions|HttpInvoke|local" });
  if (given === undefined || given === null) return headers;
  if (!isObject(given)) throw invalid("Headers must be an object");
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (FORBIDDEN.has(lower) || FORBIDDEN_PREFIX.test(lower))
      throw invalid(`the header ${name} may not be set`);
    setHeader(headers, name, [value].flat().map(scalar).join(","));
  }
  return headers;
}

/** Node's error about an invalid header repeats its value, which may be a secret. */
function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    throw invalid(`the header ${name} is not valid`);
  }
}

function readBody(input: Input, headers: Headers): string | undefined {
  const { RequestBody: body, Transform } = input;
  if (body === undefined || body === null) return undefined;
  const transform = isObject(Transform) ? Transform : {};
  if (transform.RequestBodyEncoding === "URL_ENCODED") {
    if (!isObject(body)) throw invalid("a form's RequestBody must be an object");
    const options = isObject(transform.RequestEncodingOptions) ? transform.RequestEncodingOptions : {};
    const format = options.ArrayFormat ?? "INDICES";
    if (!isArrayFormat(format)) throw invalid("unknown ArrayFormat");
    if (!headers.has("content-type"))
      headers.set("content-type", "application/x-www-form-urlencoded;charset=utf-8");
    return encodeForm(body, format);
  }
  if (!headers.has("content-type")) headers.set("content-type", "application/json;charset=utf-8");
  return typeof body === "string" ? body : JSON.stringify(body);
}

async function readResponse(response: Response, show?: (body: string) => void): Promise<unknown> {
  const statusText = statusTextOf(response);
  if (response.status < 200 || response.status > 299) {
    // Only TestState needs the text of an error's body.
    if (show) show(await boundedText(response).catch(() => ""));
    else await response.body?.cancel();
    throw new TaskFailure(`States.Http.StatusCode.${response.status}`, statusText);
  }
  const type = response.headers.get("content-type") ?? "";
  if (/^(image|video|audio)\/|^application\/octet-stream/i.test(type)) {
    await response.body?.cancel();
    show?.("");
    throw invalid(`a response of type ${type} is not supported`);
  }
  const text = await boundedText(response);
  show?.(text);
  return {
    Headers: Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]])),
    ResponseBody: parseBody(text, type),
    StatusCode: response.status,
    StatusText: statusText,
  };
}

function shownRequest({ url, init }: HttpRequest): TracedRequest {
  const { method, headers, body } = init;
  return {
    protocol: protocolOf(url),
    method,
    url: url.href,
    headers: shownHeaders(headers),
    ...(body !== undefined && { body }),
  };
}

const shownResponse = (response: Response, body: string) => ({
  statusCode: String(response.status),
  statusMessage: statusTextOf(response),
  headers: shownHeaders(response.headers),
  body,
});

const protocolOf = (url: URL): string => url.protocol.slice(0, -1);

const statusTextOf = (response: Response): string =>
  response.statusText || (STATUS_CODES[response.status] ?? "");

const shownHeaders = (headers: Headers): string =>
  `[${[...headers].map(([name, value]) => `${name}: ${value}`).join(", ")}]`;

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_DATA_BYTES) throw tooMuchData();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string, type: string): unknown {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function scalar(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `fetch` reports only "fetch failed"; its cause has the system's error code. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const code = isObject(inner) ? inner.code : undefined;
  return typeof code === "string" ? `the connection failed (${code})` : "the connection failed";
}
