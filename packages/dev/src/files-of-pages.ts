import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { encodingFor, isCompressible } from "./encodings.ts";
import type { KeptFiles } from "./kept-files.ts";

const mediaTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".map": "application/json",
  ".woff2": "font/woff2",
};

/**
 * Serves the built pages of a folder, compressed as far as the caller accepts, and 304 when the caller has
 * them. Returns false when there is no such file. Rejects when it cannot be read.
 */
export async function serveFile(
  { folder, kept }: { readonly folder: string; readonly kept: KeptFiles },
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = pathOf(url);
  if (path === undefined) return false;
  const file = await openFile(join(folder, path));
  if (!file) return false;
  try {
    const found = await file.stat();
    if (!found.isFile()) return false;
    const mediaType = mediaTypes[extname(path)] ?? "application/octet-stream";
    response.setHeader("content-type", mediaType);
    // Names of built assets contain their hash; names of pages do not.
    const isHashed = path.startsWith("/assets/");
    response.setHeader("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
    const mayShrink = isCompressible(mediaType, found.size);
    if (mayShrink) response.setHeader("vary", "accept-encoding");
    const encoding = mayShrink ? encodingFor(request) : "identity";
    const sent = await kept.read(path, file, encoding);
    if (!sent) {
      response.writeHead(200, { "content-length": found.size });
      if (request.method === "HEAD") response.end();
      else await send(file, response);
      return true;
    }
    response.setHeader("etag", sent.tag);
    if (hasIt(request, sent.tag)) {
      response.writeHead(304).end();
      return true;
    }
    if (encoding !== "identity") response.setHeader("content-encoding", encoding);
    response.writeHead(200, { "content-length": sent.bytes.length });
    response.end(request.method === "HEAD" ? undefined : sent.bytes);
    return true;
  } finally {
    await file.close();
  }
}

/** Whether the caller already has these bytes: https://www.rfc-editor.org/rfc/rfc9110#field.if-none-match */
function hasIt({ headers }: IncomingMessage, tag: string): boolean {
  const had = (headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  return had.includes(tag) || had.includes("*");
}

/**
 * Undefined when there is no such file; also for a folder in the path, or a name that this system does not
 * allow.
 */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "EISDIR", "EINVAL", "ENAMETOOLONG"].includes(code)) return undefined;
    throw cause;
  }
}

/** A caller that disconnects before the end needs no more of it. */
async function send(file: FileHandle, response: ServerResponse): Promise<void> {
  try {
    await pipeline(file.createReadStream({ autoClose: false }), response);
  } catch (cause) {
    if (!response.destroyed) throw cause;
  }
}

/** The path inside the folder, with slashes; it cannot leave the folder. */
function pathOf({ pathname }: URL): string | undefined {
  try {
    const path = posix.normalize(decodeURIComponent(pathname));
    // A colon means a drive or a stream on Windows; no page has one.
    if (/\0|\.\.|[\\:]/.test(path)) return undefined;
    return path.endsWith("/") ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}
