import { hash } from "node:crypto";
import type { SignedPost } from "../aws/http/posting.ts";
import { escapeUri, momentsOf, type SigningKeys } from "../aws/http/signing.ts";

/**
 * Signs the post to one connection, whose id is percent-encoded once in the path; `now` is in milliseconds. Throws a
 * `URIError` for an id that is not valid Unicode.
 */
export type SignPost = (connectionId: string, keys: SigningKeys, now: number) => SignedPost;

/**
 * Signs posts of one payload to many connections of the API at `endpoint`, as the SDK does. It signs what AWS requires:
 * `host`, every `x-amz-` header, and `content-type`. The payload is hashed once; each post then costs one hash and one
 * HMAC.
 */
export function postSigner(endpoint: string, region: string): (payload: Uint8Array) => SignPost {
  const { host, pathname } = new URL(endpoint);
  const path = `${pathname.replace(/\/+/g, "/").replace(/\/$/, "")}/@connections/`;
  const canonicalStart = `POST\n${escapeUri(path).replaceAll("%2F", "/")}`;
  const momentOf = momentsOf({
    service: "execute-api",
    region,
    host,
    headers: [["content-type", "application/octet-stream"]],
  });

  return (payload) => {
    const payloadHash = hash("sha256", payload);
    return (connectionId, keys, now) => {
      const { canonicalEnd, signatureOf, authorization, headers } = momentOf(keys, now);
      const id = escapeUri(connectionId);
      // Every service except S3 encodes the path a second time; in an encoded id that changes only `%`.
      const canonical = canonicalStart + id.replaceAll("%", "%25") + canonicalEnd + payloadHash;
      const signature = signatureOf(hash("sha256", canonical));
      return { path: path + id, headers: [...headers, "authorization", authorization + signature] };
    };
  };
}
