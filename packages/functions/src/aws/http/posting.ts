/** A request that is ready to send except for its `host`, which is the endpoint's. */
export interface SignedPost {
  /** Path on the wire. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
}

/** The answer, whatever its status. */
export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  /** The text of the answer; empty if answers are not kept. */
  readonly body: string;
  /** The headers of a kept answer that the SDK uses: an error's type, and how long to wait before a retry. */
  readonly errorType?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The outcome of one request: an answer, no room in the queue (it was never sent), or the name of an error. */
export type PostEnd =
  | Answered
  | { readonly kind: "full" }
  | { readonly kind: "lost"; readonly error: string };

/** POSTs to one origin over a bounded number of HTTP/1.1 connections that are kept open. */
export interface PostPool {
  /**
   * Creates the request when its turn comes, sends it and reads its answer, all within the pool's timeout. Never rejects:
   * a request that cannot be created is `lost`.
   */
  post(make: () => Promise<SignedPost>, body: Uint8Array | string): Promise<PostEnd>;
  /** Closes the connections; requests that are under way are lost. */
  close(): Promise<void>;
}

/** The limits of a pool. */
export interface PostPoolOptions {
  readonly origin: string;
  /** Most requests under way at a time, each on a connection of its own. */
  readonly connections: number;
  /** Timeout of one request, with the time that it waits in the queue, in milliseconds. */
  readonly timeoutMs: number;
}

/** Timeout of connecting, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 1000;

/** The outcome of a request that timed out. */
export const LATE: PostEnd = { kind: "lost", error: "TimeoutError" };

/** The headers of a kept answer; a header that is there several times is ignored. */
export function answered(
  status: number,
  body: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Answered {
  const { "x-amzn-errortype": errorType, "x-amz-retry-after": after } = headers;
  const retryAfterMs = Number(after);
  return {
    kind: "answered",
    status,
    body,
    ...(typeof errorType === "string" ? { errorType } : {}),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
  };
}

/** The text of an answer from its chunks, of which there is usually one. */
export const textOf = (chunks: readonly Buffer[]): string =>
  (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString();
