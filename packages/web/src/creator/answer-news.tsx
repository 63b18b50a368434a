import type { AnswerState } from "@callboard/client/headless";
import { useConnection, useServerNow } from "@callboard/client/react";
import { issuesOf, refusalText } from "../model/refusal.ts";
import { PeopleText, Sentence } from "../ui/people-text.tsx";

/** What became of one's own attempt to answer. */
export function AnswerNews({ answer, me }: { answer: AnswerState; me: string | undefined }) {
  const now = useServerNow();
  const isConnected = useConnection().state === "connected";
  switch (answer.phase) {
    case "idle":
      return null;
    case "queued":
      return (
        <p className="message" data-tone="pending" data-answer="queued" role="status">
          There is no connection. Your answer is kept on this page, and sent when there is one.
        </p>
      );
    case "sending":
      return (
        <p className="quiet" role="status">
          {isConnected ? "Sending…" : "There is no connection. Your answer is sent again when there is one."}
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
          <p>
            <Sentence>{refusalText(answer.code, answer.details, { me, now })}</Sentence>
          </p>
          <ul>
            {issuesOf(answer.details).map((issue) => (
              <li key={issue}>
                <PeopleText>{issue}</PeopleText>
              </li>
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
          {failureText(answer.code)}
        </p>
      );
  }
}

function failureText(code: string): string {
  switch (code) {
    case "not_sent":
      return "There was no connection, so nothing was sent. Send it again.";
    case "too_large":
      return "The answer is too long to be sent.";
    case "invalid":
      return "The answer is not complete.";
    case "closed":
      return "The connection was closed. Load the page again.";
    case "too_many":
      return "Many answers are still under way. Wait a moment and send it again.";
    default:
      return "The answer could not be sent. Send it again.";
  }
}
