import type { AnswerOperation } from "@callboard/protocol";
import { type About, type Answer, type Answers, always, badBody, requestAnswers } from "./requests.ts";

const ended: Answer = {
  description: "The token was not made here, or has ended.",
  bodies: ["HttpError"],
};
const { 403: _, 429: tooOften, ...replied } = requestAnswers.replyToRequest;

/** The answers to requests with a link's token: nobody signs in, and no authorizer runs. */
export const linkAnswers: Readonly<Record<AnswerOperation, Answers>> = {
  viewAnswer: {
    ...always,
    200: { description: "The question, and in whose name it would be answered.", bodies: ["AnswerView"] },
    ...badBody,
    401: ended,
    403: { description: "Whom the token names is not asked any more.", bodies: ["HttpError"] },
    404: { description: "There is no such request any more.", bodies: ["HttpError"] },
  },
  giveAnswer: {
    ...replied,
    401: ended,
    403: { description: "Refused: whom the token names is not asked any more.", bodies: ["ReplyReceipt"] },
    429: tooOften!,
  },
  unsubscribe: {
    ...always,
    200: { description: "The door is turned off.", bodies: ["NoBody"] },
    401: ended,
  },
};

export const linksAbout: Readonly<Record<AnswerOperation, About>> = {
  viewAnswer: {
    summary: "Show the question of a link",
    description:
      "For whoever has the token that came with a mail or a webhook, without signing in: the question whole, also once it is closed. Changes nothing.",
  },
  giveAnswer: {
    summary: "Answer the question of a link",
    description:
      "As `replyToRequest`, in the name of the person whom the token was made for, and good for that question alone.",
  },
  unsubscribe: {
    summary: "Turn a door off",
    description:
      "As mail programs do it by one click (RFC 8058), with the token of a mail's header `List-Unsubscribe`: that person is told nothing more through that door. The body is not read.",
  },
};
