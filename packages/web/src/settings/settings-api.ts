import type { ChangeSettings, ReachSettings } from "@callboard/protocol";
import { isFlag, isText, readShape, shaped, textLike } from "../session/shape.ts";
import { SignedOut } from "../session/token.ts";

/** The result of a change: the new settings, or why they are unchanged. */
export type SettingsAnswer =
  | { readonly outcome: "settings"; readonly settings: ReachSettings }
  /** `issues` by field: `mail.address: an address that mail can be sent to`. */
  | { readonly outcome: "wrong"; readonly issues: readonly string[] }
  | { readonly outcome: "wrong_code"; readonly left: number }
  | { readonly outcome: "rate_limited"; readonly retryAfterMs: number }
  | { readonly outcome: "code_ended" | "forbidden" | "signed_out" | "unreachable" };

/** Reads and changes how the reader is notified. */
export interface SettingsApi {
  read(): Promise<SettingsAnswer>;
  change(change: ChangeSettings): Promise<SettingsAnswer>;
  /** Sends the code that was sent to an address. */
  confirm(code: string): Promise<SettingsAnswer>;
}

/** The longest wait for an answer, in milliseconds. */
const ANSWER_MS = 15_000;

const paused = shaped({ reason: textLike(/^(bounced|complained|refused)$/) });
const shape = {
  mail: shaped({
    on: isFlag,
    "address?": isText,
    state: textLike(/^(none|issuer|unconfirmed|confirmed)$/),
    "paused?": paused,
  }),
  webhook: shaped({ on: isFlag, "url?": isText, "paused?": paused, "secret?": isText }),
  lang: textLike(/^(en|ja)$/),
  zone: isText,
  "quiet?": shaped({ from: isText, to: isText }),
};

/** Calls Callboard's HTTP API with the reader's token. */
export function settingsApi(
  httpUrl: string,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): SettingsApi {
  async function call(method: "GET" | "POST", path: string, body?: unknown): Promise<SettingsAnswer> {
    try {
      const response = await fetch(`${httpUrl}${path}`, {
        method,
        cache: "no-store",
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const said: unknown = await response.json();
      if (!response.ok) return refusalOf(response.status, said);
      const settings = readShape(said, shape) as ReachSettings | undefined;
      return settings ? { outcome: "settings", settings } : { outcome: "unreachable" };
    } catch (error) {
      return { outcome: error instanceof SignedOut ? "signed_out" : "unreachable" };
    }
  }
  return {
    read: () => call("GET", "/settings"),
    change: (change) => call("POST", "/settings", change),
    confirm: (code) => call("POST", "/settings/address", { code }),
  };
}

function refusalOf(status: number, said: unknown): SettingsAnswer {
  const { error } = (said ?? {}) as {
    error?: { code?: unknown; details?: { issues?: unknown; left?: unknown; retryAfterMs?: unknown } };
  };
  const { issues, left, retryAfterMs } = error?.details ?? {};
  switch (error?.code) {
    case "bad_message":
      return { outcome: "wrong", issues: Array.isArray(issues) ? issues.map(String) : [] };
    case "wrong_code":
      return { outcome: "wrong_code", left: Number(left) || 0 };
    case "rate_limited":
      return { outcome: "rate_limited", retryAfterMs: Number(retryAfterMs) || 60_000 };
    case "code_ended":
    case "forbidden":
      return { outcome: error.code };
    default:
      return { outcome: status === 401 ? "signed_out" : "unreachable" };
  }
}
