import type { IncomingMessage } from "node:http";

/** Reads a body without holding more than `limit` bytes; the rest is read and dropped. */
export function readAtMost(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | "too_large" | "aborted"> {
  return new Promise((resolve) => {
    // If the client left before this, no more `close` event comes.
    if (request.destroyed) return resolve("aborted");
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve("too_large");
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("close", () => resolve("aborted"));
  });
}
