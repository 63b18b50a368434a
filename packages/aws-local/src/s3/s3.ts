import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock/clock.ts";
import type { HttpService, Operations } from "../endpoint/aws-json.ts";
import type { EndpointService } from "../endpoint/service.ts";
import { type Store, StoreFailure } from "../store/store.ts";
import { DamagedContent, openContents, verified } from "./contents.ts";
import { getObject } from "./get-object.ts";
import { type Lifecycle, startLifecycle } from "./lifecycle.ts";
import { listObjects } from "./list-objects.ts";
import { type ObjectStore, objectStore } from "./object-store.ts";
import { MAX_READ_SIZE, s3Operations } from "./operations.ts";
import { putObject } from "./put-object.ts";
import { type Credentials, type Signed, verifySignature } from "./signature.ts";
import { parseTarget, queryValue, type Target } from "./target.ts";
import { renderXml, S3Error } from "./xml.ts";

export interface S3Options {
  /** Where buckets are stored, and what is known of each object besides its bytes. */
  readonly store: Store;
  /** The folder of the objects' bytes, which contains nothing else. */
  readonly directory: string;
  readonly clock: Clock;
  readonly credentials: Credentials;
  /** When given, requests signed for another Region are refused. */
  readonly region?: string;
  /** The largest object, in bytes. Default: 2 GiB. */
  readonly maxObjectBytes?: number;
  /** Which objects are deleted automatically. Default: none. */
  readonly lifecycle?: Lifecycle;
  /** Called with one line for an object that cannot be read, and for failures of background work. */
  readonly log?: (line: string) => void;
}

/** The embedded S3: its HTTP API, and the same objects for code in this process, without signatures. */
export interface S3 extends EndpointService {
  /** In the shapes of the AWS SDK; bodies are text. */
  readonly operations: Operations;
  createBucket(bucket: string): Promise<void>;
  /** The whole object in memory, or undefined if there is none; rejects when it is over 64 MiB. */
  read(bucket: string, key: string): Promise<{ body: Buffer; contentType: string } | undefined>;
  write(bucket: string, key: string, body: Uint8Array | string, contentType?: string): Promise<void>;
  /** Resolves when no background work is left. */
  close(): Promise<void>;
}

const DEFAULT_LARGEST = 2 * 1024 ** 3;
/** How often files without a record are searched for. */
const TIDY_MS = 3_600_000;
/** Objects that are named when they cannot be read; the others are only counted. */
const MAX_NAMED = 20;
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Bare query parameters, each of which means another operation of S3; none of them is supported. */
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

/**
 * Stores objects, and serves a part of S3's API on them, with real signature checks. At its start it names the objects
 * whose bytes are missing or incomplete; only these cannot be read.
 */
export function createS3(options: S3Options): S3 {
  const { clock, log = console.error } = options;
  const objects = objectStore(options.store, openContents(options.directory), clock);
  const upkeep = startUpkeep(objects, clock, log);
  const sweeps = options.lifecycle && startLifecycle(objects, options.lifecycle, clock, log);
  return {
    name: "S3",
    // Path-style requests: everything that is not for another service.
    path: "/",
    forPages: true,
    handle: s3Service(objects, { ...options, log }),
    operations: s3Operations(objects, (bucket) => requireBucket(objects, checkBucketName(bucket))),
    createBucket: (bucket) => objects.createBucket(checkBucketName(bucket)),
    async read(bucket, key) {
      const opened = await objects.open(checkBucketName(bucket), key);
      if (!opened) return undefined;
      const { record, file } = opened;
      try {
        if (record.size > MAX_READ_SIZE)
          throw new Error(`an object of ${record.size} bytes is read as a stream`);
        const pieces: Uint8Array[] = [];
        for await (const piece of verified(once(await file.readFile()), record.etag)) pieces.push(piece);
        return { body: Buffer.concat(pieces), contentType: record.headers["content-type"] ?? "" };
      } finally {
        await file.close();
      }
    },
    async write(bucket, key, body, contentType = "application/octet-stream") {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      await objects.put(checkBucketName(bucket), key, once(bytes), () => ({ "content-type": contentType }));
    },
    async close() {
      await Promise.all([upkeep.close(), sweeps?.close()]);
    },
  };
}

