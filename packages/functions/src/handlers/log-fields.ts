import type { Log } from "@callboard/core";

/** What tells the log lines of one invocation from those of others; identifiers alone, never what people said. */
export interface Correlation {
  /** Of the WebSocket API. */
  readonly connection?: string;
  readonly execution?: string;
  /** A feedback request. */
  readonly request?: string;
  /** Of the bus. */
  readonly event?: string;
}

const shapes = {
  connection: /^[\w=+/-]{1,64}$/,
  execution: /^arn:[\w-]+:states:[\w-]*:\d*:execution:[\w:.-]{1,200}$/,
  request: /^req_[a-z0-9]{1,64}$/,
  event: /^[\w-]{1,64}$/,
} as const;

interface Anything {
  readonly id?: unknown;
  readonly resources?: unknown;
  readonly rawPath?: unknown;
  readonly body?: unknown;
  readonly requestContext?: { readonly connectionId?: unknown };
  readonly detail?: {
    readonly requestId?: unknown;
    readonly execution?: unknown;
    readonly executionArn?: unknown;
  };
}

/**
 * Reads it off whatever a function was invoked with. What has not the shape of an identifier is left out, so that a
 * publisher's odd event writes nothing of its own into the logs.
 */
export function correlationOf(invokedWith: unknown): Correlation {
  const { id, resources, rawPath, body, requestContext, detail } = (invokedWith ?? {}) as Anything;
  const execution = [resources].flat().find((one) => shapes.execution.test(String(one)));
  const found: Record<keyof Correlation, unknown> = {
    connection: requestContext?.connectionId,
    execution: execution ?? detail?.executionArn ?? detail?.execution,
    request: detail?.requestId ?? requestIn(rawPath) ?? requestIn(body),
    event: detail === undefined ? undefined : id,
  };
  return Object.fromEntries(
    Object.entries(found).filter(
      ([name, value]) => typeof value === "string" && shapes[name as keyof Correlation].test(value),
    ),
  );
}

/** The request that a path or a message is about. */
const requestIn = (text: unknown): string | undefined =>
  typeof text === "string" ? /\breq_[a-z0-9]{1,64}\b/.exec(text.slice(0, 1000))?.[0] : undefined;

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
