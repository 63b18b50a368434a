/** An error as S3 answers it: an XML body whose `Code` the SDK turns into the name of the exception it throws. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  /** Further elements of the XML body. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
