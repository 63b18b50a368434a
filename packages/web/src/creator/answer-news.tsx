import type { Outcome } from "@callboard/client/headless";
import { useConnection, useServerNow } from "@callboard/client/react";
import type { RefusalCode } from "@callboard/protocol";
import { refusalText } from "../model/refusal.ts";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** The outcome of the user's attempt to answer; the component around it announces it. */
export function AnswerNews({ outcome, me }: { outcome: Outcome; me: string | undefined }) {
  const isConnected = useConnection().state === "connected";
  const words = useWords();
  const { news } = words.question;
  switch (outcome.phase) {
    case "idle":
      return null;
    case "lost":
      return <Refused code="already_answered" details={{ ...outcome }} me={me} />;
    case "queued":
      return (
        <p className="news" data-tone="pending" data-answer="queued">
          {news.queued}
        </p>
      );
    case "sending":
      return <p className="news quiet">{isConnected ? news.sending : news.sendingAgain}</p>;
    case "accepted":
    case "relayed":
    case "undeliverable":
    case "unconfirmed":
      return (
        <p className="news" data-tone="done" data-answer="accepted">
          {news.accepted}
        </p>
      );
    case "refused":
      return <Refused {...outcome} me={me} />;
    case "unsure":
      return (
        <p className="news" data-tone="pending" data-answer="unsure">
          {news.unsure}
        </p>
      );
    case "failed":
      return (
        <p className="news" data-tone="lost" data-answer="failed">
          {failureText(outcome.code, words)}
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
    <div className="news" data-tone="lost" data-answer="refused" data-code={code}>
      <p>
        <Sentence>{refusalText(code, details, { me, now }, words)}</Sentence>
      </p>
      {issues.length > 0 && (
        <ul>
          {issues.map((issue) => (
            <li key={issue}>
              <PeopleText>{issue}</PeopleText>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function failureText(code: string, { question: { news } }: Words): string {
  switch (code) {
    case "not_sent":
      return news.notSent;
    case "too_large":
      return news.tooLarge;
    case "invalid":
      return news.invalid;
    case "closed":
      return news.closed;
    case "too_many":
      return news.tooMany;
    default:
      return news.failed;
  }
}
