import { type HttpErrorCode, judgeJson, limits, readBy, readJson } from "@callboard/protocol";
import type * as z from "zod/mini";

/** A parsed body, or why it is refused. */
export type ReadBody<T> =
  | {
      readonly ok: true;
      readonly data: T;
      /** Numbers in a field `value` that lost precision. */
      readonly lost: readonly string[];
    }
  | { readonly ok: false; readonly code: HttpErrorCode; readonly issues?: readonly string[] };

/** The parts of an event that contain its body. */
export interface BodyIn {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

const JSON_TYPE = /^application\/json *(; *charset="?utf-8"? *)?$/i;

/** Reads a JSON body by its schema; the size limit is that of a WebSocket message. */
export function readJsonBody<S extends z.ZodMiniObject>(
  { headers, body, isBase64Encoded }: BodyIn,
  schema: S,
): ReadBody<z.output<S>> {
  if (!JSON_TYPE.test(headers?.["content-type"] ?? "")) return { ok: false, code: "unsupported_media_type" };
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.clientMessageBytes) return { ok: false, code: "too_large" };
  const text = textOf(bytes);
  const read = text === undefined ? undefined : readJson(text);
  if (!read) return bad(["body: not JSON in UTF-8"]);
  const { issues, lost } = judgeJson(read, schema.shape);
  if (issues.length > 0) return bad(issues);
  const parsed = readBy(schema, read.json);
  return parsed.ok ? { ok: true, data: parsed.data, lost } : bad(parsed.issues);
}

const bad = (issues: readonly string[]) => ({ ok: false, code: "bad_message", issues }) as const;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
