import { ownLabel, type TitleOf } from "@callboard/client/headless";
import type { RequestValue } from "@callboard/protocol";
import type { Words } from "../words/words.ts";
import { momentText } from "./time.ts";
import { labelOf, quoted } from "./words.ts";

/** The default: "If you do nothing: “A night at the Globe” is taken at 14:32." */
export function defaultText(request: RequestValue, titleOf: TitleOf, now: number, words: Words): string {
  const { defaults } = words.outcomes;
  const at = request.deadline === undefined ? undefined : momentText(request.deadline, now, words);
  const reply = request.default;
  if (!reply) return at === undefined ? defaults.staysOpen : defaults.expires(at);
  const own = ownLabel(request, reply.verb);
  switch (reply.verb) {
    case "pick":
    case "edit": {
      const title = quotedTitle(reply, titleOf);
      return title === undefined ? defaults.first(at) : defaults.taken(quoted(title, words), at);
    }
    case "answer":
      return defaults.answer(answerText(reply.value, words), at);
    case "approve":
      return own === undefined ? defaults.approved(at) : defaults.chosen(quoted(own, words), at);
    case "reject":
      return own === undefined ? defaults.rejected(at) : defaults.chosen(quoted(own, words), at);
    case "regenerate":
      return defaults.chosen(quoted(labelOf(request, "regenerate", words), words), at);
  }
}

/** The title of a reply, from its own text or from the candidate that it names. */
export function quotedTitle(
  reply: { candidateId?: string | undefined; source?: string | undefined; value?: unknown },
  titleOf: TitleOf,
): string | undefined {
  const own = (reply.value as { title?: unknown } | null | undefined)?.title;
  if (typeof own === "string" && own !== "") return own;
  return reply.candidateId === undefined ? undefined : titleOf(reply);
}

/** An answer's value in a few words, at most 80 characters. */
export function answerText(value: unknown, words: Words): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? words.common.values.nothing);
  const letters = [...text.slice(0, 200)];
  return quoted(letters.length > 80 ? `${letters.slice(0, 79).join("")}…` : text, words);
}
