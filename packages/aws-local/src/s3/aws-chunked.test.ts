import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeAwsChunked } from "./aws-chunked.ts";

async function decode(pieces: Iterable<Uint8Array>) {
  const trailers = new Map<string, string>();
  const out: Uint8Array[] = [];
  for await (const piece of decodeAwsChunked(stream(pieces), trailers)) out.push(piece);
  return { body: Buffer.concat(out), trailers };
}

async function* stream(pieces: Iterable<Uint8Array>) {
  yield* pieces;
}

const encode = (chunks: readonly Uint8Array[]) =>
  Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from("\r\n"),
    ]),
    Buffer.from("0\r\nX-Amz-Checksum-CRC32:AAAAAA==\r\n\r\n"),
  ]);

it("returns the same bytes however the network splits them", async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 5 }),
      fc.integer({ min: 1, max: 30 }),
      async (chunks, cut) => {
        const encoded = encode(chunks);
        const pieces = Array.from({ length: Math.ceil(encoded.length / cut) }, (_, at) =>
          encoded.subarray(at * cut, (at + 1) * cut),
        );
        const { body, trailers } = await decode(pieces);
        expect(body.equals(Buffer.concat(chunks))).toBe(true);
        expect(trailers.get("x-amz-checksum-crc32")).toBe("AAAAAA==");
      },
    ),
  );
});

it("refuses a body that ends too soon or is not chunked", async () => {
  const whole = encode([Buffer.from("hello")]);
  for (const broken of [
    whole.subarray(0, 6),
    whole.subarray(0, -3),
    Buffer.from("zz\r\nhello"),
    Buffer.alloc(5000, "a"),
  ]) {
    await expect(decode([broken])).rejects.toMatchObject({ code: "IncompleteBody" });
  }
});
