import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";

/** What marks the first page as a theatre, so that it is one from its first paint on. */
const mark = ["<html ", "<html data-theatre "] as const;

/** Serves the first page of a folder as a theatre; answers false for any other, and when it is not there. */
export async function serveTheatre(
  folder: string,
  { pathname }: URL,
  response: ServerResponse,
): Promise<boolean> {
  if (pathname !== "/" && pathname !== "/index.html") return false;
  const page = await readFile(join(folder, "index.html"), "utf8").catch(() => undefined);
  if (page === undefined) return false;
  const body = Buffer.from(page.replace(...mark));
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-cache",
  });
  // Node leaves a body out of the answer to HEAD.
  response.end(body);
  return true;
}
