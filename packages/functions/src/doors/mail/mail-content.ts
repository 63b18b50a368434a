import type { Notice, NoticedQuestion } from "@callboard/core";
import { cutText, inboxLink, unsubscribeLink } from "@callboard/protocol";
import { cleanLine } from "./clean-text.ts";
import {
  briefLimits,
  fullLimits,
  type MailQuestion,
  mailQuestion,
  nameOf,
  type QuestionContext,
  wordsOf,
} from "./mail-question.ts";
import { momentText } from "./moments.ts";

/** Most questions that a mail shows; the others are counted. */
const MAX_QUESTIONS = 20;
const SUBJECT_LENGTH = 150;

/** The content of a mail, before it becomes text or HTML. */
export interface MailContent {
  /** The language of the mail's own sentences. */
  readonly lang: string;
  readonly subject: string;
  readonly opening: string;
  readonly questions: readonly MailQuestion[];
  /** How many more questions wait, and where they are. */
  readonly others?: { readonly says: string; readonly label: string; readonly link: string };
  /** A code to type, in large print. */
  readonly code?: string;
  /** Small print, each text a paragraph. */
  readonly closing: readonly string[];
  /** Where to turn mails off. */
  readonly stop?: { readonly label: string; readonly link: string };
  /** The label of the link to a question. */
  readonly open: string;
}

/** The mail of a notice: one question in full, several in short. */
export function noticeContent(notice: Notice, context: Omit<QuestionContext, "to">): MailContent {
  const { to } = notice;
  const words = wordsOf(to);
  const again = notice.occasion === "reminded";
  const asked = notice.questions.slice(0, MAX_QUESTIONS);
  const single = asked.length === 1;
  const others = notice.others + notice.questions.length - asked.length;
  const questions = asked.map((question) =>
    mailQuestion(question, single ? fullLimits : briefLimits, { ...context, to }),
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
            link: inboxLink(context.pagesUrl),
          },
        }
      : {}),
    closing: [
      words.links,
      words.sentences([words.forWhom(nameOf(to)), single ? oneForwarded : forwarding.each]),
    ],
    stop: { label: words.stop, link: unsubscribeLink(context.pagesUrl, notice.unsubscribeToken) },
    open: words.open,
  };
}

/**
 * The start of an encoded word in a header (RFC 2047). A subject that contains it would be sent unchanged and then be
 * decoded.
 */
const ENCODED_WORD = "=?";

/** The same subject for a reminder: mail programs group mails with one subject and one reference into a thread. */
function singleSubject({ prompt }: NoticedQuestion, told: MailQuestion): string {
  const asked = cleanLine(prompt, SUBJECT_LENGTH) || told.prompt;
  return cutText(`${told.title}: ${asked}`.replaceAll(ENCODED_WORD, "= ?"), SUBJECT_LENGTH);
}

/** The mail that asks people to confirm their address. */
export function confirmationContent(to: Notice["to"], code: string): MailContent {
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
