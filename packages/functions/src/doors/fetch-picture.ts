import type { GuardedFetch } from "./guarded-fetch.ts";

/** A fetched picture; its type is read from its first bytes, whatever the server says. */
export interface FoundPicture {
  readonly mediaType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly bytes: Uint8Array;
}

const MAX_BYTES = 200 * 1024;
/** Most pixels of width or height: drawing needs four bytes for each pixel, however small the file is. */
const MAX_POINTS = 5000;

/** A picture's width and height in pixels; undefined if the file does not say. */
type Sides = readonly [wide: number, high: number] | undefined;

/** The first bytes of each type, in hexadecimal (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern). */
const kinds: readonly (readonly [FoundPicture["mediaType"], RegExp, (bytes: Buffer) => Sides])[] = [
  ["image/png", /^89504e470d0a1a0a/, (bytes) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]],
  ["image/jpeg", /^ffd8ff/, sidesOfJpeg],
  ["image/gif", /^47494638(37|39)61/, (bytes) => [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]],
  ["image/webp", /^52494646.{8}574542505650/, sidesOfWebp],
];
/** Where width and height are in all types except JPEG. */
const HEAD_BYTES = 30;

/**
 * Fetches a picture of at most 200 KB and 5,000 pixels a side; undefined if there is none, or its address may not be
 * fetched.
 */
export async function fetchPicture(fetch: GuardedFetch, url: string): Promise<FoundPicture | undefined> {
  const answer = await fetch(url, {
    method: "GET",
    headers: { accept: kinds.map(([type]) => type).join(", "), "user-agent": "Callboard" },
    mostBytes: MAX_BYTES,
  });
  if (answer.outcome !== "answered" || answer.status !== 200 || !answer.whole) return undefined;
  const { body } = answer;
  const start = body.toString("hex", 0, 16);
  const [mediaType, , sidesOf] = kinds.find(([, pattern]) => pattern.test(start)) ?? [];
  if (!mediaType || !sidesOf || body.length < HEAD_BYTES) return undefined;
  const isDrawn = sidesOf(body)?.every((side) => side >= 1 && side <= MAX_POINTS) ?? false;
  return isDrawn ? { mediaType, bytes: body } : undefined;
}

/**
 * Width and height in the first frame, which other segments precede (https://www.w3.org/Graphics/JPEG/itu-t81.pdf,, B.1).
 */
function sidesOfJpeg(bytes: Buffer): Sides {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const kind = bytes[at + 1]!;
    const length = bytes.readUInt16BE(at + 2);
    if (kind === 0xff) at++;
    else if (isFrame(kind)) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
    else if (length < 2) return undefined;
    else at += 2 + length;
  }
  return undefined;
}

/** Three of these markers are for tables, not frames. */
const isFrame = (kind: number): boolean => kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind);

/** https://developers.google.com/speed/webp/docs/riff_container */
function sidesOfWebp(bytes: Buffer): Sides {
  const kind = bytes.toString("latin1", 12, 16);
  if (kind === "VP8X") return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  const fourteenBits = 0x3fff;
  if (kind === "VP8 ") return [bytes.readUInt16LE(26) & fourteenBits, bytes.readUInt16LE(28) & fourteenBits];
  if (kind !== "VP8L") return undefined;
  const both = bytes.readUInt32LE(21);
  return [(both & fourteenBits) + 1, ((both >>> 14) & fourteenBits) + 1];
}
