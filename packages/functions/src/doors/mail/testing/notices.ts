import type { Notice, NoticedQuestion } from "@callboard/core";
import { minutes } from "@callboard/protocol";

/** When mails of the tests are sent: a Monday, 9:00 in Tokyo. */
export const SENT_AT = Date.UTC(2026, 5, 1, 0, 0);

/** A question with two proposals to choose from, and a deadline in two and a half hours. */
export function questionOf(changes: Partial<NoticedQuestion> = {}): NoticedQuestion {
  return {
    requestId: "req_0123456789abcdef" as NoticedQuestion["requestId"],
    subject: "video/v_1" as NoticedQuestion["subject"],
    thread: "title",
    round: 1,
    title: "talk.mp4",
    prompt: "Which title fits this talk?",
    verbs: ["pick", "edit", "reject"],
    candidates: [
      {
        id: "a-1",
        source: "Model A",
        title: "A night at the Globe",
        description: "How a company of eight plays twenty parts, and what the prompter hears of it.",
        picture: "https://pictures.example/globe.png",
      },
      { id: "b-1", source: "Model B", title: "Eight actors, twenty parts" },
    ],
    digest: "d",
    askedAt: SENT_AT - minutes(10),
    deadline: SENT_AT + minutes(150),
    default: { verb: "pick", candidateId: "a-1" },
    token: "token-of-the-question-1",
    ...changes,
  };
}

/** The notice of one person. */
export function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    id: "ntc_1",
    occasion: "asked",
    to: { user: "ana", name: "Ana Souza", lang: "en", zone: "Asia/Tokyo" },
    questions: [questionOf()],
    others: 0,
    unsubscribeToken: "token-to-unsubscribe-1",
    ...changes,
  };
}
