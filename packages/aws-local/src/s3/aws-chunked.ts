import { S3Error } from "./xml.ts";

const MAX_LINE_LENGTH = 4096;
const MAX_TRAILERS = 16;

/**
 * Decodes a body in `aws-chunked` with unsigned chunks, the form in which SDKs send a stream with its checksum at the
 * end. The headers after the last chunk go into `trailers`, by lower-case name.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const reader = chunkReader(chunks);
  try {
    for (;;) {
      const size = parseSize(await reader.line());
      if (size === 0) break;
      yield* reader.bytes(size);
      if ((await reader.line()) !== "") throw incomplete();
    }
    for (let line = await reader.line(); line !== ""; line = await reader.line()) {
      const colon = line.indexOf(":");
      if (colon < 0 || trailers.size >= MAX_TRAILERS) throw incomplete();
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  } finally {
    await chunks.return?.();
  }
}

function chunkReader(chunks: AsyncIterator<Uint8Array>) {
  let rest: Buffer = Buffer.alloc(0);

  const more = async () => {
    const next = await chunks.next();
    if (next.done) throw incomplete();
    return Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
  };

  return {
    /** The next line without its CRLF. */
    async line(): Promise<string> {
      for (;;) {
        const end = rest.indexOf("\r\n");
        if (end >= 0) {
          const line = rest.subarray(0, end).toString("latin1");
          rest = rest.subarray(end + 2);
          return line;
        }
        if (rest.length > MAX_LINE_LENGTH) throw incomplete();
        rest = Buffer.concat([rest, await more()]);
      }
    },
    /** The next `count` bytes, as they arrive. */
    async *bytes(count: number): AsyncGenerator<Uint8Array> {
      for (let left = count; left > 0; ) {
        if (rest.length === 0) rest = await more();
        const piece = rest.subarray(0, left);
        rest = rest.subarray(piece.length);
        left -= piece.length;
        if (piece.length > 0) yield piece;
      }
    },
  };
}

function parseSize(line: string): number {
  const hex = line.split(";")[0] ?? "";
  if (!/^[0-9a-fA-F]{1,12}$/.test(hex)) throw incomplete();
  return Number.parseInt(hex, 16);
}

function incomplete(): S3Error {
  return new S3Error("IncompleteBody", 400, "The request body terminated unexpectedly");
}
