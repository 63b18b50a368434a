import type { IncomingMessage } from "node:http";
import { S3Error } from "./xml.ts";

/** The target of a path-style request: the service, a bucket, or an object in it. */
export interface Target {
  readonly method: string;
  readonly bucket?: string;
  readonly key?: string;
  /** Decoded; a repeated parameter keeps its values in order. */
  readonly query: Readonly<Record<string, string | string[]>>;
  /** The path that AWS signs: decoded, with each segment encoded again. */
  readonly canonicalPath: string;
}

const MAX_KEY_BYTES = 1024;

/** Reads method, bucket, key and query; throws an `S3Error` if S3 does not allow them. */
export function parseTarget(request: IncomingMessage): Target {
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  const path = decode(at < 0 ? url : url.slice(0, at));
  const slash = path.indexOf("/", 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const key = slash < 0 ? "" : path.slice(slash + 1);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error("KeyTooLongError", 400, "Your key is too long");
  }
  return {
    method: request.method ?? "GET",
    ...(bucket === "" ? {} : { bucket }),
    ...(key === "" ? {} : { key }),
    query: parseQuery(at < 0 ? "" : url.slice(at + 1)),
    canonicalPath: encodePath(path),
  };
}

/** Encodes everything except RFC 3986's unreserved characters and `/`. */
export function encodePath(path: string): string {
  return encodeURIComponent(path)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");
}

/** The value of a query parameter that may be given only once, by its name in any case. */
export function queryValue(query: Target["query"], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(query).filter(([key]) => key.toLowerCase() === wanted);
  const value = found[0]?.[1];
  if (found.length > 1 || Array.isArray(value)) {
    throw new S3Error("InvalidArgument", 400, `${name} is given more than once`);
  }
  return value;
}

function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const pair of text.split("&").filter((part) => part !== "")) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}
