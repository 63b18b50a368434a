import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import { createScope, getCanonicalHeaders, getCanonicalQuery, getSigningKey } from "@smithy/signature-v4";
import { queryValue, type Target } from "./target.ts";
import { S3Error } from "./xml.ts";

/** The only pair of keys that the embedded S3 accepts. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How a verified request was signed, and what its signature covers of the body. */
export interface Signed {
  readonly by: "header" | "query";
  /** Hex SHA-256, or a constant of S3 such as `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

interface Claim {
  readonly by: "header" | "query";
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  readonly expiresSeconds?: number;
  readonly payloadHash: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRY_SECONDS = 7 * 24 * 3600;

/**
 * Verifies Signature Version 4 of a request, in its Authorization header or in a presigned query. Throws S3's `S3Error`
 * for a request that is unsigned, forged, altered, expired or too far from `now`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function verifySignature(
  target: Target,
  headers: IncomingHttpHeaders,
  options: { readonly credentials: Credentials; readonly region?: string; readonly now: number },
): Promise<Signed> {
  const claim = readClaim(target, headers);
  const [accessKeyId, day, region, service, terminator, ...more] = claim.credential.split("/");
  if (
    !day ||
    !region ||
    service !== "s3" ||
    terminator !== "aws4_request" ||
    more.length > 0 ||
    day !== claim.date.slice(0, 8) ||
    (options.region !== undefined && region !== options.region)
  ) {
    throw malformed(claim.by, "the credential scope is wrong for this service");
  }
  if (accessKeyId !== options.credentials.accessKeyId) {
    throw new S3Error(
      "InvalidAccessKeyId",
      403,
      "The AWS Access Key Id you provided does not exist in our records.",
    );
  }
  checkTime(claim, options.now);
  checkHeaders(claim, headers);
  const key = await getSigningKey(Sha256, options.credentials, day, region, "s3");
  const scope = createScope(day, region, "s3");
  const text = [ALGORITHM, claim.date, scope, sha256(canonicalRequest(target, headers, claim))].join("\n");
  if (!isSame(createHmac("sha256", key).update(text).digest("hex"), claim.signature)) {
    throw new S3Error(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  return { by: claim.by, payloadHash: claim.payloadHash };
}

function readClaim(target: Target, headers: IncomingHttpHeaders): Claim {
  const presigned = queryValue(target.query, "X-Amz-Algorithm");
  const { authorization } = headers;
  if (presigned !== undefined && authorization !== undefined) {
    throw new S3Error("InvalidArgument", 400, "Only one auth mechanism allowed");
  }
  if (presigned !== undefined) return readQueryClaim(target, headers, presigned);
  if (authorization !== undefined) return readHeaderClaim(headers, authorization);
  throw new S3Error("AccessDenied", 403, "Access Denied");
}

function readHeaderClaim(headers: IncomingHttpHeaders, authorization: string): Claim {
  const [algorithm, rest = ""] = authorization.split(/ +(.*)/s);
  const fields = Object.fromEntries(rest.split(",").map((field) => field.trim().split(/=(.*)/s).slice(0, 2)));
  const { Credential, SignedHeaders, Signature } = fields as Record<string, string | undefined>;
  const date = headers["x-amz-date"];
  if (algorithm !== ALGORITHM || !Credential || !SignedHeaders || !Signature) {
    throw malformed("header", "the Authorization header is not AWS4-HMAC-SHA256");
  }
  if (typeof date !== "string") throw new S3Error("AccessDenied", 403, "x-amz-date is missing");
  const payloadHash = headers["x-amz-content-sha256"];
  if (typeof payloadHash !== "string") {
    throw new S3Error(
      "InvalidRequest",
      400,
      "Missing required header for this request: x-amz-content-sha256",
    );
  }
  return {
    by: "header",
    credential: Credential,
    signedHeaders: SignedHeaders.split(";"),
    signature: Signature,
    date,
    payloadHash,
  };
}

function readQueryClaim(target: Target, headers: IncomingHttpHeaders, algorithm: string): Claim {
  const value = (name: string) => {
    const found = queryValue(target.query, name);
    if (!found) throw malformed("query", `Query-string authentication requires the ${name} parameter`);
    return found;
  };
  const expiry = value("X-Amz-Expires");
  const expiresSeconds = Number(expiry);
  if (algorithm !== ALGORITHM) throw malformed("query", `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  if (!/^\d+$/.test(expiry) || expiresSeconds > MAX_EXPIRY_SECONDS) {
    throw malformed("query", "X-Amz-Expires must be less than a week (in seconds)");
  }
  const payloadHash = headers["x-amz-content-sha256"] ?? queryValue(target.query, "X-Amz-Content-Sha256");
  return {
    by: "query",
    credential: value("X-Amz-Credential"),
    signedHeaders: value("X-Amz-SignedHeaders").split(";"),
    signature: value("X-Amz-Signature"),
    date: value("X-Amz-Date"),
    expiresSeconds,
    payloadHash: typeof payloadHash === "string" ? payloadHash : "UNSIGNED-PAYLOAD",
  };
}

function checkTime(claim: Claim, now: number): void {
  const signedAt = parseDate(claim.date);
  if (Number.isNaN(signedAt)) throw malformed(claim.by, "X-Amz-Date must be formatted YYYYMMDDTHHMMSSZ");
  const serverTime = { ServerTime: new Date(now).toISOString() };
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(now - signedAt) <= MAX_SKEW_MS) return;
    throw new S3Error(
      "RequestTimeTooSkewed",
      403,
      "The difference between the request time and the current time is too large.",
      serverTime,
    );
  }
  if (signedAt - now > MAX_SKEW_MS) {
    throw new S3Error("AccessDenied", 403, "Request is not yet valid", serverTime);
  }
  const expires = signedAt + claim.expiresSeconds * 1000;
  if (now >= expires) {
    throw new S3Error("AccessDenied", 403, "Request has expired", {
      "X-Amz-Expires": String(claim.expiresSeconds),
      Expires: new Date(expires).toISOString(),
      ...serverTime,
    });
  }
}

/** S3 requires signatures over `host` and every `x-amz-*` header, so that none can be added on the way. */
function checkHeaders(claim: Claim, headers: IncomingHttpHeaders): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = Object.keys(headers).filter(
    (name) => !signed.has(name) && (name === "host" || name.startsWith("x-amz-")),
  );
  if (unsigned.length === 0) return;
  throw new S3Error("AccessDenied", 403, "There were headers present in the request which were not signed", {
    HeadersNotSigned: unsigned.join(", "),
  });
}

function canonicalRequest(target: Target, headers: IncomingHttpHeaders, claim: Claim): string {
  const signed = new Set(claim.signedHeaders);
  const sent = Object.fromEntries(
    [...signed].map((name) => [name, [headers[name] ?? ""].flat().join(",")] as const),
  );
  const canonical = getCanonicalHeaders({ headers: sent } as never, undefined, signed);
  const lines = Object.keys(canonical).sort();
  return [
    target.method,
    target.canonicalPath,
    getCanonicalQuery({ query: target.query } as never),
    ...lines.map((name) => `${name}:${canonical[name]}`),
    "",
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
}

function parseDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isSame(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

function malformed(by: Claim["by"], message: string): S3Error {
  return new S3Error(
    by === "query" ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed",
    400,
    message,
  );
}
