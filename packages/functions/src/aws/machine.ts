import { createHash, randomBytes, randomFillSync, randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock, Ids } from "@callboard/core";

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms) => wait(ms),
};

/** A random number from 0 to 1. */
export const systemRandom = (): number => Math.random();

/** The trace of the current invocation, from Lambda's environment; each invocation has its own. */
export const traceId = (): string | undefined =>
  process.env.AWS_LAMBDA_FUNCTION_NAME ? process.env._X_AMZN_TRACE_ID : undefined;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const BYTES = 20;

/** Random bytes are fetched in bulk, because a system call costs more than the rest of an id; no byte is used twice. */
const stock = Buffer.alloc(BYTES * 128);
let used = stock.length;

function nextRandomBytes(): Uint8Array {
  if (used === stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += BYTES;
  return stock.subarray(used - BYTES, used);
}

/** Ids of 160 bits in 32 letters and digits (Crockford's base 32, lower case). */
export const cryptoIds: Ids = {
  random: () => base32(nextRandomBytes()),
  hash: (text) => base32(createHash("sha256").update(text).digest().subarray(0, BYTES)),
  digits: (count) => Array.from({ length: count }, () => randomInt(10)).join(""),
  secret: () => randomBytes(32).toString("base64"),
};

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return text;
}
