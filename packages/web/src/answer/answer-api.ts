import { type RefusalCode, refusalCodes } from "@callboard/protocol";
import { isNumber, isText, readShape, shaped } from "../session/shape.ts";

/** A question as the holder of a link is shown it; its values are read where they are drawn. */
export interface ShownQuestion {
  readonly request: { readonly requestId: string; readonly subject: string; readonly state?: unknown };
  readonly candidates: readonly unknown[];
  /** In whose name it is answered. */
  readonly as: { readonly id: string; readonly name: string };
  /** In milliseconds since the Unix epoch. */
  readonly serverTime: number;
}

/** The same, or why it is not shown; `unreachable`: nobody answered, or not as Callboard does. */
export type Looked = ShownQuestion | "unauthorized" | "forbidden" | "not_found" | "unreachable";

/** What became of an answer; `unsure`: nobody said whether it arrived; `not_sent`: it cannot have. */
type Given =
  | { readonly status: "accepted" }
  | {
      readonly status: "refused";
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly status: "unauthorized" | "invalid" | "too_large" | "not_sent" | "unsure" };

/** What is sent as an answer, beside the token. */
interface GivenReply {
  readonly replyId: string;
  readonly [more: string]: unknown;
}

/** What whoever holds a token can do. The token is sent in bodies alone, but for turning mails off, as mail clients do. */
export interface AnswerApi {
  look(): Promise<Looked>;
  give(reply: GivenReply): Promise<Given>;
  /** Turns off the door that the token came through. */
  turnOff(): Promise<"done" | "unauthorized" | "unreachable">;
}

/** Longer than this nobody waits for an answer, in milliseconds. */
const answerMs = 15_000;

interface Options {
  readonly token: string;
  /** The base of the HTTP API, without a slash at its end; undefined while the host does not say. */
  readonly httpUrl: () => Promise<string | undefined>;
  readonly fetch: typeof globalThis.fetch;
  readonly isOnline: () => boolean;
}

const shown = {
  request: shaped({ requestId: isText, subject: isText }),
  candidates: Array.isArray,
  as: shaped({ id: isText, name: isText }),
  serverTime: isNumber,
};

/** Speaks to Callboard's HTTP API, without signing in. */
export function answerApi({ token, httpUrl, fetch, isOnline }: Options): AnswerApi {
  /** Undefined where nobody answered. */
  async function post(path: string, body?: unknown) {
    const base = await httpUrl();
    if (base === undefined) return undefined;
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      // Whoever answers and closes the page has answered.
      keepalive: true,
      signal: AbortSignal.timeout(answerMs),
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const said: unknown = await response.json().catch(() => undefined);
    return { status: response.status, said: (said ?? {}) as Record<string, unknown> };
  }
  const tried = (path: string, body?: unknown) => post(path, body).catch(() => undefined);

  return {
    async look() {
      const answer = await tried("/answers/view", { token });
      if (answer?.status === 200)
        return (readShape(answer.said, shown) as ShownQuestion | undefined) ?? "unreachable";
      return refusedLooks[answer?.status ?? 0] ?? "unreachable";
    },

    async give(reply) {
      if (!isOnline() || (await httpUrl()) === undefined) return { status: "not_sent" };
      const answer = await tried("/answers", { token, reply });
      if (!answer) return { status: "unsure" };
      const { status, code, details } = answer.said;
      if (status === "accepted") return { status };
      if (status === "refused" && typeof code === "string" && Object.hasOwn(refusalCodes, code))
        return { status, code: code as RefusalCode, details: recordOf(details) };
      return { status: failures[answer.status] ?? "unsure" };
    },

    async turnOff() {
      const answer = await tried(`/unsubscribe/${encodeURIComponent(token)}`);
      if (answer?.status === 200) return "done";
      return answer && [400, 401, 403, 404, 410].includes(answer.status) ? "unauthorized" : "unreachable";
    },
  };
}

const refusedLooks: Readonly<Record<number, Exclude<Looked, ShownQuestion>>> = {
  400: "unauthorized",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
};

const failures: Readonly<Record<number, "unauthorized" | "invalid" | "too_large">> = {
  400: "invalid",
  401: "unauthorized",
  413: "too_large",
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
