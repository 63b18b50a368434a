import type { IncomingMessage, ServerResponse } from "node:http";
import { objectBody } from "./body.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Signed } from "./signature.ts";
import { queryValue, type Target } from "./target.ts";
import { S3Error } from "./xml.ts";

const KEPT = ["cache-control", "content-disposition", "content-language", "expires"];
const MAX_METADATA_BYTES = 2048;

/** Headers that change the meaning of a PUT and are not supported: they are refused rather than ignored. */
const UNSUPPORTED = ["x-amz-copy-source", "if-match", "x-amz-server-side-encryption-customer-algorithm"];

/** Answers PutObject: the object is completely on the disk and verified before the answer is sent. */
export async function putObject(
  store: ObjectStore,
  target: Target & { readonly bucket: string; readonly key: string },
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly signed: Signed; readonly maxBytes: number },
): Promise<void> {
  const refused = UNSUPPORTED.find((name) => request.headers[name] !== undefined);
  if (refused) throw new S3Error("NotImplemented", 501, `The embedded S3 does not support ${refused}.`);
  const kept = keptHeaders(request, target);
  const body = objectBody(request, options.signed, options.maxBytes);
  const stored = await store.put(
    target.bucket,
    target.key,
    body.bytes,
    () => {
      const checksum = body.checksum();
      return checksum ? { ...kept, [`x-amz-checksum-${checksum.name}`]: checksum.value } : kept;
    },
    { ifAbsent: request.headers["if-none-match"] === "*" },
  );
  if (stored === "exists") {
    throw new S3Error(
      "PreconditionFailed",
      412,
      "At least one of the pre-conditions you specified did not hold",
      {
        Condition: "If-None-Match",
      },
    );
  }
  const checksum = body.checksum();
  if (checksum) response.setHeader(`x-amz-checksum-${checksum.name}`, checksum.value);
  response.setHeader("etag", `"${stored.etag}"`);
  response.writeHead(200, { "content-length": 0 }).end();
}

/** The headers that are returned with the object; a presigned query may contain `x-amz-meta-*` instead. */
function keptHeaders(request: IncomingMessage, target: Target): Record<string, string> {
  const { headers } = request;
  const kept: Record<string, string> = {
    "content-type": headers["content-type"] ?? "binary/octet-stream",
  };
  const encoding = (headers["content-encoding"] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "aws-chunked");
  if (encoding.length > 0) kept["content-encoding"] = encoding.join(",");
  for (const name of KEPT) {
    const value = headers[name];
    if (typeof value === "string") kept[name] = value;
  }
  let size = 0;
  for (const name of new Set([...Object.keys(headers), ...Object.keys(target.query)])) {
    if (!/^x-amz-meta-[\w.!#$&'*+^`|~-]+$/i.test(name)) continue;
    const value = headers[name] ?? queryValue(target.query, name) ?? "";
    kept[name.toLowerCase()] = String(value);
    size += name.length - "x-amz-meta-".length + Buffer.byteLength(String(value));
  }
  if (size > MAX_METADATA_BYTES) {
    throw new S3Error(
      "MetadataTooLarge",
      400,
      "Your metadata headers exceed the maximum allowed metadata size",
    );
  }
  return kept;
}
