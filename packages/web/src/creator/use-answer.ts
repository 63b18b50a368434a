import { CallboardError, type RefusalCode } from "@callboard/client";
import { type ReplyOutcome, useReply } from "@callboard/client/react";
import type { DefaultReply, RequestValue } from "@callboard/core";

/** Where an answer stands: `unsure` when nobody said whether it arrived. */
export type AnswerState =
  | { phase: "idle" }
  | { phase: "sending" }
  | { phase: "accepted" }
  | { phase: "refused"; code: RefusalCode; details: Readonly<Record<string, unknown>> }
  | { phase: "unsure" }
  | { phase: "failed"; message: string };

/** Sends answers to a question, one at a time. */
export function useAnswer(request: RequestValue): {
  answer: AnswerState;
  send: (reply: DefaultReply) => void;
} {
  const { reply, outcome } = useReply();
  const answer = answerOf(outcome);
  return {
    answer,
    send(words) {
      if (answer.phase === "sending" || answer.phase === "accepted") return;
      const { requestId, round } = request;
      // What became of it stands in the outcome, a rejection too.
      reply({ requestId, round, ...words }).catch(() => {});
    },
  };
}

function answerOf(outcome: ReplyOutcome): AnswerState {
  switch (outcome.state) {
    case "idle":
    case "sending":
      return { phase: outcome.state };
    case "received": {
      const { receipt } = outcome;
      return receipt.status === "accepted" ? { phase: "accepted" } : { ...receipt, phase: "refused" };
    }
    case "failed": {
      const code = outcome.error instanceof CallboardError ? outcome.error.code : undefined;
      if (code === "too_large") return { phase: "failed", message: "The answer is too long to be sent." };
      if (code === "invalid") return { phase: "failed", message: "The answer is not complete." };
      if (code === "closed")
        return { phase: "failed", message: "The connection was closed. Load the page again." };
      return { phase: "unsure" };
    }
  }
}
