import { createContext } from "react";

/**
 * Reads what Callboard's HTTP API has at a path. Undefined: it is refused, or there is no answer within 5 seconds. Rejects
 * when it is aborted.
 */
export type ReadHttp = (path: string, signal: AbortSignal) => Promise<unknown>;

const answerMs = 5_000;

/** Reads by somebody's token. */
export const readHttp =
  (httpUrl: string, token: () => Promise<string>, fetch: typeof globalThis.fetch): ReadHttp =>
  async (path, signal) => {
    try {
      const response = await fetch(httpUrl + path, {
        cache: "no-store",
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
        headers: { authorization: `Bearer ${await token()}` },
      });
      return response.ok ? await response.json() : undefined;
    } catch (cause) {
      if (signal.aborted) throw cause;
      return undefined;
    }
  };

/** How the page reads over HTTP. */
export const ReadingContext = createContext<ReadHttp>(async () => undefined);
