import { cutText, RequestValue } from "@callboard/protocol";
import type { Choice } from "./candidates.ts";
import { type Items, valuesUnder } from "./items.ts";
import { type Locale, momentText } from "./time.ts";

/** The question to show, and those before it, the newest first. */
export interface Questions {
  current: RequestValue | undefined;
  earlier: RequestValue[];
}

/** The open question that was asked last, else the last one of all. */
export function questionsOf(items: Items): Questions {
  const all = valuesUnder(items, "request/", RequestValue)
    .map((entry) => entry.value)
    .sort((a, b) => b.askedAt - a.askedAt || b.round - a.round);
  const current = all.find((request) => request.state === "open") ?? all[0];
  return { current, earlier: all.filter((request) => request !== current) };
}

/** How many rounds may still be asked for; undefined when there is no limit. */
export const roundsLeft = (request: RequestValue): number | undefined =>
  request.maxRounds === undefined ? undefined : Math.max(0, request.maxRounds - request.round);

/** Finds the title of the candidate that a reply names. */
export type TitleOf = (choice: Choice) => string | undefined;

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
  switch (reply.verb) {
    case "pick":
    case "edit": {
      const title = quotedTitle(reply, titleOf);
      return title === undefined
        ? `If you do nothing: the first proposal is taken${at}.`
        : `If you do nothing: “${title}” is taken${at}.`;
    }
    case "approve":
      return `If you do nothing: it counts as approved${at}.`;
    case "reject":
      return `If you do nothing: it counts as rejected${at}.`;
    case "regenerate":
      return `If you do nothing: other proposals are asked for${at}.`;
    case "answer":
      return `If you do nothing: ${answerText(reply.value)} is the answer${at}.`;
  }
}

/** The title that a reply stands for, from its own words or from the candidate that it names. */
export function quotedTitle(reply: Choice & { value?: unknown }, titleOf: TitleOf): string | undefined {
  const own = (reply.value as { title?: unknown } | null | undefined)?.title;
  if (typeof own === "string" && own !== "") return own;
  return reply.candidateId === undefined ? undefined : titleOf(reply);
}

/** An answer's value as a few words, at most 80 characters. */
export function answerText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return `“${cutText(text, 80)}”`;
}
