import { type RequestId, RequestValue, Verb } from "@callboard/protocol";
import { fittingFields, type Items, readUnder } from "./items.ts";
import { type Locale, momentText } from "./time.ts";
import { labelOf, quoted, requestLabel } from "./words.ts";

/** A question of a subject; times in milliseconds. */
export interface Question extends RequestValue {
  /** When it last changed. */
  changedAt: number;
  /** The value as it stands, of a question that does not fit its schema: what fits is in its fields. */
  unread?: unknown;
  /** So little of it fits that it cannot be shown as it is meant. */
  torn?: boolean;
}

const prefix = "request/";

/** All questions of a subject, in the order in which they last changed. */
export function questionsIn(items: Items): Question[] {
  const { fits, misfits } = readUnder(items, prefix, RequestValue);
  return [
    ...fits.map(({ value, at }) => ({ ...value, changedAt: at })),
    ...misfits.map(({ key, value, at }) => ({ ...mend(key, value, at), changedAt: at, unread: value })),
  ];
}

/** Without these nobody knows what is asked, or how it is answered; all else is decoration. */
const essentials = ["thread", "round", "prompt", "verbs", "candidates", "state"] as const;

/** As much of a question as can be read: enough to list it, and to answer it by verbs that need nothing. */
function mend(key: string, value: unknown, at: number): RequestValue & { torn: boolean } {
  const fields = fittingFields<RequestValue>(RequestValue.shape, value);
  const verbs = (value as { verbs?: unknown } | null)?.verbs;
  return {
    subject: "" as RequestValue["subject"],
    thread: "",
    round: 1,
    prompt: "",
    candidates: [],
    assignees: [],
    execution: "",
    askedAt: at,
    state: "open",
    ...fields,
    torn: !essentials.every((name) => Object.hasOwn(fields, name)),
    verbs: Array.isArray(verbs) ? verbs.filter((verb): verb is Verb => Verb.safeParse(verb).success) : [],
    requestId: key.slice(prefix.length) as RequestId,
  };
}

/** How many rounds may still be asked for; undefined when there is no limit. */
export const roundsLeft = (request: RequestValue): number | undefined =>
  request.maxRounds === undefined ? undefined : Math.max(0, request.maxRounds - request.round);

/** Finds the title of a candidate that a reply names. */
export type TitleOf = (reply: {
  candidateId?: string | undefined;
  source?: string | undefined;
}) => string | undefined;

/** What happens when nobody answers: "If you do nothing: “A night at the Globe” is taken at 14:32." */
export function defaultText(
  request: RequestValue,
  titleOf: TitleOf,
  now: number,
  locale: Locale = {},
): string {
  const at = request.deadline === undefined ? "" : ` at ${momentText(request.deadline, now, locale)}`;
  const reply = request.default;
  if (!reply)
    return request.deadline === undefined
      ? "The question stays open until somebody answers."
      : `If nobody answers, the question expires${at}.`;
  const own = requestLabel(request, reply.verb);
  switch (reply.verb) {
    case "pick":
    case "edit": {
      const title = quotedTitle(reply, titleOf);
      return title === undefined
        ? `If you do nothing: the first proposal is taken${at}.`
        : `If you do nothing: ${quoted(title)} is taken${at}.`;
    }
    case "answer":
      return `If you do nothing: ${answerText(reply.value)} is the answer${at}.`;
    case "approve":
      return own === undefined
        ? `If you do nothing: it counts as approved${at}.`
        : `If you do nothing: ${quoted(own)} is chosen${at}.`;
    case "reject":
      return own === undefined
        ? `If you do nothing: it counts as rejected${at}.`
        : `If you do nothing: ${quoted(own)} is chosen${at}.`;
    case "regenerate":
      return `If you do nothing: ${quoted(labelOf(request, "regenerate"))} is chosen${at}.`;
  }
}

/** The title that a reply stands for, from its own words or from the candidate that it names. */
export function quotedTitle(
  reply: { candidateId?: string | undefined; source?: string | undefined; value?: unknown },
  titleOf: TitleOf,
): string | undefined {
  const own = (reply.value as { title?: unknown } | null | undefined)?.title;
  if (typeof own === "string" && own !== "") return own;
  return reply.candidateId === undefined ? undefined : titleOf(reply);
}

/** An answer's value as a few words, at most 80 characters. */
export function answerText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  const letters = [...text.slice(0, 200)];
  return quoted(letters.length > 80 ? `${letters.slice(0, 79).join("")}…` : text);
}