/** Cleans up at once, and from time to time. */
function startUpkeep(objects: ObjectStore, clock: Clock, log: (line: string) => void) {
  let damaged = 0;
  const nameDamaged = (bucket: string, key: string, why: string) => {
    if (++damaged <= MAX_NAMED) log(`S3: ${bucket}/${key} cannot be read: ${why}`);
  };
  const tidy = (onDamaged?: typeof nameDamaged) =>
    objects.tidy(onDamaged).catch((cause: Error) => log(`S3: could not clean up: ${cause.message}`));
  let tidying = tidy(nameDamaged).then(() => {
    if (damaged > MAX_NAMED) log(`S3: ${damaged - MAX_NAMED} more objects cannot be read`);
  });
  let cancel = () => {};
  const wait = () => {
    cancel = clock.after(TIDY_MS, () => {
      tidying = tidying.then(() => tidy());
      wait();
    });
  };
  wait();
  return {
    close() {
      cancel();
      return tidying;
    },
  };
}

async function* once(bytes: Uint8Array) {
  if (bytes.length > 0) yield bytes;
}

function s3Service(
  store: ObjectStore,
  options: S3Options & { readonly log: (line: string) => void },
): HttpService {
  const log = oncePerMinute(options);
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
      const isBegun = response.headersSent || response.destroyed;
      if (!(cause instanceof S3Error) && (!isBegun || cause instanceof DamagedContent))
        log(`S3: ${request.method} ${pathOf(request)} failed: ${(cause as Error).message}`, cause);
      if (isBegun) {
        response.destroy();
        return;
      }
      answerError(request, response, cause instanceof S3Error ? cause : internalError());
      // A client that is still sending reads no answer before it has finished.
      request.resume();
    }
  };
}

/** Of transient disk errors, logs one a minute; the owner of the store reports that the store cannot write. */
function oncePerMinute({ clock, log }: Pick<S3Options, "clock"> & { readonly log: (line: string) => void }) {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (line: string, cause: unknown) => {
    if (cause instanceof StoreFailure) return;
    if (["ENOSPC", "EDQUOT"].includes((cause as NodeJS.ErrnoException).code ?? "")) {
      if (clock.now() < loggedAt + 60_000) return;
      loggedAt = clock.now();
    }
    log(line);
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
    return answerXml(response, listBuckets(store));
  }
  checkBucketName(bucket);
  if (key === undefined) return performOnBucket(store, { ...target, bucket }, response);
  requireBucket(store, bucket);
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
  requireBucket(store, bucket);
  if (method === "HEAD") {
    response.writeHead(200, { "x-amz-bucket-region": "us-east-1" }).end();
    return;
  }
  if ("location" in query) return answerXml(response, renderXml("LocationConstraint", ""));
  if (queryValue(query, "list-type") !== "2") throw notImplemented("ListObjects before version 2");
  answerXml(response, listObjects(store, bucket, query));
}

function listBuckets(store: ObjectStore): string {
  const buckets = store.buckets();
  return renderXml("ListAllMyBucketsResult", {
    Buckets: {
      Bucket: buckets.map(({ name, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt).toISOString(),
      })),
    },
  });
}

function requireBucket(store: ObjectStore, bucket: string): void {
  if (store.hasBucket(bucket)) return;
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

/** An answer to HEAD has no body: the SDK uses the status. */
function answerError(request: IncomingMessage, response: ServerResponse, error: S3Error): void {
  const body = renderXml("Error", { Code: error.code, Message: error.message, ...error.details });
  response.writeHead(error.status, { "content-type": "application/xml" });
  response.end(request.method === "HEAD" ? "" : body);
}

/** Without the query, which may contain a signature. */
function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?")[0]!;
}

function internalError(): S3Error {
  return new S3Error("InternalError", 500, "We encountered an internal error. Please try again.");
}

function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", 501, `The embedded S3 does not support ${what}.`);
}

function notAllowed(): S3Error {
  return new S3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
}
