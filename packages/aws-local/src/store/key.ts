import type { Key, KeyPart, Range } from "./store.ts";

/** What begins each kind of part, in the order of kinds; the end of a key and of text sorts before all of them. */
const END = 0x00;
const BYTES = 0x01;
const TEXT = 0x02;
const NUMBER = 0x05;
/** Follows a zero byte within text or bytes, to tell it from their end. */
const ESCAPED = 0xff;

/**
 * A key as bytes that sort as keys do (the tuple layer of FoundationDB has the same form:
 * https://github.com/apple/foundationdb/blob/main/design/tuple.md).
 */
export function encodeKey(key: Key): Buffer {
  return Buffer.concat(key.map(encodePart));
}

function encodePart(part: KeyPart): Buffer {
  if (typeof part === "number") return encodeNumber(part);
  const isText = typeof part === "string";
  const body = isText ? Buffer.from(part, "utf8") : part;
  let zeros = 0;
  for (const byte of body) if (byte === END) zeros++;
  const encoded = Buffer.allocUnsafe(body.length + zeros + 2);
  let at = 0;
  encoded[at++] = isText ? TEXT : BYTES;
  for (const byte of body) {
    encoded[at++] = byte;
    if (byte === END) encoded[at++] = ESCAPED;
  }
  encoded[at] = END;
  return encoded;
}

/** Big-endian; negative numbers with all bits turned, others with the sign's, so that bytes sort as numbers do. */
function encodeNumber(number: number): Buffer {
  if (!Number.isFinite(number)) throw new RangeError(`not a number to keep: ${number}`);
  const encoded = Buffer.alloc(9);
  encoded[0] = NUMBER;
  encoded.writeDoubleBE(number === 0 ? 0 : number, 1);
  if (encoded[1]! & 0x80) for (let at = 1; at < 9; at++) encoded[at] = ~encoded[at]! & 0xff;
  else encoded[1]! |= 0x80;
  return encoded;
}

/** Reads what `encodeKey` wrote; throws when it did not. */
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

/** A range as bytes, from the first key to before the second. No kind of part begins with 0xff. */
export function encodeRange({ prefix, gt, gte, lt, lte }: Range): { start: Buffer; end: Buffer } {
  const after = (key: Key) => Buffer.concat([encodeKey(key), Buffer.of(0x00)]);
  const starts = [encodeKey(prefix)];
  const ends: Buffer[] = [Buffer.concat([starts[0]!, Buffer.of(0xff)])];
  if (gte) starts.push(encodeKey(gte));
  if (gt) starts.push(after(gt));
  if (lt) ends.push(encodeKey(lt));
  if (lte) ends.push(after(lte));
  return {
    start: starts.reduce((a, b) => (Buffer.compare(a, b) < 0 ? b : a)),
    end: ends.reduce((a, b) => (Buffer.compare(a, b) < 0 ? a : b)),
  };
}
