import type { Addressee, NoticedCandidate, NoticedQuestion } from "@callboard/core";
import { answerLink, cutText, directionOf, limits, type Verb, verbs } from "@callboard/protocol";
import { cleanLine, cleanLines, isolated, isWellFormed } from "./clean-text.ts";
import { leftText, momentText } from "./moments.ts";
import { en, type MailTexts } from "./words/en.ts";
import { ja } from "./words/ja.ts";

/** How much of a question a mail shows; the rest is on its page. */
export interface Extent {
  readonly promptLength: number;
  readonly candidates: number;
  /** 0: only the page shows descriptions and pictures. */
  readonly descriptionLength: number;
}

export const fullLimits: Extent = {
  promptLength: limits.promptLength,
  candidates: 20,
  descriptionLength: 500,
};
export const briefLimits: Extent = { promptLength: 300, candidates: 5, descriptionLength: 0 };

const TITLE_LENGTH = 200;
const ANSWER_LENGTH = 80;
const NAME_LENGTH = 60;

const languages: Readonly<Record<Addressee["lang"], MailTexts>> = { en, ja };

export const wordsOf = ({ lang }: Addressee): MailTexts => languages[lang];

/** A question as a mail shows it, in clean texts and ready sentences. */
export interface MailQuestion {
  /** The language and the direction of the question's own text. */
  readonly lang?: string;
  readonly dir: "ltr" | "rtl";
  /** What the question is about. */
  readonly title: string;
  readonly prompt: string;
  readonly candidates: readonly MailCandidate[];
  readonly more?: string;
  /** Opens the whole question. */
  readonly link: string;
  readonly otherWays?: string;
  readonly deadline: string;
  readonly ifNothing: string;
}

export interface MailCandidate {
  readonly dir: MailQuestion["dir"];
  readonly title: string;
  readonly source?: string;
  readonly description?: string;
  readonly picture?: string;
  /** Opens the question with this candidate chosen; left out where no reply can choose a candidate. */
  readonly choose?: { readonly link: string; readonly label: string };
}

/** The person, place and time that a question is shown for. */
export interface QuestionContext {
  readonly to: Addressee;
  readonly pagesUrl: string;
  readonly now: number;
}

/** Turns a question into what a mail shows. A pure function that accepts any text from the producer. */
export function mailQuestion(
  question: NoticedQuestion,
  extent: Extent,
  context: QuestionContext,
): MailQuestion {
  const words = wordsOf(context.to);
  const prompt = cleanLines(question.prompt, extent.promptLength) || words.subjects.question;
  const title = cleanLine(question.title ?? "", TITLE_LENGTH) || question.subject;
  const marking = question.verbs.find((verb) => verbs[verb].marks);
  const shown = question.candidates.slice(0, extent.candidates);
  const left = question.candidates.length - shown.length;
  const isTag = /^[a-z]{2,8}(-[a-z0-9]{1,8}){0,4}$/i.test(question.lang ?? "");
  return {
    ...(isTag ? { lang: question.lang! } : {}),
    dir: directionOf(prompt) ?? "ltr",
    title,
    prompt,
    candidates: shown.map((candidate) => mailCandidate(candidate, question, marking, extent, context)),
    ...(left > 0 ? { more: words.moreCandidates(left) } : {}),
    link: linkOf(question, context),
    ...otherWaysOf(question, shown.length > 0 ? marking : undefined, words),
    deadline: deadlineText(question, context),
    ifNothing: defaultText(question, words),
  };
}

function mailCandidate(
  candidate: NoticedCandidate,
  question: NoticedQuestion,
  marking: Verb | undefined,
  extent: Extent,
  context: QuestionContext,
): MailCandidate {
  const words = wordsOf(context.to);
  const source = cleanLine(candidate.source ?? "", limits.sourceLength);
  const description = cleanLines(candidate.description ?? "", extent.descriptionLength, 12);
  const title = cleanLine(candidate.title, TITLE_LENGTH) || candidate.id;
  return {
    dir: directionOf(title) ?? "ltr",
    title,
    ...(source === "" ? {} : { source: words.proposedBy(isolated(source)) }),
    ...(description === "" ? {} : { description }),
    ...(candidate.picture === undefined || extent.descriptionLength === 0
      ? {}
      : { picture: candidate.picture }),
    ...(marking === undefined
      ? {}
      : {
          choose: {
            link: linkOf(question, context, candidate),
            label: labelOf(question, marking, marking === "edit" ? words.editThis : words.verbs[marking]),
          },
        }),
  };
}

