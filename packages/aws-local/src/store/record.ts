import { crc32 } from "node:zlib";
import { decodeKey } from "./key.ts";
import { DamagedRecord } from "./store.ts";

/** Two CRC-32, of the key and of the value, come before each value. */
const HEAD_BYTES = 8;

/** A value as JSON. Throws a `TypeError` for what JSON has no form for. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`not a value to keep: ${typeof value}`);
  return json;
}

/** A value as it stands in the file beside its key. */
export function encodeRecord(key: Uint8Array, value: unknown): Buffer {
  const json = jsonOf(value);
  const stored = Buffer.allocUnsafe(HEAD_BYTES + Buffer.byteLength(json));
  stored.write(json, HEAD_BYTES);
  stored.writeUInt32LE(crc32(key), 0);
  stored.writeUInt32LE(crc32(stored.subarray(HEAD_BYTES)), 4);
  return stored;
}

/**
 * Whether a record is as it was written. That of a damaged key may not be known by that key; that of a damaged value may.
 */
export function checkRecord(key: Uint8Array, stored: Buffer): "whole" | "damaged_key" | "damaged_value" {
  if (stored.length < HEAD_BYTES || stored.readUInt32LE(0) !== crc32(key)) return "damaged_key";
  return stored.readUInt32LE(4) === crc32(stored.subarray(HEAD_BYTES)) ? "whole" : "damaged_value";
}

/** Reads what `encodeRecord` wrote; throws `DamagedRecord` when it is something else. */
export function decodeRecord<T>(key: Uint8Array, stored: Buffer): T {
  if (checkRecord(key, stored) !== "whole") throw new DamagedRecord(keyOrNone(key));
  return decodeTrusted(stored);
}

/** Reads what `encodeRecord` has written in this process. */
export const decodeTrusted = <T>(stored: Buffer): T => JSON.parse(stored.toString("utf8", HEAD_BYTES)) as T;

function keyOrNone(key: Uint8Array) {
  try {
    return decodeKey(key);
  } catch {
    return ["?"] as const;
  }
}
