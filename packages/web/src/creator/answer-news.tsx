import type { Outcome } from "@callboard/client/headless";
import { useConnection, useServerNow } from "@callboard/client/react";
import type { RefusalCode } from "@callboard/protocol";
import { refusalText } from "../model/refusal.ts";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** What became of one's own attempt to answer. */
export function AnswerNews({ outcome, me }: { outcome: Outcome; me: string | undefined }) {
  const isConnected = useConnection().state === "connected";
  switch (outcome.phase) {
    case "idle":
      return null;
    case "lost":
      return <Refused code="already_answered" details={{ ...outcome }} me={me} />;
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
    case "relayed":
    case "undeliverable":
    case "unconfirmed":
      return (
        <p className="message" data-tone="done" data-answer="accepted" role="status">
          Your answer was accepted. The board will show it in a moment.
        </p>
      );
    case "refused":
      return <Refused {...outcome} me={me} />;
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
          {failureText(outcome.code)}
        </p>
      );
  }
}

function Refused({
  code,
  details,
  issues = [],
  me,
}: {
  code: RefusalCode;
  details: Readonly<Record<string, unknown>>;
  issues?: readonly string[];
  me: string | undefined;
}) {
  const now = useServerNow();
  const words = useWords();
  return (
    <div className="message" data-tone="lost" data-answer="refused" data-code={code} role="status">
      <p>
        <Sentence>{refusalText(code, details, { me, now }, words)}</Sentence>
      </p>
      <ul>
        {issues.map((issue) => (
          <li key={issue}>
            <PeopleText>{issue}</PeopleText>
          </li>
        ))}
      </ul>
    </div>
  );
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
