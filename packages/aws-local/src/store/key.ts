import { type Key, type KeyPart, KeyTooLong, keyText, type Range } from "./store.ts";

/** The longest encoded key in bytes: LMDB's limit for pages of 8 KB. */
export const MAX_KEY_LENGTH = 4_026;

/** The first byte of each kind of part, in the order of kinds; the end of a key and of text sorts before all of them. */
const END = 0x00;
const BYTES = 0x01;
const TEXT = 0x02;
const NUMBER = 0x05;
/** Follows a zero byte within text or bytes, to distinguish it from their end. */
const ESCAPED = 0xff;

/** A buffer for building keys; the last part of a key that is too long may fill it. */
const scratch = Buffer.alloc(32_768);

/**
 * A key as bytes that sort like keys (FoundationDB's tuple layer has the same form:
 * https://github.com/apple/foundationdb/blob/main/design/tuple.md). Throws `KeyTooLong`.
 */
export function encodeKey(key: Key): Buffer {
  let end = 0;
  for (const part of key) {
    // Each character or byte takes one byte or more, so a longer part need not be encoded.
    if (typeof part !== "number" && end + part.length > MAX_KEY_LENGTH) throw tooLong(key);
    end = encodePart(part, end);
    if (end > MAX_KEY_LENGTH) throw tooLong(key);
  }
  return Buffer.from(scratch.subarray(0, end));
}

const tooLong = (key: Key) =>
  new KeyTooLong(
    `the key ${keyText(key)} is longer than ${MAX_KEY_LENGTH} bytes, the most that a key may have`,
  );

function encodePart(part: KeyPart, start: number): number {
  if (typeof part === "number") return encodeNumber(part, start);
  let at = start;
  if (typeof part !== "string") {
    scratch[at++] = BYTES;
    return encodeBody(part, at);
  }
  scratch[at++] = TEXT;
  for (let index = 0; index < part.length; index++) {
    const code = part.charCodeAt(index);
    // Text that is not plain ASCII is encoded again from its beginning.
    if (code === 0 || code > 0x7f) return encodeBody(Buffer.from(part, "utf8"), start + 1);
    scratch[at++] = code;
  }
  scratch[at++] = END;
  return at;
}

function encodeBody(body: Uint8Array, start: number): number {
  let at = start;
  for (const byte of body) {
    scratch[at++] = byte;
    if (byte === END) scratch[at++] = ESCAPED;
  }
  scratch[at++] = END;
  return at;
}

/**
 * Big-endian; negative numbers with all bits inverted, others with the sign bit inverted, so that bytes sort like
 * numbers.
 */
function encodeNumber(number: number, start: number): number {
  if (!Number.isFinite(number)) throw new RangeError(`not a number to keep: ${number}`);
  const first = start + 1;
  scratch[start] = NUMBER;
  scratch.writeDoubleBE(number === 0 ? 0 : number, first);
  if (scratch[first]! & 0x80) for (let at = first; at < first + 8; at++) scratch[at] = ~scratch[at]! & 0xff;
  else scratch[first]! |= 0x80;
  return start + 9;
}

/** Decodes a key of `encodeKey`; throws for other bytes. */
export function decodeKey(encoded: Uint8Array): Key {
  const bytes: Buffer = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const parts: KeyPart[] = [];
  for (let at = 0; at < bytes.length; ) {
    const kind = bytes[at++];
    if (kind === NUMBER) {
      parts.push(decodeNumber(bytes.subarray(at, at + 8)));
      at += 8;
    } else if (kind === TEXT || kind === BYTES) {
      const { body, next } = decodeBody(bytes, at);
      parts.push(kind === TEXT ? Buffer.from(body).toString("utf8") : new Uint8Array(body));
      at = next;
    } else throw new RangeError("not a key");
  }
  if (typeof parts[0] !== "string") throw new RangeError("not a key");
  return parts as unknown as Key;
}

function decodeNumber(encoded: Uint8Array): number {
  const bytes = Buffer.from(encoded);
  if (bytes[0]! & 0x80) bytes[0]! &= 0x7f;
  else for (let at = 0; at < 8; at++) bytes[at] = ~bytes[at]! & 0xff;
  return bytes.readDoubleBE(0);
}

function decodeBody(bytes: Buffer<ArrayBufferLike>, start: number): { body: Uint8Array; next: number } {
  const pieces: Uint8Array[] = [];
  for (let from = start; ; ) {
    const end = bytes.indexOf(END, from);
    if (end < 0) throw new RangeError("not a key");
    if (bytes[end + 1] !== ESCAPED) {
      pieces.push(bytes.subarray(from, end));
      return { body: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), next: end + 1 };
    }
    pieces.push(bytes.subarray(from, end + 1));
    from = end + 2;
  }
}

/**
 * A range as bytes, from the first key to before the second. No kind of part begins with 0xff. Throws `KeyTooLong` when a
 * bound is longer than any key.
 */
export function encodeRange({ prefix, gt, gte, lt, lte }: Range): { start: Buffer; end: Buffer } {
  const after = (key: Key) => Buffer.concat([encodeKey(key), Buffer.of(0x00)]);
  let start: Buffer = encodeKey(prefix);
  let end: Buffer = Buffer.concat([start, Buffer.of(0xff)]);
  for (const bound of [gte && encodeKey(gte), gt && after(gt)])
    if (bound && Buffer.compare(start, bound) < 0) start = bound;
  for (const bound of [lt && encodeKey(lt), lte && after(lte)])
    if (bound && Buffer.compare(bound, end) < 0) end = bound;
  return { start, end };
}
