import { common } from "./common.ts";
import { form } from "./form.ts";
import { outcomes } from "./outcomes.ts";
import { progress } from "./progress.ts";
import { question } from "./question.ts";
import { shell } from "./shell.ts";

/** Texts of the page that mails and chats link to. */
export const answering = {
  page: "Answer · Callboard",
  looking: "Looking for the question…",
  as: (who: string) => `You answer as ${who}. Anybody with this link can.`,
  about: (subject: string) => `About ${subject}`,
  tryAgain: "Try again",
  /** `what` is what would be sent. */
  unsent: (what: string) =>
    `Your answer ${what} is not confirmed yet. It counts once, however often it is sent.`,
  sendAgain: "Send it again",

  noLink: {
    title: "This link is incomplete",
    text: "Open it from the message again. If you copied it, copy all of it.",
  },
  ended: {
    title: "This link has ended",
    text: "It was valid until the question was closed, and for 30 days at most. There is nothing more to do here.",
  },
  others: {
    title: "You are no longer asked",
    text: "The question was assigned to others, or you may not answer it any more.",
  },
  gone: {
    title: "The question no longer exists",
    text: "It was closed and deleted.",
  },
  silent: {
    title: "Callboard does not answer",
    text: "Nothing is lost: whatever you have marked or written stays here. Check your connection.",
  },

  unsubscribe: {
    heading: "Mails about questions",
    text: "Callboard writes to you when a question waits and you are not there.",
    button: "Send me no more mails about questions",
    sending: "One moment…",
    done: "You get no more mails about questions. Questions still come to your page.",
    backOn: "Turn them on again in the settings",
    failed: "Callboard did not answer. Mails may not be off yet: try again.",
    ended: "This link is not valid any more. Turn mails off in the settings.",
    settings: "Settings",
  },
};

/** All texts in English that this page shows: it does not need those of videos, inboxes and accounts. */
export const enAnswering = { common, form, outcomes, progress, question, shell, answering };

/** All of them in one language. */
export type AnsweringTexts = typeof enAnswering;
