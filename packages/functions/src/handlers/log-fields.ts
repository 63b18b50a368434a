import type { Log } from "@callboard/core";

/** Fields that relate the log lines of one invocation: only identifiers, never people's texts. */
export interface Correlation {
  /** Of the WebSocket API. */
  readonly connection?: string;
  readonly execution?: string;
  /** The id of a feedback request. */
  readonly request?: string;
  /** The id of a bus event. */
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
 * Reads them from any invocation's event. A value that does not look like an identifier is left out, so that a
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

/** The request that a path or a message concerns. */
const requestIn = (text: unknown): string | undefined =>
  typeof text === "string" ? /\breq_[a-z0-9]{1,64}\b/.exec(text.slice(0, 1000))?.[0] : undefined;

/** A log whose lines can carry an invocation's keys. */
type Correlating = Log & { about?(keys: Readonly<Record<string, string>>): void };

/** Lambda's context of an invocation. */
export interface Invocation {
  readonly awsRequestId?: string;
}

/**
 * Makes all log lines of a handler carry identifiers of its invocation: the connection, the execution, the request, the
 * event.
 */
export const correlated =
  <E, R>(log: Correlating, handler: (event: E) => Promise<R>) =>
  (event: E, invocation: Invocation = {}): Promise<R> => {
    const { awsRequestId } = invocation;
    log.about?.({ ...correlationOf(event), ...(awsRequestId ? { invocation: awsRequestId } : {}) });
    return handler(event);
  };
