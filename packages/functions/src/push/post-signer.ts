import { createHmac, hash } from "node:crypto";
import { escapeUri } from "@smithy/core/protocols";

/** What a signature is made with; the token comes with credentials that are temporary, as a function's are. */
export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request that is ready to be sent but for its `host`, which is the endpoint's. */
export interface SignedPost {
  /** Path on the wire, the connection's id percent-encoded once. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
}

/** Signs the post to one connection; `now` is in milliseconds. Throws a `URIError` for an id that is no Unicode. */
export type SignPost = (connectionId: string, keys: SigningKeys, now: number) => SignedPost;

const SERVICE = "execute-api";
const CONTENT_TYPE = "application/octet-stream";

/**
 * Signs posts of one payload to many connections of the API at `endpoint` with Signature Version 4, as the SDK's signer
 * does (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Signed is what must
 * be: `host`, every `x-amz-` header, and `content-type`. The payload is hashed once, all that a second has in common is
 * computed once in it, and a post costs one hash and one HMAC.
 */
export function postSigner(endpoint: string, region: string): (payload: Uint8Array) => SignPost {
  const { host, pathname } = new URL(endpoint);
  const path = `${pathname.replace(/\/+/g, "/").replace(/\/$/, "")}/@connections/`;
  const canonicalStart = `POST\n${escapeUri(path).replaceAll("%2F", "/")}`;
  let kept: Moment | undefined;

  function momentOf(keys: SigningKeys, now: number): Moment {
    const second = Math.floor(now / 1000);
    if (kept?.second !== second || kept.keys !== keys) kept = moment(host, region, keys, second);
    return kept;
  }

  return (payload) => {
    const payloadHash = hash("sha256", payload);
    return (connectionId, keys, now) => {
      const { canonicalEnd, signatureOf, authorization, headers } = momentOf(keys, now);
      const id = escapeUri(connectionId);
      // Every service but S3 encodes the path a second time; in an encoded id only `%` changes by that.
      const canonical = canonicalStart + id.replaceAll("%", "%25") + canonicalEnd + payloadHash;
      const signature = signatureOf(hash("sha256", canonical));
      return { path: path + id, headers: [...headers, "authorization", authorization + signature] };
    };
  };
}

/** What all signatures of one second have in common. */
interface Moment {
  readonly keys: SigningKeys;
  readonly second: number;
  /** The canonical request from behind the path up to the payload's hash. */
  readonly canonicalEnd: string;
  /** The signature, in hexadecimal digits, of a canonical request that has this hash. */
  readonly signatureOf: (canonicalHash: string) => string;
  /** The `authorization` header up to the signature. */
  readonly authorization: string;
  /** The other headers, names and values in turn. */
  readonly headers: readonly string[];
}

function moment(host: string, region: string, keys: SigningKeys, second: number): Moment {
  const time = new Date(second * 1000).toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/${SERVICE}/aws4_request`;
  const own = [
    ["content-type", CONTENT_TYPE],
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
      signingKey(keys.secretAccessKey, [date, region, SERVICE, "aws4_request"]),
      `AWS4-HMAC-SHA256\n${time}\n${scope}\n`,
    ),
    authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`,
    headers: own.flat(),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature */
const signingKey = (secret: string, scope: readonly string[]): Buffer =>
  scope.reduce<Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );

/**
 * HMAC-SHA256 of `start` and a SHA-256 in hexadecimal digits, under a key of 32 bytes. It is written out as it is
 * defined (https://www.rfc-editor.org/rfc/rfc2104#section-2): two hashes over buffers that stay cost a third of an
 * `Hmac` object, which would be made and collected for every post.
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