/** The address of a question, with a candidate chosen; a name that an address cannot hold is chosen on the page. */
function linkOf(
  { token }: NoticedQuestion,
  { pagesUrl }: QuestionContext,
  candidate?: Pick<NoticedCandidate, "id" | "source">,
): string {
  const { id, source } = candidate ?? {};
  if (id === undefined || !isWellFormed(id + (source ?? ""))) return answerLink(pagesUrl, { token });
  return answerLink(pagesUrl, { token, candidateId: id, ...(source === undefined ? {} : { source }) });
}

const labelOf = ({ labels }: NoticedQuestion, verb: Verb, usual: string): string =>
  cleanLine(labels?.[verb] ?? "", limits.labelLength) || usual;

/** Other answers than choosing one of the linked candidates. */
function otherWaysOf(
  question: NoticedQuestion,
  marking: Verb | undefined,
  words: MailTexts,
): { otherWays?: string } {
  const others = question.verbs.filter((verb) => verb !== marking);
  if (others.length === 0) return {};
  const labels = others.map((verb) => isolated(labelOf(question, verb, words.verbs[verb])));
  return { otherWays: marking === undefined ? words.onlyWays(labels) : words.otherWays(labels) };
}

function deadlineText({ deadline }: NoticedQuestion, { to, now }: QuestionContext): string {
  const words = wordsOf(to);
  if (deadline === undefined) return words.deadline.none;
  const at = momentText(deadline, to.zone, words);
  return deadline <= now ? words.deadline.over(at) : words.deadline.by(at, leftText(deadline - now, words));
}

/** What happens if nobody answers, in the question's own words if it has some. */
function defaultText(question: NoticedQuestion, words: MailTexts): string {
  const { defaults } = words;
  const reply = question.default;
  if (question.deadline === undefined) return defaults.staysOpen;
  if (reply === undefined) return defaults.expires;
  const quoted = (text: string) => words.quote(isolated(text));
  const own = question.labels?.[reply.verb];
  switch (reply.verb) {
    case "pick":
    case "edit": {
      const title = defaultTitle(question, reply);
      return title === undefined ? defaults.first : defaults.taken(quoted(title));
    }
    case "answer":
      return defaults.answer(quoted(answerText(reply.value)));
    case "approve":
      if (own === undefined) return defaults.approved;
      break;
    case "reject":
      if (own === undefined) return defaults.rejected;
      break;
    case "regenerate":
  }
  return defaults.chosen(quoted(labelOf(question, reply.verb, words.verbs[reply.verb])));
}

/**
 * The title of a default answer, from its own value or from the candidate that it names; undefined if neither is known.
 */
function defaultTitle(
  { candidates }: NoticedQuestion,
  { value, candidateId, source }: NonNullable<NoticedQuestion["default"]>,
): string | undefined {
  const { title } = (value ?? {}) as { title?: unknown };
  if (typeof title === "string" && title !== "") return cleanLine(title, TITLE_LENGTH);
  const named = candidates.find(
    (one) => one.id === candidateId && (source === undefined || one.source === source),
  );
  return named && (cleanLine(named.title, TITLE_LENGTH) || named.id);
}

function answerText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
  return cleanLine(cutText(text, 10 * ANSWER_LENGTH), ANSWER_LENGTH);
}

/**
 * Characters that separate the labels of a domain, in all scripts (https://www.rfc-editor.org/rfc/rfc3490#section-3.1).
 */
const labelEnds = /[.\u3002\uff0e\uff61](?=\S)/g;

/**
 * The person's name in mails, changed so that no mail program makes a link of it. Otherwise people could enter somebody
 * else's address as theirs and have any link sent there. The name is cleaned before it is split, because a removed
 * character could hide where a link would form.
 */
export function nameOf({ name, user }: Addressee): string {
  const clean = cleanLine(name, NAME_LENGTH) || user;
  return isolated(clean.replaceAll("://", " ").replace(labelEnds, "$& "));
}
