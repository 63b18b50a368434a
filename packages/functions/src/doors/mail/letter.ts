import type { Notice, NoticedQuestion } from "@callboard/core";
import { cutText, inboxLink, unsubscribeLink } from "@callboard/protocol";
import { cleanLine } from "./clean-text.ts";
import { momentText } from "./moments.ts";
import { BRIEF, nameOf, type Telling, type ToldQuestion, tellQuestion, WHOLE, wordsOf } from "./told.ts";

/** Questions that a mail tells; the others are counted. */
const MOST_QUESTIONS = 20;
const SUBJECT_LENGTH = 150;

/** All that a mail says, before it is text or HTML. */
export interface Letter {
  /** The language of the sentences. */
  readonly lang: string;
  readonly subject: string;
  readonly opening: string;
  readonly questions: readonly ToldQuestion[];
  /** How many wait beside these, and where they are. */
  readonly others?: { readonly says: string; readonly label: string; readonly link: string };
  /** A code to type, large. */
  readonly code?: string;
  /** Small print, a paragraph each. */
  readonly closing: readonly string[];
  /** Where the mails are turned off. */
  readonly stop?: { readonly label: string; readonly link: string };
  /** What opens a question. */
  readonly open: string;
}

/** The mail of a notice: a single question whole, several briefly. */
export function noticeLetter(notice: Notice, telling: Omit<Telling, "to">): Letter {
  const { to } = notice;
  const words = wordsOf(to);
  const again = notice.occasion === "reminded";
  const asked = notice.questions.slice(0, MOST_QUESTIONS);
  const single = asked.length === 1;
  const others = notice.others + notice.questions.length - asked.length;
  const questions = asked.map((question) =>
    tellQuestion(question, single ? WHOLE : BRIEF, { ...telling, to }),
  );
  const count = asked.length;
  const singleOpening = again ? words.asksAgain : words.asks;
  const digestOpening = again ? words.digest.asksAgain(count) : words.digest.asks(count);
  const { forwarding } = words;
  const deadline = asked[0]?.deadline;
  const oneForwarded =
    deadline === undefined ? forwarding.open : forwarding.until(momentText(deadline, to.zone, words));
  return {
    lang: to.lang,
    subject: single ? singleSubject(asked[0]!, questions[0]!) : words.subjects.digest(count + others),
    opening: single ? singleOpening : digestOpening,
    questions,
    ...(others > 0
      ? {
          others: {
            says: words.digest.others(others),
            label: words.digest.seeThem,
            link: inboxLink(telling.pagesUrl),
          },
        }
      : {}),
    closing: [
      words.links,
      words.sentences([words.forWhom(nameOf(to)), single ? oneForwarded : forwarding.each]),
    ],
    stop: { label: words.stop, link: unsubscribeLink(telling.pagesUrl, notice.unsubscribeToken) },
    open: words.open,
  };
}

/** How a header writes what is beyond ASCII begins so (RFC 2047): a text that does is left as it is, and then decoded. */
const encodedWord = "=?";

/** The same for a reminder: mail programs put what has one subject and one reference into one thread. */
function singleSubject({ prompt }: NoticedQuestion, told: ToldQuestion): string {
  const asked = cleanLine(prompt, SUBJECT_LENGTH) || told.prompt;
  return cutText(`${told.title}: ${asked}`.replaceAll(encodedWord, "= ?"), SUBJECT_LENGTH);
}

/** The mail that asks whether an address is somebody's own. */
export function confirmLetter(to: Notice["to"], code: string): Letter {
  const { confirm, subjects, open } = wordsOf(to);
  return {
    lang: to.lang,
    subject: `Callboard: ${subjects.confirm}`,
    opening: wordsOf(to).sentences([confirm.asks(nameOf(to)), confirm.type]),
    questions: [],
    code,
    closing: [confirm.notYou, confirm.keep],
    open,
  };
}
