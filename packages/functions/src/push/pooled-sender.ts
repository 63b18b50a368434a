import type { Clock, Log } from "@callboard/core";
import { type CredentialsProvider, freshCredentials } from "../aws/fresh-credentials.ts";
import { undiciPool } from "../aws/http/undici-pool.ts";
import type { PostOutcome, Sender } from "./ports.ts";
import { postSigner } from "./post-signer.ts";

export interface PooledSenderOptions {
  /** Address of the API's `@connections`, with its stage; `https:`, or `http:` on this machine. */
  readonly endpoint: string;
  readonly region: string;
  /** Called with the first post, and again before the credentials expire. */
  readonly credentials: CredentialsProvider;
  readonly clock: Pick<Clock, "now">;
  readonly log?: Pick<Log, "warn">;
  /** Most posts under way at a time, each on a connection of its own. Default: 64. */
  readonly connections?: number;
  /** Most posts in the queue; any more are `throttled` at once. Default: 4,096. */
  readonly waiting?: number;
  /** Timeout of one post, with its wait in the queue, in milliseconds; after it the post has `failed`. Default: 3,000. */
  readonly timeoutMs?: number;
}

/**
 * Outcomes by status; any other status is `failed`
 * (https://docs.aws.amazon.com/apigatewaymanagementapi/latest/api/API_PostToConnection.html).
 */
const outcomes: Readonly<Record<number, PostOutcome>> = {
  200: "sent",
  410: "gone",
  413: "too_large",
  429: "throttled",
};

/**
 * Posts to many connections of an API Gateway WebSocket API without the SDK, whose client takes about ten times as much
 * CPU time for each. Failures are logged once for each page and cause, by status or error name.
 */
export function pooledSender(options: PooledSenderOptions): Sender & { close(): Promise<void> } {
  const { endpoint, region, clock, log, connections = 64, waiting = 4096, timeoutMs = 3000 } = options;
  const sign = postSigner(endpoint, region);
  const credentials = freshCredentials({ provider: options.credentials, clock, log });
  const pool = undiciPool({
    origin: new URL(endpoint).origin,
    connections,
    waiting,
    timeoutMs,
    keepAnswer: false,
    sendAgain: true,
  });

  return {
    prepare(text) {
      const body = Buffer.from(text);
      const signPost = sign(body);
      const failed = failureLog(log);
      return async (connectionId) => {
        const make = async () => signPost(connectionId, await credentials(), clock.now());
        const end = await pool.post(make, body);
        if (end.kind === "full") return "throttled";
        if (end.kind === "lost") return failed({ error: end.error });
        return outcomes[end.status] ?? failed({ status: end.status });
      };
    },
    close: pool.close,
  };
}

/** Logs each cause once: a page of posts that all fail in the same way is one line. */
function failureLog(log: Pick<Log, "warn"> | undefined) {
  const logged = new Set<string | number>();
  return (cause: { readonly error: string } | { readonly status: number }): PostOutcome => {
    const [name] = Object.values(cause) as [string | number];
    if (!logged.has(name)) log?.warn("posts fail", cause);
    logged.add(name);
    return "failed";
  };
}
