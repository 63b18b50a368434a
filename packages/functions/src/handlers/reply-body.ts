import { type HttpErrorCode, issuesOf, limits, ReplyBody } from "@callboard/protocol";

/** What a body turned out to be. */
export type ReadReply =
  | { readonly ok: true; readonly reply: ReplyBody }
  | { readonly ok: false; readonly code: HttpErrorCode; readonly issues?: readonly string[] };

/** What is read of an event to know its body. */
export interface BodyIn {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

const JSON_TYPE = /^application\/json *(; *charset="?utf-8"? *)?$/i;

/** Reads a reply from a body of JSON, at most as large as a message over the socket. */
export function readReply({ headers, body, isBase64Encoded }: BodyIn): ReadReply {
  if (!JSON_TYPE.test(headers?.["content-type"] ?? "")) return { ok: false, code: "unsupported_media_type" };
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.clientMessageBytes) return { ok: false, code: "too_large" };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { ok: false, code: "bad_message", issues: ["body: not JSON in UTF-8"] };
  }
  const read = ReplyBody.safeParse(json);
  return read.success
    ? { ok: true, reply: read.data }
    : { ok: false, code: "bad_message", issues: issuesOf(read.error) };
}
