import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { isChecksumHeader } from "./checksum.ts";
import { PIECE_BYTES, verified } from "./contents.ts";
import type { ObjectRecord, ObjectStore } from "./object-store.ts";
import { queryValue, type Target } from "./target.ts";
import { S3Error } from "./xml.ts";

/** Headers that a GET can override, by a signed query parameter `response-<name>`. */
const OVERRIDABLE = [
  "content-type",
  "content-language",
  "expires",
  "cache-control",
  "content-disposition",
  "content-encoding",
];

/**
 * Answers GetObject and HeadObject: the whole object, one range of it, or 304 if the client's copy is still valid. A
 * whole damaged object is refused with `DamagedContent`, or cut off if it is longer than one piece.
 */
export async function getObject(
  store: ObjectStore,
  target: Target & { readonly bucket: string; readonly key: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const opened = await store.open(target.bucket, target.key);
  if (!opened) throw new S3Error("NoSuchKey", 404, "The specified key does not exist.", { Key: target.key });
  const { record, file } = opened;
  try {
    const etag = `"${record.etag}"`;
    const isFresh = request.headers["if-none-match"] === etag;
    const range = isFresh ? undefined : readRange(request.headers.range, record.size);
    const { start, end } = range ?? { start: 0, end: record.size - 1 };
    const hasBody = request.method === "GET" && !isFresh && record.size > 0;
    const read = () => file.createReadStream({ start, end, autoClose: false, highWaterMark: PIECE_BYTES });
    const pieces = hasBody ? (range ? piecesOf(read()) : verified(read(), record.etag)) : undefined;
    const first = await pieces?.next();

    // Objects share an origin with others, so none may run scripts there. S3 itself sends neither header.
    response.setHeader("content-security-policy", "sandbox");
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("etag", etag);
    response.setHeader("last-modified", new Date(record.lastModified).toUTCString());
    response.setHeader("accept-ranges", "bytes");
    if (isFresh) {
      response.writeHead(304).end();
      return;
    }
    setObjectHeaders(response, record, target, range === undefined && asksChecksum(request, target));
    if (range) response.setHeader("content-range", `bytes ${start}-${end}/${record.size}`);
    response.setHeader("content-length", end - start + 1);
    response.writeHead(range ? 206 : 200);
    if (!pieces || !first) {
      response.end();
      return;
    }
    await pipeline(async function* () {
      if (first.done) return;
      yield first.value;
      yield* pieces;
    }, response);
  } finally {
    await file.close();
  }
}

async function* piecesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* stream;
}

function setObjectHeaders(
  response: ServerResponse,
  record: ObjectRecord,
  target: Target,
  withChecksum: boolean,
): void {
  for (const [name, value] of Object.entries(record.headers)) {
    if (withChecksum || !isChecksumHeader(name)) response.setHeader(name, value);
  }
  for (const name of OVERRIDABLE) {
    const value = queryValue(target.query, `response-${name}`);
    if (value !== undefined) response.setHeader(name, value);
  }
}

/** The SDK asks in a header, its presigner in the query. The checksum is that of the whole object, never of a range. */
function asksChecksum(request: IncomingMessage, target: Target): boolean {
  const mode = request.headers["x-amz-checksum-mode"] ?? queryValue(target.query, "x-amz-checksum-mode");
  return mode === "ENABLED";
}

/** A header with several ranges, or an invalid one, is ignored, as in S3. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  const [first, last] = [parts?.[1] ?? "", parts?.[2] ?? ""];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === "" && Number(last) === 0)) {
    throw new S3Error("InvalidRange", 416, "The requested range is not satisfiable", {
      ActualObjectSize: String(size),
    });
  }
  return { start, end };
}
