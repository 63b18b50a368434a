/** A request that is ready to be sent but for its `host`, which is the endpoint's. */
export interface SignedPost {
  /** Path on the wire. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
}

/** What came back, whatever its status. */
export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  /** The text of the answer; empty where answers are not kept. */
  readonly body: string;
  /** Of an answer that is kept, the headers that the SDK heeds: an error's type, and how long to wait before a retry. */
  readonly errorType?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** What became of one request: an answer, no place to wait in (it was never sent), or the name of an error. */
export type PostEnd =
  | Answered
  | { readonly kind: "full" }
  | { readonly kind: "lost"; readonly error: string };

/** POSTs to one origin over a bounded number of HTTP/1.1 connections that are kept open. */
export interface PostPool {
  /**
   * Makes the request when its turn comes, sends it and reads its answer, all within the pool's time. Never rejects: a
   * request that cannot be made is `lost`.
   */
  post(make: () => Promise<SignedPost>, body: Uint8Array | string): Promise<PostEnd>;
  /** Drops the connections; what is under way is lost. */
  close(): Promise<void>;
}

/** The bounds of a pool. */
export interface PostPoolOptions {
  readonly origin: string;
  /** Most requests under way at a time, each on a connection of its own. */
  readonly connections: number;
  /** Time of one request, its waiting included, in milliseconds. */
  readonly timeoutMs: number;
}

/** Time to connect, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 1000;

/** What became of a request whose time was over. */
export const LATE: PostEnd = { kind: "lost", error: "TimeoutError" };

/** An answer that is kept; a header that came several times counts for nothing. */
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

/** The text of an answer that came in chunks, most often one. */
export const textOf = (chunks: readonly Buffer[]): string =>
  (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString();
