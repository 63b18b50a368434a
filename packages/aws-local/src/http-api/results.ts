import { validateHeaderName, validateHeaderValue } from "node:http";
import { readProxyResult } from "../gateway/proxy-result.ts";
import type { LambdaContext } from "./events.ts";

/** An answer that is ready to send. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: ReadonlyMap<string, string | readonly string[]>;
  readonly body: string | Buffer;
}

/** Reads an authorizer's simple response; undefined if it is not valid. */
export function readAuthorizerResult(
  value: unknown,
): { isAuthorized: boolean; context: LambdaContext } | undefined {
  const { isAuthorized, context = {} } = (value ?? {}) as { isAuthorized?: unknown; context?: unknown };
  if (typeof isAuthorized !== "boolean" || typeof context !== "object" || context === null) return undefined;
  return { isAuthorized, context: context as LambdaContext };
}

/**
 * Reads an integration's result in payload format 2.0: an object with a `statusCode` is the answer, anything else is the
 * body of a 200. Undefined if it cannot be sent or its body is over `mostBytes`.
 */
export function readHttpResult(value: unknown, mostBytes: number): HttpResult | undefined {
  const result = hasStatus(value) ? proxied(value) : inferred(value);
  if (!result || result.statusCode < 200 || result.statusCode > 599) return undefined;
  if (Buffer.byteLength(result.body) > mostBytes) return undefined;
  return [...result.headers].every(isHeader) ? result : undefined;
}

const hasStatus = (value: unknown): value is { statusCode: unknown; cookies?: unknown } =>
  typeof value === "object" && value !== null && "statusCode" in value;

function proxied(value: { statusCode: unknown; cookies?: unknown }): HttpResult | undefined {
  const result = readProxyResult(value);
  if (!result) return undefined;
  const headers = new Map<string, string | readonly string[]>([
    ["content-type", "text/plain; charset=utf-8"],
    ...result.headers,
  ]);
  if (Array.isArray(value.cookies)) headers.set("set-cookie", value.cookies.map(String));
  return { statusCode: result.statusCode, headers, body: result.body ?? "" };
}

function inferred(value: unknown): HttpResult {
  const body = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return { statusCode: 200, headers: new Map([["content-type", "application/json"]]), body };
}

function isHeader([name, value]: [string, string | readonly string[]]): boolean {
  try {
    validateHeaderName(name);
    for (const one of [value].flat()) validateHeaderValue(name, one as string);
    return true;
  } catch {
    return false;
  }
}
