import { isSettled, type Question } from "@callboard/client/headless";
import { type QuestionView, useServerNow } from "@callboard/client/react";
import { endingOf } from "../model/ending.ts";
import { Lamp, toneCues } from "../ui/lamp.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useKeptFocus } from "../ui/use-kept-focus.ts";
import { useWords } from "../words/use-words.ts";
import { AnswerNews } from "./answer-news.tsx";

/**
 * The outcome of a question, or of the user's own answer, in one line. Each part is announced once, when it
 * comes; the user's own answer is shown only until the question itself shows its outcome.
 */
export function Outcome({
  question,
  asked: { outcome, titleOf },
  me,
  wasDropped,
}: {
  question: Question;
  asked: QuestionView;
  me: string | undefined;
  /** The user's own answer was not sent, because the question was closed before. */
  wasDropped: boolean;
}) {
  const words = useWords();
  const now = useServerNow();
  const ending = endingOf(question, titleOf, me, now, words);
  const settled = isSettled(outcome);

  const isOver = ending !== undefined || settled;
  // The buttons disappear when nothing more can be done.
  const place = useKeptFocus<HTMLDivElement>(isOver || undefined);
  const wasRefused = outcome.phase === "lost" || outcome.phase === "refused";
  return (
    <div
      ref={place}
      tabIndex={-1}
      className="outcome-place"
      aria-live="polite"
      aria-atomic="false"
      data-shown={isOver}
    >
      {ending !== undefined ? (
        <p className="outcome" data-tone={ending.tone} data-outcome={question.state}>
          <Lamp cue={toneCues[ending.tone]} />
          <span className="outcome-words">
            <strong>
              <Sentence lang={question.lang}>{ending.what}</Sentence>
            </strong>
            {ending.delivery !== undefined && (
              <span>
                {" "}
                <Sentence>{ending.delivery}</Sentence>
              </span>
            )}
            {(wasDropped || wasRefused) && (
              <span
                data-answer={wasRefused ? "refused" : "dropped"}
                data-code={outcome.phase === "lost" ? "already_answered" : undefined}
              >
                {" "}
                {wasRefused ? words.question.held.notTaken : words.question.held.notSent}
              </span>
            )}
          </span>
        </p>
      ) : (
        settled && <AnswerNews outcome={outcome} me={me} />
      )}
    </div>
  );
}
