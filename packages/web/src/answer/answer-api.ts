import { type RefusalCode, refusalCodes } from "@callboard/protocol";
import { isNumber, isText, readShape, shaped } from "../session/shape.ts";

/** A question as the holder of a link sees it; its values are checked where they are drawn. */
export interface ShownQuestion {
  readonly request: { readonly requestId: string; readonly subject: string; readonly state?: unknown };
  readonly candidates: readonly unknown[];
  /** The person as whom it is answered. */
  readonly as: { readonly id: string; readonly name: string };
  /** In milliseconds since the Unix epoch. */
  readonly serverTime: number;
}

/** The question, or why it is not shown; `unreachable`: there was no answer, or not from Callboard. */
export type Loaded = ShownQuestion | "unauthorized" | "forbidden" | "not_found" | "unreachable";

/**
 * The outcome of an answer; `unsure`: it is not known whether it arrived; `not_sent`: it cannot have arrived.
 */
type Given =
  | { readonly status: "accepted" }
  | {
      readonly status: "refused";
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly status: "unauthorized" | "invalid" | "too_large" | "not_sent" | "unsure" };

/** The parts of an answer, without the token. */
interface GivenReply {
  readonly replyId: string;
  readonly [more: string]: unknown;
}

/**
 * What the holder of a token can do. The token is sent only in bodies; only the request that turns mails off
 * is sent as mail clients do.
 */
export interface AnswerApi {
  load(): Promise<Loaded>;
  give(reply: GivenReply): Promise<Given>;
  /** Turns off the channel (mail or webhook) that the token came through. */
  turnOff(): Promise<"done" | "unauthorized" | "unreachable">;
}

/** The longest wait for an answer, in milliseconds. */
const ANSWER_MS = 15_000;

interface Options {
  readonly token: string;
  /**
   * The base of the HTTP API, without a slash at its end; undefined until the host's configuration is loaded.
   */
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

/** Calls Callboard's HTTP API, without signing in. */
export function answerApi({ token, httpUrl, fetch, isOnline }: Options): AnswerApi {
  /** Undefined when there was no answer. */
  async function post(path: string, body?: unknown) {
    const base = await httpUrl();
    if (base === undefined) return undefined;
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      // A person who answers and closes the page at once has still answered.
      keepalive: true,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const said: unknown = await response.json().catch(() => undefined);
    return { status: response.status, said: (said ?? {}) as Record<string, unknown> };
  }
  const tried = (path: string, body?: unknown) => post(path, body).catch(() => undefined);

  return {
    async load() {
      const answer = await tried("/answers/view", { token });
      if (answer?.status === 200)
        return (readShape(answer.said, shown) as ShownQuestion | undefined) ?? "unreachable";
      return refusedLoads[answer?.status ?? 0] ?? "unreachable";
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

const refusedLoads: Readonly<Record<number, Exclude<Loaded, ShownQuestion>>> = {
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
