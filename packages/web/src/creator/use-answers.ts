import { type AnswerState, type Answers, createAnswers } from "@callboard/client/headless";
import { useCallboard } from "@callboard/client/react";
import { useCallback, useState, useSyncExternalStore } from "react";
import { isFinal } from "../model/refusal.ts";

/** One's own answers of this page, whichever subject is at hand. */
export function useAnswers(): Answers {
  const client = useCallboard();
  const [answers] = useState(() => createAnswers(client.reply));
  return answers;
}

/** Where one's answer to a question stands. */
export function useAnswerTo(answers: Answers, requestId: string): AnswerState {
  const state = useCallback(() => answers.stateOf(requestId), [answers, requestId]);
  return useSyncExternalStore(answers.follow, state, state);
}

/** Whether nothing more can be done about an answer. */
export const isSettled = (answer: AnswerState): boolean =>
  answer.phase === "accepted" || (answer.phase === "refused" && isFinal(answer.code));
