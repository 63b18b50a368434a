import { ownLabel, type TitleOf } from "@callboard/client/headless";
import type { RequestValue } from "@callboard/protocol";
import { type Locale, momentText } from "./time.ts";
import { labelOf, quoted } from "./words.ts";

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
  const own = ownLabel(request, reply.verb);
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
