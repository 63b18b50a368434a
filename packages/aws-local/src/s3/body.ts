import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { decodeAwsChunked } from "./aws-chunked.ts";
import { type ChecksumName, checksumOf, isChecksumHeader, startChecksum } from "./checksum.ts";
import type { Signed } from "./signature.ts";
import { S3Error } from "./xml.ts";

/** The body of a PutObject: its decoded bytes, and its checksum. */
export interface ObjectBody {
  /** Throws an `S3Error` at the end if the bytes do not match what was announced, and as soon as there are too many. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Known after `bytes` has been read to its end. */
  checksum(): { readonly name: ChecksumName; readonly value: string } | undefined;
}

const STREAMING_UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** The body of a verified PutObject request, of at most `maxBytes` bytes. */
export function objectBody(request: IncomingMessage, signed: Signed, maxBytes: number): ObjectBody {
  const { headers } = request;
  const chunked = signed.payloadHash.startsWith("STREAMING-");
  if (chunked && signed.payloadHash !== STREAMING_UNSIGNED) throw unsupported("signed chunks");
  if (!chunked && signed.payloadHash !== "UNSIGNED-PAYLOAD" && !HEX_SHA256.test(signed.payloadHash)) {
    throw new S3Error("InvalidArgument", 400, "x-amz-content-sha256 is not a SHA-256");
  }
  const announced = announcedSize(headers[chunked ? "x-amz-decoded-content-length" : "content-length"]);
  if (announced > maxBytes) throw tooLarge(maxBytes);

  const trailers = new Map<string, string>();
  // If reading stops early, an answer must still be sent, so the request must not be destroyed.
  const pieces: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  const source = chunked ? decodeAwsChunked(pieces, trailers) : pieces;
  const expected = expectedChecksum(headers, String(headers["x-amz-trailer"] ?? ""));
  const md5 = headers["content-md5"];
  const sha256 = HEX_SHA256.test(signed.payloadHash) ? signed.payloadHash : undefined;
  let verified: { name: ChecksumName; value: string } | undefined;

  async function* bytes() {
    const checksum = expected && startChecksum(expected.name);
    const md5Hash = md5 === undefined ? undefined : createHash("md5");
    const sha256Hash = sha256 === undefined ? undefined : createHash("sha256");
    let size = 0;
    for await (const piece of source) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      checksum?.update(piece);
      md5Hash?.update(piece);
      sha256Hash?.update(piece);
      yield piece;
    }
    if (size !== announced) {
      throw new S3Error("IncompleteBody", 400, "The body is not as long as its announced length");
    }
    if (sha256Hash && sha256Hash.digest("hex") !== sha256) {
      throw new S3Error(
        "XAmzContentSHA256Mismatch",
        400,
        "x-amz-content-sha256 does not match what was computed",
      );
    }
    if (md5Hash && md5Hash.digest("base64") !== md5) throw badDigest("Content-MD5");
    if (expected && checksum) {
      const value = checksum.digest();
      if ((expected.value ?? trailers.get(expected.header)) !== value) throw badDigest(expected.header);
      verified = { name: expected.name, value };
    }
  }
  return { bytes: bytes(), checksum: () => verified };
}

/** A checksum in a presigned query is ignored: the SDK puts that of an empty body there, and AWS ignores it. */
function expectedChecksum(headers: IncomingMessage["headers"], trailer: string) {
  const header =
    Object.keys(headers).find(isChecksumHeader) ?? (isChecksumHeader(trailer) ? trailer : undefined);
  if (header === undefined) return undefined;
  const name = checksumOf(header);
  if (!name) throw unsupported(header);
  const value = headers[header];
  return { name, header: header.toLowerCase(), value: typeof value === "string" ? value : undefined };
}

function announcedSize(header: string | string[] | undefined): number {
  if (typeof header !== "string" || !/^\d{1,15}$/.test(header)) {
    throw new S3Error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }
  return Number(header);
}

function tooLarge(maxBytes: number): S3Error {
  return new S3Error("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed object size.", {
    MaxSizeAllowed: String(maxBytes),
  });
}

function badDigest(header: string): S3Error {
  return new S3Error("BadDigest", 400, `The ${header} you specified did not match what we received.`);
}

function unsupported(what: string): S3Error {
  return new S3Error("NotImplemented", 501, `The embedded S3 does not support ${what}.`);
}
