import { useServerNow } from "@callboard/client/react";
import { issuesOf, refusalText } from "../model/refusal.ts";
import type { AnswerState } from "./use-answer.ts";

/** What became of one's own attempt to answer. */
export function AnswerNews({ answer, me }: { answer: AnswerState; me: string | undefined }) {
  const now = useServerNow();
  switch (answer.phase) {
    case "idle":
      return null;
    case "sending":
      return (
        <p className="quiet" role="status">
          Sending…
        </p>
      );
    case "accepted":
      return (
        <p className="message" data-tone="done" data-answer="accepted" role="status">
          Your answer was accepted. The board will show it in a moment.
        </p>
      );
    case "refused":
      return (
        <div className="message" data-tone="lost" data-answer="refused" data-code={answer.code} role="status">
          <p>{refusalText(answer.code, answer.details, { me, now })}</p>
          <ul>
            {issuesOf(answer.details).map((issue) => (
              <li key={issue}>{issue}</li>
            ))}
          </ul>
        </div>
      );
    case "unsure":
      return (
        <p className="message" data-tone="pending" data-answer="unsure" role="status">
          Nobody said whether your answer arrived. If it did, the question above shows it as soon as the
          connection is back; if it stays open, send it again.
        </p>
      );
    case "failed":
      return (
        <p className="message" data-tone="lost" data-answer="failed" role="status">
          {answer.message}
        </p>
      );
  }
}
