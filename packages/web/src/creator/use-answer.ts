import { CallboardError, type RefusalCode } from "@callboard/client";
import { type ReplyOutcome, useReply } from "@callboard/client/react";
import type { DefaultReply, RequestValue } from "@callboard/protocol";
import { useState } from "react";
import { isFinal } from "../model/refusal.ts";

/** Where an answer stands: `unsure` when nobody said whether it arrived. */
export type AnswerState =
  | { phase: "idle" }
  /** There is no connection; it is sent when there is one. */
  | { phase: "queued" }
  | { phase: "sending" }
  | { phase: "accepted" }
  | { phase: "refused"; code: RefusalCode; details: Readonly<Record<string, unknown>> }
  | { phase: "unsure" }
  | { phase: "failed"; message: string };

/** One's own attempt to answer: which question it was about, and where it stands. */
export interface Attempt {
  request: RequestValue;
  answer: AnswerState;
}

/** The last attempt of this tab, and a way to answer; a question is answered by one attempt at a time. */
export function useAnswer(): {
  attempt: Attempt | undefined;
  send: (request: RequestValue, reply: DefaultReply) => void;
} {
  const { reply, outcome } = useReply();
  const [request, setRequest] = useState<RequestValue>();
  const attempt = request && { request, answer: answerOf(outcome) };
  return {
    attempt,
    send(question, words) {
      const { requestId, round } = question;
      const phase = attempt?.request.requestId === requestId ? attempt.answer.phase : "idle";
      if (phase === "queued" || phase === "sending" || phase === "accepted") return;
      setRequest(question);
      // What became of it stands in the outcome, a rejection too.
      reply({ requestId, round, ...words }).catch(() => {});
    },
  };
}

/** Whether nothing more can be done about an attempt. */
export const isSettled = (answer: AnswerState): boolean =>
  answer.phase === "accepted" || (answer.phase === "refused" && isFinal(answer.code));

function answerOf(outcome: ReplyOutcome): AnswerState {
  switch (outcome.state) {
    case "idle":
    case "queued":
    case "sending":
      return { phase: outcome.state };
    case "received": {
      const { receipt } = outcome;
      return receipt.status === "accepted" ? { phase: "accepted" } : { ...receipt, phase: "refused" };
    }
    case "failed": {
      const code = outcome.error instanceof CallboardError ? outcome.error.code : undefined;
      if (code === "not_sent")
        return { phase: "failed", message: "There was no connection, so nothing was sent. Send it again." };
      if (code === "too_large") return { phase: "failed", message: "The answer is too long to be sent." };
      if (code === "invalid") return { phase: "failed", message: "The answer is not complete." };
      if (code === "closed")
        return { phase: "failed", message: "The connection was closed. Load the page again." };
      return { phase: "unsure" };
    }
  }
}
