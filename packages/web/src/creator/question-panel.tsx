import type { Question } from "@callboard/client/headless";
import { useQuestion } from "@callboard/client/react";
import { type Ref, useId } from "react";
import { AmendQuestion } from "./amend/amend-question.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { Attending } from "./attending.tsx";
import { CandidateBoard } from "./candidate-board.tsx";
import { OwnAttempt } from "./own-attempt.tsx";
import { QuestionHead } from "./question-head.tsx";

/** What is known of a subject around its questions. */
export interface AroundQuestions {
  readonly subject: string;
  /** The reader's own id. */
  readonly me: string | undefined;
  /** The workflow will ask nothing more. */
  readonly ended: boolean;
}

/** One question whole: what is asked, the proposals to choose from, and the ways to answer. */
export function QuestionPanel({
  question,
  around: { subject, me, ended },
  leads,
  heading,
}: {
  question: Question;
  around: AroundQuestions;
  /** It stands first; the parts of only one question are landmarks of the page. */
  leads: boolean;
  heading: Ref<HTMLHeadingElement>;
}) {
  const id = useId();
  const asked = useQuestion(question.requestId, { subject, tickMs: false });
  const { open, rounds, marked, mark, attending } = asked;
  const choosable = open && asked.verbs.some(({ marks }) => marks);
  return (
    <div className="question-column" ref={asked.ref}>
      <section
        className="card pinned question"
        aria-labelledby={leads ? `${id}-question` : undefined}
        data-question={question.state}
      >
        <h2 id={`${id}-question`} ref={heading} tabIndex={-1}>
          The question
        </h2>
        <QuestionHead question={question} asked={asked} me={me} />
        {open && (
          <>
            <Attending requestId={question.requestId} attenders={attending} />
            <AmendQuestion request={question} me={me} />
          </>
        )}
        <OwnAttempt asked={asked} me={me} />
      </section>
      {(rounds.length > 0 || choosable) && (
        <CandidateBoard
          rounds={rounds}
          unread={asked.unread}
          leads={leads}
          lang={question.lang}
          choice={choosable ? { request: question, marked: marked?.key, mark } : undefined}
          taken={question.reply}
          ended={ended}
        />
      )}
      {open && <AnswerPanel request={question} asked={asked} me={me} leads={leads} />}
    </div>
  );
}
