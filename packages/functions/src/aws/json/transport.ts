import { hash } from "node:crypto";
import type { Clock } from "@callboard/core";
import type { CredentialsProvider } from "../fresh-credentials.ts";
import type { Answered, PostPool, SignedPost } from "../http/posting.ts";
import { escapeUri, momentsOf, type SigningKeys } from "../http/signing.ts";

/** The answer to a call, whatever its status. */
export type JsonAnswer = Omit<Answered, "kind">;

/**
 * Makes one call, once: `target` is service and operation as in `x-amz-target`, `body` the input as JSON. Rejects with
 * `NotAnswered` when no complete answer came; the call may or may not have taken effect.
 */
export type Transport = (target: string, body: string) => Promise<JsonAnswer>;

/** No complete answer came; `code` is the reason's name in Node, undici or a timeout. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";
  readonly code: string;
  constructor(target: string, code: string) {
    super(`${target} was not answered: ${code}`);
    this.code = code;
  }
}

/** Where a service is, and how its calls are signed and sent. */
export interface HttpTransportOptions {
  /** With or without a path; `https:`, or `http:` on this machine. */
  readonly endpoint: string;
  readonly region: string;
  /** The name in signatures: `dynamodb`, `events`. */
  readonly service: string;
  /** The version of the JSON protocol. */
  readonly version: "1.0" | "1.1";
  readonly credentials: CredentialsProvider;
  readonly clock: Pick<Clock, "now">;
  /** A pool that keeps answers. */
  readonly pool: PostPool;
  /** The trace of a call, if there is one: `x-amzn-trace-id` is sent but not signed, as in the SDK. */
  readonly trace?: (() => string | undefined) | undefined;
}

/**
 * Makes calls over HTTP, each with Signature Version 4. An answer's `x-amz-crc32` is not checked: TCP and TLS have
 * checked the same bytes. Rejects if the credentials provider rejects.
 */
export function httpTransport(options: HttpTransportOptions): Transport {
  const { credentials, clock, pool, trace } = options;
  const sign = jsonSigner(options);
  return async (target, body) => {
    const keys = await credentials();
    const end = await pool.post(async () => {
      const request = sign(target, body, keys, clock.now());
      const id = trace?.();
      if (id) request.headers.push("x-amzn-trace-id", id);
      return request;
    }, body);
    if (end.kind === "answered") return end;
    throw new NotAnswered(target, end.kind === "full" ? "EBUSY" : end.error);
  };
}

type SignJson = (target: string, body: string, keys: SigningKeys, now: number) => SignedPost;

/**
 * Signs calls of AWS's JSON protocols as the SDK does: `host`, `content-type` and every `x-amz-` header. What calls of
 * one operation share is computed once for each second; `now` is in milliseconds.
 */
export function jsonSigner(
  options: Pick<HttpTransportOptions, "endpoint" | "region" | "service" | "version">,
): SignJson {
  const { endpoint, region, service, version } = options;
  const { host, pathname } = new URL(endpoint);
  const path = pathname.replace(/\/*$/, "/");
  const canonicalStart = `POST\n${escapeUri(path).replaceAll("%2F", "/")}`;
  const kinds = new Map<string, ReturnType<typeof momentsOf>>();

  function momentsOfTarget(target: string) {
    let moments = kinds.get(target);
    if (!moments) {
      const headers = [
        ["content-type", `application/x-amz-json-${version}`],
        ["x-amz-target", target],
      ] as const;
      moments = momentsOf({ service, region, host, headers });
      kinds.set(target, moments);
    }
    return moments;
  }

  return (target, body, keys, now) => {
    const { canonicalEnd, signatureOf, authorization, headers } = momentsOfTarget(target)(keys, now);
    const canonical = canonicalStart + canonicalEnd + hash("sha256", body);
    const signature = signatureOf(hash("sha256", canonical));
    return { path, headers: [...headers, "authorization", authorization + signature] };
  };
}
