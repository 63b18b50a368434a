import { type HttpErrorCode, judgeJson, limits, ReplyBody, readBy, readJson } from "@callboard/protocol";

/** What a body turned out to be. */
export type ReadReply =
  | {
      readonly ok: true;
      readonly reply: ReplyBody;
      /** Numbers in its `value` that are not what was written. */
      readonly lost: readonly string[];
    }
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
  const text = textOf(bytes);
  const read = text === undefined ? undefined : readJson(text);
  if (!read) return bad(["body: not JSON in UTF-8"]);
  const { issues, lost } = judgeJson(read, ReplyBody.shape);
  if (issues.length > 0) return bad(issues);
  const reply = readBy(ReplyBody, read.json);
  return reply.ok ? { ok: true, reply: reply.data, lost } : bad(reply.issues);
}

const bad = (issues: readonly string[]) => ({ ok: false, code: "bad_message", issues }) as const;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
