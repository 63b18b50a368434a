import { createHmac, hash } from "node:crypto";

/** The credentials of a signature. Temporary ones, such as a function's, have a session token. */
export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What requests that are signed in the same way have in common. */
export interface SigningKind {
  readonly service: string;
  readonly region: string;
  readonly host: string;
  /** Headers to sign and send, with names in lower case; host, date and token are added. */
  readonly headers: readonly (readonly [string, string])[];
}

/** What all signatures of one kind share within one second. */
export interface Moment {
  readonly keys: SigningKeys;
  readonly second: number;
  /** The canonical request of a POST, from after the path up to the payload's hash. */
  readonly canonicalEnd: string;
  /** The signature, in hexadecimal, of a canonical request with this hash. */
  readonly signatureOf: (canonicalHash: string) => string;
  /** The `authorization` header up to the signature. */
  readonly authorization: string;
  /** The other headers except `host`, names and values in turn. */
  readonly headers: readonly string[];
}

/**
 * Signature Version 4 for requests of one kind
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). What they share is
 * computed once for each second of `now`, which is in milliseconds.
 */
export function momentsOf(kind: SigningKind): (keys: SigningKeys, now: number) => Moment {
  let kept: Moment | undefined;
  return (keys, now) => {
    const second = Math.floor(now / 1000);
    if (kept?.second !== second || kept.keys !== keys) kept = moment(kind, keys, second);
    return kept;
  };
}

function moment({ service, region, host, headers }: SigningKind, keys: SigningKeys, second: number): Moment {
  const { time, date } = signingTime(second * 1000);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const own = [
    ...headers,
    ["x-amz-date", time],
    ...(keys.sessionToken ? [["x-amz-security-token", keys.sessionToken]] : []),
  ] as const;
  const signed = [...own, ["host", host]].sort(([a], [b]) => (a! < b! ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  return {
    keys,
    second,
    canonicalEnd: `\n\n${signed.map(([name, value]) => `${name}:${value}\n`).join("")}\n${names}\n`,
    signatureOf: hmacOf(
      signingKey(keys.secretAccessKey, [date, region, service, "aws4_request"]),
      `AWS4-HMAC-SHA256\n${time}\n${scope}\n`,
    ),
    authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`,
    headers: own.flat(),
  };
}

/** A time as signatures write it, `20260601T120000Z`, and its day. */
export function signingTime(now: number): { readonly time: string; readonly date: string } {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  return { time, date: time.slice(0, 8) };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature */
export const signingKey = (secret: string, scope: readonly string[]): Buffer =>
  scope.reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );

/** Percent-encodes everything except letters, digits, `-`, `.`, `_` and `~`, as signatures require. */
export const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * HMAC-SHA256 of `start` and a hexadecimal SHA-256, with a key of 32 bytes. It is written out from the definition
 * (https://www.rfc-editor.org/rfc/rfc2104#section-2): two hashes over reused buffers cost a third of an `Hmac` object,
 * which would be created and collected for every post.
 */
function hmacOf(key: Uint8Array, start: string): (hexHash: string) => string {
  const inner = Buffer.concat([padded(key, 0x36), Buffer.from(start), Buffer.alloc(HEX_HASH_BYTES)]);
  const outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(HASH_BYTES)]);
  return (hexHash) => {
    inner.write(hexHash, inner.length - HEX_HASH_BYTES, "latin1");
    outer.write(hash("sha256", inner, "binary"), BLOCK_BYTES, "latin1");
    return hash("sha256", outer);
  };
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const HEX_HASH_BYTES = 64;

const padded = (key: Uint8Array, pad: number): Uint8Array =>
  Uint8Array.from({ length: BLOCK_BYTES }, (_, index) => (key[index] ?? 0) ^ pad);
