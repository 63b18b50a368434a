import type { AnswerOperation } from "@callboard/protocol";
import { type About, type Answers, always, ofBody, received } from "./requests.ts";

const { 401: _, ...usual } = always;

const unknown = {
  description: "The token was not made here, is for something else, or has ended.",
  bodies: ["HttpError"],
} as const;

export const answerAnswers: Readonly<Record<AnswerOperation, Answers>> = {
  viewAnswer: {
    200: {
      description: "The question, also once it is closed, and in whose name it would be answered.",
      bodies: ["AnswerView"],
    },
    ...ofBody,
    401: unknown,
    403: { description: "Whom the token names may not see the question.", bodies: ["HttpError"] },
    404: { description: "There is no such question any more.", bodies: ["HttpError"] },
    ...usual,
  },
  giveAnswer: { ...received, ...ofBody, 401: unknown, ...usual },
  unsubscribe: {
    200: { description: "That door is off for that person, or was before.", bodies: ["NoBody"] },
    401: unknown,
    ...usual,
  },
};

export const answersAbout: Readonly<Record<AnswerOperation, About>> = {
  viewAnswer: {
    summary: "Show the question of a link",
    description:
      "For whoever has the token that came with a mail or a webhook, without signing in. It changes nothing, and nobody has seen the question by it.",
  },
  giveAnswer: {
    summary: "Answer by what came with a mail or a webhook",
    description:
      "Answers in the name of whom the token was made for, without signing in, as if they had answered themselves: of all replies one is accepted, and the same `replyId` again takes effect once. The token is good while the question is put to that person, until it ends.",
  },
  unsubscribe: {
    summary: "Turn a door off",
    description:
      "Turns mail or the webhook off for whom the token names, as mail programs do it by one click (RFC 8058). The body is not read.",
  },
};
