import { hash } from "node:crypto";
import type { Clock } from "@callboard/core";
import type { CredentialsProvider } from "../fresh-credentials.ts";
import type { Answered, PostPool, SignedPost } from "../http/posting.ts";
import { escapeUri, momentsOf, type SigningKeys } from "../http/signing.ts";

/** What came back of a call, whatever its status. */
export type JsonAnswer = Omit<Answered, "kind">;

/**
 * Makes one call, once: `target` is the service and the operation as `x-amz-target` has them, `body` the input as JSON.
 * Rejects with `NotAnswered` when no whole answer came; whether the call took effect is then unknown.
 */
export type Transport = (target: string, body: string) => Promise<JsonAnswer>;

/** No whole answer came, for the reason that `code` names as Node, undici or a timeout does. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";
  readonly code: string;
  constructor(target: string, code: string) {
    super(`${target} was not answered: ${code}`);
    this.code = code;
  }
}

/** Where a service is, and what its calls are signed and sent with. */
export interface HttpTransportOptions {
  /** With a path or without; `https:`, or `http:` on this machine. */
  readonly endpoint: string;
  readonly region: string;
  /** As signatures name it: `dynamodb`, `events`. */
  readonly service: string;
  /** Of the JSON protocol. */
  readonly version: "1.0" | "1.1";
  readonly credentials: CredentialsProvider;
  readonly clock: Pick<Clock, "now">;
  /** Its answers are kept. */
  readonly pool: PostPool;
  /** The trace that a call belongs to, if any: `x-amzn-trace-id` is sent and not signed, as the SDK does. */
  readonly trace?: (() => string | undefined) | undefined;
}

/**
 * Calls over HTTP, each signed with Signature Version 4. An answer's `x-amz-crc32` is not checked: TCP and TLS have
 * checked the same bytes. Rejects as the provider of credentials does.
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
 * Signs calls of AWS's JSON protocols as the SDK's signer does: `host`, `content-type` and every `x-amz-` header. All
 * that calls of one operation have in common in a second is computed once in it; `now` is in milliseconds.
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
