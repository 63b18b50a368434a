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
    200: {
      description: "The question, and the person in whose name it would be answered.",
      bodies: ["AnswerView"],
    },
    ...badBody,
    401: ended,
    403: { description: "The token's person is no longer asked.", bodies: ["HttpError"] },
    404: { description: "The request no longer exists.", bodies: ["HttpError"] },
  },
  giveAnswer: {
    ...replied,
    401: ended,
    403: { description: "Refused: the token's person is no longer asked.", bodies: ["ReplyReceipt"] },
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
      "For the holder of a token from a mail or a webhook, without signing in: the whole question, also after it is closed. Changes nothing.",
  },
  giveAnswer: {
    summary: "Answer the question of a link",
    description: "As `replyToRequest`, in the name of the token's person, and only for that question.",
  },
  unsubscribe: {
    summary: "Turn a door off",
    description:
      "The one-click unsubscribe of mail programs (RFC 8058), with the token in a mail's header `List-Unsubscribe`: that person gets no more notices through that door. The body is not read.",
  },
};
