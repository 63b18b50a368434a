import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The headers of a post, in the form of the Fetch API, Node, a framework or API Gateway. */
export type ReceivedHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The content of a post and its time in milliseconds; `id` is the same each time it is sent. */
export interface WebhookMessage {
  readonly id: string;
  readonly at: number;
  readonly body: string;
}

/** The headers to send with the body. */
export type WebhookHeaders = {
  readonly "webhook-id": string;
  /** Seconds since the epoch. */
  readonly "webhook-timestamp": string;
  /** One `v1,…` for each secret, separated by spaces. */
  readonly "webhook-signature": string;
};

/** A post that was signed with one of the secrets. */
export interface VerifiedWebhook {
  /** The same each time it is sent: a receiver that has seen it before can ignore the post. */
  readonly id: string;
  /** The post's parsed JSON: `type`, `timestamp` and `data`. */
  readonly body: unknown;
}

const PREFIX = "whsec_";
const SECRET_BYTES = 32;
/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
const MIN_BYTES = 24;
const MAX_BYTES = 64;
/** The largest difference between a post's time and the receiver's, so that a copied post is soon useless. */
const TOLERANCE_SECONDS = 5 * 60;
/** The value of one header, without a full stop, which separates the signed parts. */
const ID = /^[!-\-/-~]{1,256}$/;
const TIMESTAMP = /^\d{1,12}$/;

/** Creates a secret of 256 bits, in the form of Standard Webhooks: `whsec_…`. */
export const webhookSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString("base64");

/**
 * The headers of a post under the scheme of Standard Webhooks, with a signature for each secret. Throws a TypeError for
 * an invalid secret, and a RangeError for an id that is not 1 to 256 visible ASCII characters without a full stop.
 */
export function signWebhook(
  secrets: string | readonly string[],
  { id, at, body }: WebhookMessage,
): WebhookHeaders {
  if (!ID.test(id)) throw new RangeError("id must be 1 to 256 visible characters without a full stop");
  const timestamp = String(Math.floor(at / 1000));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": keysOf(secrets)
      .map((key) => signatureOf(key, id, timestamp, body))
      .join(" "),
  };
}

/**
 * The content of a post if it was signed with one of these secrets within five minutes of `now`; else undefined. The
 * body must be the received text or bytes, before any JSON parsing. Throws a TypeError for an invalid secret or another
 * type of body.
 */
export function verifyWebhook(
  secrets: string | readonly string[],
  headers: ReceivedHeaders,
  body: string | Uint8Array,
  now: number = Date.now(),
): VerifiedWebhook | undefined {
  const keys = keysOf(secrets);
  if (typeof body !== "string" && !(body instanceof Uint8Array))
    throw new TypeError("body must be the received text or bytes, not the parsed JSON");
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) =>
    headerOf(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures || !ID.test(id) || !TIMESTAMP.test(timestamp)) return undefined;
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > TOLERANCE_SECONDS) return undefined;
  const given = signatures.split(" ");
  const isSigned = keys.some((key) => {
    const expected = signatureOf(key, id, timestamp, body);
    return given.some((signature) => isSame(signature, expected));
  });
  return isSigned ? { id, body: readBody(body) } : undefined;
}

const signatureOf = (key: Buffer, id: string, timestamp: string, body: string | Uint8Array): string =>
  `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;

/** Compares two texts in a time that does not show where they differ. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function keysOf(secrets: string | readonly string[]): Buffer[] {
  const all = typeof secrets === "string" ? [secrets] : secrets;
  if (all.length === 0) throw new TypeError("there is no secret");
  return all.map(keyOf);
}

function keyOf(secret: string): Buffer {
  const text = typeof secret === "string" && secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  const key = Buffer.from(text, "base64");
  if (key.length < MIN_BYTES || key.length > MAX_BYTES || key.toString("base64") !== text)
    throw new TypeError(`a secret must be ${PREFIX} and the base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`);
  return key;
}

function headerOf(headers: ReceivedHeaders, name: string): string | undefined {
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === "string" ? value : undefined;
}

const readBody = (body: string | Uint8Array): unknown =>
  JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString());
