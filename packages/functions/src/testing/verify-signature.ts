import { createHash, createHmac } from "node:crypto";

/** A request as it came over the wire; header names are in lower case. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string | Uint8Array;
}

/**
 * Whether a request's signature fits its secret, by the steps of AWS's documentation and without any signer's code
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). The request has no query.
 */
export function verifySignature({ method, path, headers, body }: ReceivedRequest, secret: string): boolean {
  const [, date, region, service, signed, signature] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      String(headers.authorization),
    ) ?? [];
  if (!date || !region || !service || !signed) return false;
  const canonical = [
    method,
    path.split("/").map(encode).join("/"),
    "",
    ...signed.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString("hex") === signature;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const encode = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => String.fromCharCode(byte))
    .map((sign) => (/[A-Za-z0-9\-._~]/.test(sign) ? sign : `%${hex(sign)}`))
    .join("");

const hex = (sign: string): string => sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
