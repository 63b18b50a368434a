import { type HistoryEntry, type Principal, toldAttempt } from "@callboard/protocol";
import { principalsText } from "../model/assignees.ts";
import { ownMessage } from "../model/progress.ts";
import { momentText } from "../model/time.ts";
import { actionText, quoted, reasonText, said, stepLabel, whoText } from "../model/words.ts";
import { history as en } from "../words/en/history.ts";
import { history as ja } from "../words/ja/history.ts";
import { listText } from "../words/plural.ts";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** The words of a page with those of histories, which are loaded with that code. */
export type HistoryWords = Words & { readonly history: typeof en };

/** The words for a subject's history. */
export function useHistoryWords(): HistoryWords {
  const words = useWords();
  return { ...words, history: words.lang === "ja" ? ja : en };
}

/** An entry as text: what happened, and below it the details, a line each. */
export interface EntryText {
  readonly text: string;
  readonly more: readonly string[];
  readonly tone: "good" | "bad" | "plain";
}

type Of<What extends HistoryEntry["what"]> = Extract<HistoryEntry, { what: What }>;

/** The text of what happened, as `me` reads it. */
export function entryText(
  entry: HistoryEntry,
  me: string | undefined,
  now: number,
  words: HistoryWords,
): EntryText {
  switch (entry.what) {
    case "progress":
      return progressText(entry, words);
    case "execution":
      return {
        text: words.history.runs[entry.state],
        more: [said(entry.execution.replace(":", " · ")), ...causeOf(entry, words)],
        tone: toneOf(entry.state),
      };
    case "facts":
      return { text: factsText(entry, words), more: [], tone: "plain" };
    case "candidates": {
      const { count, source } = entry;
      const { candidates, candidatesOf } = words.history;
      const text = source === undefined ? candidates(count) : candidatesOf(count, said(source));
      return { text, more: [aboutText(entry, words)], tone: "plain" };
    }
    case "question":
      return questionText(entry, me, now, words);
  }
}

const bad: readonly string[] = ["failed", "timed_out", "aborted", "expired", "undeliverable", "unconfirmed"];
const good: readonly string[] = ["succeeded", "answered", "relayed"];

const toneOf = (state: string): EntryText["tone"] =>
  bad.includes(state) ? "bad" : good.includes(state) ? "good" : "plain";

function progressText(entry: Of<"progress">, words: HistoryWords): EntryText {
  const { step, state, message } = entry;
  const attempt = toldAttempt(entry.attempt);
  const label = step === "execution" ? words.history.whole : said(stepLabel(step, words));
  const named = attempt === undefined ? label : words.history.attempt(label, attempt);
  const told = ownMessage(message);
  return {
    text: words.progress.stepIs(named, words.progress.stepStates[state]),
    more: [...(told === undefined ? [] : [said(told)]), ...causeOf(entry, words)],
    tone: toneOf(state),
  };
}

const causeOf = ({ cause }: { cause?: string | undefined }, words: HistoryWords): string[] =>
  cause === undefined ? [] : [words.history.cause(said(cause))];

function factsText({ facts, more }: Of<"facts">, words: HistoryWords): string {
  const names = facts.map(({ name, label, removed }) => {
    const called = said(label ?? name);
    return removed ? words.history.removed(called) : called;
  });
  const all = listText(words.locale, names);
  return more === undefined ? words.history.facts(all) : words.history.factsAndMore(all, more);
}

const aboutText = ({ thread, round }: { thread: string; round: number }, words: HistoryWords): string =>
  words.history.questions.round(said(thread), round);

function questionText(
  entry: Of<"question">,
  me: string | undefined,
  now: number,
  words: HistoryWords,
): EntryText {
  const { happened, assignees, deadline, comment, reason } = entry;
  const { questions } = words.history;
  return {
    text: happenedText(entry, me, words),
    more: [
      ...(comment === undefined || comment === "" ? [] : [quoted(comment, words)]),
      ...(assignees === undefined ? [] : [words.question.putTo(askedText(assignees, me, words))]),
      ...(deadline === undefined ? [] : [questions.until(momentText(deadline, now, words))]),
      ...(reason === undefined ? [] : [reasonText(reason, words)].filter((text) => text !== "")),
      aboutText(entry, words),
    ],
    tone: toneOf(happened),
  };
}

const askedText = (assignees: readonly Principal[], me: string | undefined, words: HistoryWords): string =>
  said(principalsText(assignees, me, undefined, words));

function happenedText(entry: Of<"question">, me: string | undefined, words: HistoryWords): string {
  const { happened, by, prompt } = entry;
  const { questions } = words.history;
  const { endings } = words.outcomes;
  const who = by === undefined ? questions.somebody : whoText(by, me, words);
  switch (happened) {
    case "asked":
      return questions.asked(quoted(prompt ?? "", words));
    case "seen":
      return questions.seen(who);
    case "extended":
      return questions.extended(who);
    case "reassigned":
      return questions.reassigned(who);
    case "answered":
      return by?.id === "system"
        ? questions.answeredBySystem
        : questions.answered(who, answerText(entry, words));
    case "reminded":
    case "escalated":
    case "erased":
      return questions[happened];
    case "relayed":
    case "undeliverable":
    case "unconfirmed":
    case "expired":
    case "withdrawn":
    case "superseded":
      return endings[happened];
  }
}

/** What somebody did by answering, to follow their name. */
const answerText = ({ verb = "answer", candidate }: Of<"question">, words: HistoryWords): string =>
  verb === "pick" && candidate !== undefined
    ? words.outcomes.actions.chose(quoted(candidate, words))
    : actionText(verb, words);
