import { createContext } from "react";

/** An answer of the HTTP API: its body, if the request succeeded. */
interface HttpRead {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Reads a path of Callboard's HTTP API; undefined when there is no answer within 5 seconds. Rejects when it
 * is aborted.
 */
export type ReadHttp = (path: string, signal?: AbortSignal) => Promise<HttpRead | undefined>;

const ANSWER_MS = 5_000;

/** Reads with a user's token. */
export const readHttp =
  (httpUrl: string, token: () => Promise<string>, fetch: typeof globalThis.fetch): ReadHttp =>
  async (path, signal) => {
    const ending = AbortSignal.timeout(ANSWER_MS);
    try {
      const response = await fetch(httpUrl + path, {
        cache: "no-store",
        signal: signal ? AbortSignal.any([signal, ending]) : ending,
        headers: { authorization: `Bearer ${await token()}` },
      });
      const { status, ok } = response;
      return ok ? { status, body: await response.json() } : { status };
    } catch (cause) {
      if (signal?.aborted) throw cause;
      return undefined;
    }
  };

/** How the page reads over HTTP. */
export const ReadingContext = createContext<ReadHttp>(async () => undefined);
