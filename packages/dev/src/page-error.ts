import type { IncomingMessage } from "node:http";

/** A request of a page that cannot be done; the message is for the user. */
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

/**
 * The answer to a failed request of a page; the details of an unexpected error go only to the error output.
 */
export function asPageError(cause: unknown): PageError {
  if (cause instanceof PageError) return cause;
  console.error(cause);
  return new PageError(500, "internal", "Something went wrong on the server. Try again.");
}

/** A form on another page cannot send it, and a script of another origin may not. */
const ownHeader = "x-callboard-theatre";

/**
 * Refuses everything but the machine's own pages and local programs, which send a header of their own. It
 * protects requests that change something without a token.
 */
export function requireOwnPage({ headers }: Pick<IncomingMessage, "headers">): void {
  const isOwn = headers.origin === undefined || headers.origin === `http://${headers.host}`;
  if (!isOwn || headers[ownHeader] === undefined)
    throw new PageError(403, "forbidden", "Only a page of this machine may do that.");
}
