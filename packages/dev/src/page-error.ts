import type { IncomingMessage } from "node:http";

/** A request of a page that cannot be done; the message is for the person in front of it. */
export class PageError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** What a failed request of a page is answered with; whatever nobody expected is told to the error output alone. */
export function asPageError(cause: unknown): PageError {
  if (cause instanceof PageError) return cause;
  console.error(cause);
  return new PageError(500, "internal", "Something went wrong on the server. Try again.");
}

/** A form of another page cannot send it, and a script of another origin may not. */
const ownHeader = "x-callboard-theatre";

/**
 * Refuses all but pages of this very origin and programs of this machine, both of which send a header of their own. It
 * guards what changes something without a token.
 */
export function requireOwnPage({ headers }: Pick<IncomingMessage, "headers">): void {
  const isOwn = headers.origin === undefined || headers.origin === `http://${headers.host}`;
  if (!isOwn || headers[ownHeader] === undefined)
    throw new PageError(403, "forbidden", "Only this machine's own page may do that.");
}
