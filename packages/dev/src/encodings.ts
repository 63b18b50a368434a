import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";

/** The compression of an answer; `identity` is none. */
export type Encoding = "br" | "gzip" | "identity";

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Smaller bodies are not worth compressing. */
const MIN_BYTES = 500;

/** Text media types; pictures and fonts are compressed already. */
const text = /^text\/|^application\/json|^image\/svg/;

/** Whether it is worth compressing files of a type and size, in bytes. */
export const isCompressible = (mediaType: string, bytes: number): boolean =>
  bytes >= MIN_BYTES && text.test(mediaType);

/** The smallest encoding that the caller accepts; none if the caller does not say. */
export function encodingFor({ headers }: Pick<IncomingMessage, "headers">): Encoding {
  const taken = String(headers["accept-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim())
    .filter((one) => !/;\s*q=0(\.0*)?$/.test(one))
    .map((one) => one.split(";")[0]!.trim());
  return (["br", "gzip"] as const).find((encoding) => taken.includes(encoding)) ?? "identity";
}

/** Compresses slowly but well, since the result is sent often. */
export async function compressed(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case "br":
      return toBrotli(bytes, {
        params: { [zlib.BROTLI_PARAM_QUALITY]: 9, [zlib.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      });
    case "gzip":
      return toGzip(bytes, { level: 9 });
    case "identity":
      return bytes;
  }
}
