import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock/clock.ts";
import type { HttpService } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { getObject } from "./get-object.ts";
import { listObjects } from "./list-objects.ts";
import { type ObjectStore, openObjectStore } from "./object-store.ts";
import { putObject } from "./put-object.ts";
import { type Credentials, type Signed, verifySignature } from "./signature.ts";
import { parseTarget, queryValue, type Target } from "./target.ts";
import { renderXml, S3Error } from "./xml.ts";

export interface S3Options {
  /** Where buckets and objects are kept. */
  readonly directory: string;
  readonly clock: Clock;
  readonly credentials: Credentials;
  /** When given, requests signed for another region are refused. */
  readonly region?: string;
  /** The largest object, in bytes; 2 GiB unless told. */
  readonly maxObjectBytes?: number;
}

/** The embedded S3: its HTTP API, and the same objects for code in this process, without signatures. */
export interface S3 extends EndpointService {
  createBucket(bucket: string): Promise<void>;
  /** The whole object in memory, or undefined when there is none; rejects when it is over 64 MiB. */
  read(bucket: string, key: string): Promise<{ body: Buffer; contentType: string } | undefined>;
  write(bucket: string, key: string, body: Uint8Array | string, contentType?: string): Promise<void>;
}

const DEFAULT_LARGEST = 2 * 1024 ** 3;
const LARGEST_READ = 64 * 1024 ** 2;
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What each bare query parameter would be another operation of S3; none of them is done here. */
const SUBRESOURCES = new Set([
  "accelerate",
  "acl",
  "analytics",
  "attributes",
  "cors",
  "delete",
  "encryption",
  "lifecycle",
  "legal-hold",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "partNumber",
  "policy",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "session",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
]);

/** Keeps objects in files of `directory`, and answers a part of S3's API over them with really checked signatures. */
export function createS3(options: S3Options): S3 {
  const store = openObjectStore(options.directory, options.clock);
  return {
    name: "S3",
    // Path-style requests: whatever is no other service's.
    path: "/",
    forPages: true,
    handle: s3Service(store, options),
    createBucket: (bucket) => store.createBucket(checkBucketName(bucket)),
    async read(bucket, key) {
      const opened = await store.open(checkBucketName(bucket), key);
      if (!opened) return undefined;
      const { record, file } = opened;
      try {
        if (record.size > LARGEST_READ)
          throw new Error(`an object of ${record.size} bytes is read as a stream`);
        return { body: await file.readFile(), contentType: record.headers["content-type"] ?? "" };
      } finally {
        await file.close();
      }
    },
    async write(bucket, key, body, contentType = "application/octet-stream") {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      await store.put(checkBucketName(bucket), key, once(bytes), () => ({ "content-type": contentType }));
    },
  };
}

async function* once(bytes: Uint8Array) {
  if (bytes.length > 0) yield bytes;
}

function s3Service(store: ObjectStore, options: S3Options): HttpService {
  return async (request, response) => {
    response.setHeader("x-amz-request-id", randomUUID());
    try {
      const target = parseTarget(request);
      const signed = await verifySignature(target, request.headers, {
        credentials: options.credentials,
        ...(options.region === undefined ? {} : { region: options.region }),
        now: options.clock.now(),
      });
      await perform(store, target, request, response, {
        signed,
        maxBytes: options.maxObjectBytes ?? DEFAULT_LARGEST,
      });
    } catch (cause) {
      if (!(cause instanceof S3Error) || response.headersSent) throw cause;
      answerError(request, response, cause);
    }
  };
}

async function perform(
  store: ObjectStore,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
  put: { readonly signed: Signed; readonly maxBytes: number },
): Promise<void> {
  const { method, bucket, key } = target;
  const other = Object.keys(target.query).find((name) => SUBRESOURCES.has(name));
  if (other !== undefined) throw notImplemented(`?${other}`);
  if (bucket === undefined) {
    if (method !== "GET") throw notAllowed();
    return answerXml(response, await listBuckets(store));
  }
  checkBucketName(bucket);
  if (key === undefined) return performOnBucket(store, { ...target, bucket }, response);
  await requireBucket(store, bucket);
  switch (method) {
    case "PUT":
      return putObject(store, { ...target, bucket, key }, request, response, put);
    case "GET":
    case "HEAD":
      return getObject(store, { ...target, bucket, key }, request, response);
    case "DELETE":
      await store.remove(bucket, key);
      response.writeHead(204).end();
      return;
    default:
      throw notAllowed();
  }
}

async function performOnBucket(
  store: ObjectStore,
  target: Target & { readonly bucket: string },
  response: ServerResponse,
): Promise<void> {
  const { method, bucket, query } = target;
  if (method === "PUT") {
    await store.createBucket(bucket);
    response.writeHead(200, { location: `/${bucket}`, "content-length": 0 }).end();
    return;
  }
  if (method !== "GET" && method !== "HEAD") throw notAllowed();
  await requireBucket(store, bucket);
  if (method === "HEAD") {
    response.writeHead(200, { "x-amz-bucket-region": "us-east-1" }).end();
    return;
  }
  if ("location" in query) return answerXml(response, renderXml("LocationConstraint", ""));
  if (queryValue(query, "list-type") !== "2") throw notImplemented("ListObjects before version 2");
  const records = await store.list(bucket, queryValue(query, "prefix") ?? "");
  answerXml(response, listObjects(bucket, query, records));
}

async function listBuckets(store: ObjectStore): Promise<string> {
  const buckets = await store.buckets();
  return renderXml("ListAllMyBucketsResult", {
    Buckets: {
      Bucket: buckets.map(({ name, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt).toISOString(),
      })),
    },
  });
}

async function requireBucket(store: ObjectStore, bucket: string): Promise<void> {
  if (await store.hasBucket(bucket)) return;
  throw new S3Error("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName: bucket });
}

function checkBucketName(bucket: string): string {
  if (BUCKET_NAME.test(bucket) && !bucket.includes("..")) return bucket;
  throw new S3Error("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName: bucket });
}

function answerXml(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/xml", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

/** An answer to HEAD has no body: the SDK makes do with the status. */
function answerError(request: IncomingMessage, response: ServerResponse, error: S3Error): void {
  const body = renderXml("Error", { Code: error.code, Message: error.message, ...error.details });
  response.writeHead(error.status, { "content-type": "application/xml" });
  response.end(request.method === "HEAD" ? "" : body);
}

function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", 501, `The embedded S3 does not support ${what}.`);
}

function notAllowed(): S3Error {
  return new S3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
}
