import { type Question, roundsLeft } from "@callboard/client/headless";
import { type QuestionView, useServerNow } from "@callboard/client/react";
import { endingOf } from "../model/ending.ts";
import { defaultText } from "../model/question.ts";
import { Countdown } from "../ui/countdown.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { AskedPeople } from "./asked-people.tsx";

/** What is asked, until when and what happens otherwise; once closed, what became of it. */
export function QuestionHead({
  question,
  asked: { asked, titleOf },
  me,
}: {
  question: Question;
  asked: QuestionView;
  me: string | undefined;
}) {
  const { lang } = question;
  const now = useServerNow();
  const words = useWords();
  const outcome = endingOf(question, titleOf, me, now, words);
  const left = roundsLeft(question);
  return (
    <>
      <PeopleText as="p" className="prompt" lang={lang}>
        {question.prompt}
      </PeopleText>
      {question.unread !== undefined && <p className="broken">Not all of this question could be shown.</p>}
      {outcome === undefined ? (
        <>
          <p className="question-facts">
            {question.deadline !== undefined && <Countdown until={question.deadline} />}
            {question.maxRounds !== undefined && (
              <span className="tag">
                round {question.round} of {question.maxRounds}
              </span>
            )}
            {left === 0 && <span className="tag">the last round</span>}
          </p>
          <RowBoundary name="assignees" of={question} as="p">
            <AskedPeople request={question} asked={asked} me={me} />
          </RowBoundary>
          <p className="default">
            <Sentence lang={lang}>{defaultText(question, titleOf, now, words)}</Sentence>
          </p>
        </>
      ) : (
        <div className="message" data-tone={outcome.tone} data-outcome={question.state} role="status">
          <p>
            <strong>
              <Sentence lang={lang}>{outcome.what}</Sentence>
            </strong>
          </p>
          {outcome.delivery !== undefined && (
            <p>
              <Sentence>{outcome.delivery}</Sentence>
            </p>
          )}
        </div>
      )}
    </>
  );
}
