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
