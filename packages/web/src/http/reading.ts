import { createContext } from "react";

/** What the HTTP API answered: its body where that is what was asked for. */
interface HttpRead {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Reads what Callboard's HTTP API has at a path; undefined where there is no answer within 5 seconds. Rejects when it is
 * aborted.
 */
export type ReadHttp = (path: string, signal?: AbortSignal) => Promise<HttpRead | undefined>;

const answerMs = 5_000;

/** Reads by somebody's token. */
export const readHttp =
  (httpUrl: string, token: () => Promise<string>, fetch: typeof globalThis.fetch): ReadHttp =>
  async (path, signal) => {
    const ending = AbortSignal.timeout(answerMs);
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
