import { type AnswerState, type Answers, isUnderWay } from "@callboard/client/headless";
import { useEffect, useRef } from "react";
import type { Question } from "../model/question.ts";
import { PeopleText } from "../ui/people-text.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { isSettled, useAnswerTo } from "./use-answers.ts";

/**
 * What became of one's own answer to a question when nothing more can be done about it. An accepted one is shown only
 * until the question itself tells of it.
 */
export function OwnAttempt({
  question,
  answer,
  me,
}: {
  question: Question;
  answer: AnswerState;
  me: string | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const settled = isSettled(answer);

  // The buttons go when an answer is settled; the focus must not go with them.
  useEffect(() => {
    if (settled) place.current?.focus();
  }, [settled]);

  const shown = settled && (answer.phase !== "accepted" || question.state === "open");
  return (
    <div ref={place} tabIndex={-1} className="own-attempt" data-shown={shown}>
      {shown && <AnswerNews answer={answer} me={me} />}
    </div>
  );
}

/** What went wrong with one's own answer to a question that is no longer shown. */
export function EarlierAttempt({
  question,
  answers,
  me,
}: {
  question: Question;
  answers: Answers;
  me: string | undefined;
}) {
  const answer = useAnswerTo(answers, question.requestId);
  if (answer.phase === "idle" || answer.phase === "accepted" || isUnderWay(answer)) return null;
  return (
    <section className="card own-attempt" data-shown="true">
      <h3>Your answer to the earlier question</h3>
      <PeopleText as="p" lang={question.lang} className="quiet brief">
        {question.prompt}
      </PeopleText>
      <AnswerNews answer={answer} me={me} />
    </section>
  );
}
