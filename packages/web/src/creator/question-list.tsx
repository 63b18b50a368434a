import {
  arrangeQuestions,
  candidatesIn,
  candidatesOf,
  type Items,
  latestThread,
  type Question,
  questionsIn,
} from "@callboard/client/headless";
import { useDrafts, useUser } from "@callboard/client/react";
import { type RefObject, useEffect, useState } from "react";
import { Announcer } from "../ui/announcer.tsx";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";
import { CandidateList } from "./candidate-list.tsx";
import { EarlierAttempt } from "./earlier-attempt.tsx";
import { EarlierQuestions } from "./later-parts.ts";
import { QuestionBlock } from "./question-block.tsx";

/**
 * All questions of a subject: one in full, the other open ones as rows below it, the closed ones collapsed.
 */
export function QuestionList({
  subject,
  items,
  loading,
  ended,
  named,
  pressed,
  onShown,
}: {
  subject: string;
  items: Items;
  loading: boolean;
  /** The workflow has ended and asks nothing more. */
  ended: boolean;
  /** The question that the address names. */
  named: string | undefined;
  /** The question that the user asked to see and that has not had the focus yet. */
  pressed: RefObject<string | undefined>;
  onShown: (requestId: string | undefined) => void;
}) {
  const me = useUser()?.id;
  const questions = questionsIn(items);
  const { candidates, unread } = candidatesIn(items);
  const [before, setBefore] = useState<string>();
  const [opened, setOpened] = useState<readonly string[]>([]);
  const { shown, beside, closed } = arrangeQuestions(questions, { named, before, opened });
  const shownId = shown?.requestId;
  if (shownId !== undefined && shownId !== before) setBefore(shownId);
  useEffect(() => onShown(shownId), [onShown, shownId]);

  const drafts = useDrafts();
  useEffect(() => {
    for (const { state, requestId } of questions) if (state !== "open") drafts.forget(requestId);
  }, [drafts, questions]);

  const blocks = shown === undefined ? beside : [shown, ...beside];
  const newest = questions.reduce<Question | undefined>(
    (last, one) => (last === undefined || one.askedAt >= last.askedAt ? one : last),
    undefined,
  );
  const thread = latestThread(candidates);
  const around = { subject, me, ended };
  const words = useWords();
  return (
    <div className="question-column">
      {shown === undefined && (
        <section className="question" aria-labelledby="no-question-heading" data-question="none">
          <h2 id="no-question-heading">{words.question.heading}</h2>
          <p className="quiet">{emptyText({ loading, ended, named }, words)}</p>
        </section>
      )}
      {blocks.map((question) => (
        <QuestionBlock
          key={question.requestId}
          question={question}
          around={around}
          leads={question === shown}
          unfolded={opened.includes(question.requestId)}
          unfold={(unfolded) =>
            setOpened((before) => [
              ...before.filter((id) => id !== question.requestId),
              ...(unfolded ? [question.requestId] : []),
            ])
          }
          pressed={pressed}
        />
      ))}
      <Announcer assertive text={newest?.state === "open" ? words.question.asked(newest.prompt) : ""} />
      {questions.length === 0 && (!ended || thread !== undefined || unread.length > 0) && (
        <CandidateList
          request={undefined}
          rounds={thread === undefined ? [] : candidatesOf(candidates, thread)}
          unread={unread}
          choice={undefined}
          ended={ended}
        />
      )}
      {closed.map((question) => (
        <EarlierAttempt key={question.requestId} subject={subject} question={question} me={me} />
      ))}
      <EarlierQuestions questions={closed} candidates={candidates} me={me} />
    </div>
  );
}

function emptyText(
  { loading, ended, named }: { loading: boolean; ended: boolean; named: string | undefined },
  { question }: Words,
): string {
  if (loading) return question.looking;
  if (named !== undefined) return question.notHere;
  return ended ? question.nothingAsked : question.notYet;
}
