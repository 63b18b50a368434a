import { crc32 } from "node:zlib";
import { decodeKey } from "./key.ts";
import { DamagedRecord } from "./store.ts";

/** Two CRC-32, of the key and of the value, precede each value. */
const HEAD_BYTES = 8;

/** A value as JSON. Throws a `TypeError` for values that JSON cannot represent. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`not a value to keep: ${typeof value}`);
  return json;
}

/** The bytes of a value in the file, with the checksums of its key and itself. */
export function encodeRecord(key: Uint8Array, value: unknown): Buffer {
  const json = jsonOf(value);
  const stored = Buffer.allocUnsafe(HEAD_BYTES + Buffer.byteLength(json));
  stored.write(json, HEAD_BYTES);
  stored.writeUInt32LE(crc32(key), 0);
  stored.writeUInt32LE(crc32(stored.subarray(HEAD_BYTES)), 4);
  return stored;
}

/**
 * Whether a record is as it was written. If the key is damaged, it does not identify the record; if only the value is, it
 * does.
 */
export function checkRecord(key: Uint8Array, stored: Buffer): "whole" | "damaged_key" | "damaged_value" {
  if (stored.length < HEAD_BYTES || stored.readUInt32LE(0) !== crc32(key)) return "damaged_key";
  return stored.readUInt32LE(4) === crc32(stored.subarray(HEAD_BYTES)) ? "whole" : "damaged_value";
}

/** Decodes bytes of `encodeRecord`; throws `DamagedRecord` for others. */
export function decodeRecord<T>(key: Uint8Array, stored: Buffer): T {
  if (checkRecord(key, stored) !== "whole") throw new DamagedRecord(keyOrNone(key));
  return decodeTrusted(stored);
}

/** Decodes bytes that `encodeRecord` has written in this process. */
export const decodeTrusted = <T>(stored: Buffer): T => JSON.parse(stored.toString("utf8", HEAD_BYTES)) as T;

function keyOrNone(key: Uint8Array) {
  try {
    return decodeKey(key);
  } catch {
    return ["?"] as const;
  }
}
