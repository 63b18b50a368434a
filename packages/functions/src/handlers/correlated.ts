import type { Log } from "@callboard/core";
import { correlationOf } from "./correlation.ts";

/** A log that may carry keys of an invocation. */
type Correlating = Log & { about?(keys: Readonly<Record<string, string>>): void };

/** What Lambda says of an invocation. */
export interface Invocation {
  readonly awsRequestId?: string;
}

/** Has all that a handler logs carry what it was invoked with: the connection, the execution, the request, the event. */
export const correlated =
  <E, R>(log: Correlating, handler: (event: E) => Promise<R>) =>
  (event: E, invocation: Invocation = {}): Promise<R> => {
    const { awsRequestId } = invocation;
    log.about?.({ ...correlationOf(event), ...(awsRequestId ? { invocation: awsRequestId } : {}) });
    return handler(event);
  };
