import { type Candidate, type Question, titlesOf } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import { endingOf } from "../model/ending.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** The closed questions, collapsed, with their outcomes. */
export function EarlierQuestions({
  questions,
  candidates,
  me,
}: {
  questions: readonly Question[];
  candidates: readonly Candidate[];
  me: string | undefined;
}) {
  const words = useWords();
  if (questions.length === 0) return null;
  return (
    <section className="earlier-questions">
      <details className="earlier">
        <summary>{words.question.earlier(questions.length)}</summary>
        <ul>
          {questions.map((question) => (
            <RowBoundary key={question.requestId} name={`request/${question.requestId}`} of={question}>
              <EarlierQuestion question={question} candidates={candidates} me={me} />
            </RowBoundary>
          ))}
        </ul>
      </details>
    </section>
  );
}

function EarlierQuestion({
  question,
  candidates,
  me,
}: {
  question: Question;
  candidates: readonly Candidate[];
  me: string | undefined;
}) {
  const now = useServerNow();
  const words = useWords();
  const outcome = endingOf(question, titlesOf(candidates, question), me, now, words);
  return (
    <li data-earlier={question.state}>
      <Sentence lang={question.lang}>
        {words.question.earlierRound(
          question.round,
          outcome
            ? words.common.sentences([
                outcome.what,
                ...(outcome.delivery === undefined ? [] : [outcome.delivery]),
              ])
            : words.question.stillOpen,
        )}
      </Sentence>
    </li>
  );
}
