import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";

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

/** Serves the built pages of a folder; answers false when there is no such file. Rejects when it cannot be read. */
export async function serveFile(
  folder: string,
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
    response.writeHead(200, {
      "content-type": mediaTypes[extname(path)] ?? "application/octet-stream",
      "content-length": found.size,
      // Names of built assets carry their hash; pages do not.
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    });
    if (request.method === "HEAD") response.end();
    else await send(file, response);
    return true;
  } finally {
    await file.close();
  }
}

/** Undefined when there is no such file: a folder in the way, or a name that this system does not have, included. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "EISDIR", "EINVAL", "ENAMETOOLONG"].includes(code)) return undefined;
    throw cause;
  }
}

/** Whoever leaves before the end needs no more of it. */
async function send(file: FileHandle, response: ServerResponse): Promise<void> {
  try {
    await pipeline(file.createReadStream({ autoClose: false }), response);
  } catch (cause) {
    if (!response.destroyed) throw cause;
  }
}

/** The path inside the folder, with slashes; it cannot climb out of it. */
function pathOf({ pathname }: URL): string | undefined {
  try {
    const path = posix.normalize(decodeURIComponent(pathname));
    // A colon names a drive or a stream on Windows, and no page.
    if (/\0|\.\.|[\\:]/.test(path)) return undefined;
    return path === "/" ? "/index.html" : path;
  } catch {
    return undefined;
  }
}
