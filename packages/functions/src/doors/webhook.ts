import type {
  Door,
  DoorOutcome,
  Notice,
  NoticedCandidate,
  NoticedQuestion,
  WebhookTarget,
} from "@callboard/core";
import {
  answerLink,
  defined,
  type WebhookBody,
  type WebhookCandidate,
  type WebhookQuestion,
  type WebhookType,
} from "@callboard/protocol";
import { signWebhook } from "@callboard/tokens";
import type { Fetched, GuardedFetch } from "./guarded-fetch.ts";

export interface WebhookDoorOptions {
  readonly fetch: GuardedFetch;
  /** The address of the pages. */
  readonly pages: string;
  /** The address of the HTTP API. */
  readonly apiUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Only the status of an answer counts. This many bytes of its body are read, since some servers fail if nobody reads. */
const MAX_BYTES = 16 * 1024;

const DAY_MS = 24 * 3600 * 1000;
const SECONDS = /^\d{1,9}$/;
/** The only date format to send: https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats.. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Posts notices to a person's own address, in the scheme of Standard Webhooks; docs/webhook.md describes it. Throws for a
 * target whose secrets are not valid.
 */
export function webhookDoor({ fetch, pages, apiUrl, now }: WebhookDoorOptions): Door<WebhookTarget> {
  const answers = `${apiUrl.replace(/\/$/, "")}/answers`;
  return {
    async send({ url, secrets }, notice) {
      const at = now();
      const body = JSON.stringify(bodyOf(notice, at, (token) => ({ url: answers, token }), pages));
      const headers = {
        ...signWebhook(secrets, { id: notice.id, at, body }),
        "content-type": "application/json",
        "user-agent": "Callboard",
      };
      const fetched = await fetch(url, { method: "POST", headers, body, mostBytes: MAX_BYTES });
      return outcomeOf(fetched, now());
    },
  };
}

type AnswerOf = (token: string) => WebhookQuestion["answer"];

const bodyOf = ({ occasion, to, questions, others }: Notice, at: number, answerOf: AnswerOf, pages: string) =>
  ({
    type: typeOf(occasion, questions.length),
    timestamp: new Date(at).toISOString(),
    data: {
      user: { id: to.user, name: to.name },
      questions: questions.map((question) => shownQuestion(question, answerOf, pages)),
      others,
    },
  }) satisfies WebhookBody;

const typeOf = (occasion: Notice["occasion"], questions: number): WebhookType =>
  questions === 1 ? `feedback.${occasion}` : "feedback.digest";

/** Field by field, so that nothing is sent that is not in the schema. */
function shownQuestion(question: NoticedQuestion, answerOf: AnswerOf, pages: string): WebhookQuestion {
  const verbs = [...question.verbs];
  const candidates = question.candidates.map(shownCandidate);
  return defined({
    requestId: question.requestId,
    subject: question.subject,
    thread: question.thread,
    round: question.round,
    title: question.title,
    prompt: question.prompt,
    lang: question.lang,
    labels: question.labels,
    verbs,
    candidates,
    schema: question.schema,
    digest: question.digest,
    askedAt: question.askedAt,
    deadline: question.deadline,
    default: question.default,
    link: answerLink(pages, { token: question.token }),
    answer: answerOf(question.token),
  });
}

const shownCandidate = ({ id, source, title, description, picture }: NoticedCandidate): WebhookCandidate =>
  defined({ id, source, title, description, picture });

function outcomeOf(fetched: Fetched, now: number): DoorOutcome {
  if (fetched.outcome === "forbidden") return { outcome: "refused", reason: fetched.reason };
  if (fetched.outcome === "failed") return { outcome: "again", reason: fetched.reason };
  const { status, headers } = fetched;
  if (status >= 200 && status < 300) return { outcome: "sent" };
  if (status === 410) return { outcome: "refused", reason: "it answered that it is gone permanently" };
  if (status !== 429 && status !== 503) return { outcome: "again", reason: reasonOf(status) };
  const afterMs = readRetryAfter(headers["retry-after"], now);
  return defined({ outcome: "again", reason: "it answered that it is overloaded", afterMs });
}

function reasonOf(status: number): string {
  if (status >= 500) return "it answered that it failed";
  return status >= 400 ? "it answered that it refuses this" : "it did not answer that it accepted this";
}

/**
 * How long a server asks for no requests by `Retry-After`, in milliseconds, at most a day; undefined if it does not say,
 * or in an unknown form.
 */
function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const ms = header === undefined ? Number.NaN : millisecondsOf(header, now);
  return ms > 0 ? Math.min(ms, DAY_MS) : undefined;
}

function millisecondsOf(header: string, now: number): number {
  if (SECONDS.test(header)) return Number(header) * 1000;
  return DATE.test(header) ? Date.parse(header) - now : Number.NaN;
}
