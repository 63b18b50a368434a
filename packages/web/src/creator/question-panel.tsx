import type { Answers } from "@callboard/client/headless";
import { useDraft } from "@callboard/client/react";
import { verbs } from "@callboard/protocol";
import { type Ref, useId, useRef } from "react";
import { type Candidate, candidatesOf, titlesOf } from "../model/candidates.ts";
import type { Items } from "../model/items.ts";
import type { Question } from "../model/question.ts";
import { AmendQuestion } from "./amend/amend-question.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { Attending } from "./attention/attending.tsx";
import { useAttention } from "./attention/use-attention.ts";
import { CandidateBoard } from "./candidate-board.tsx";
import { OwnAttempt } from "./own-attempt.tsx";
import { QuestionHead } from "./question-head.tsx";
import { isSettled, useAnswerTo } from "./use-answers.ts";

/** What is known of a subject around its questions. */
export interface AroundQuestions {
  readonly items: Items;
  readonly candidates: readonly Candidate[];
  /** The keys of proposals that cannot be read. */
  readonly unread: readonly string[];
  /** The reader's own id. */
  readonly me: string | undefined;
  readonly answers: Answers;
  /** The workflow will ask nothing more. */
  readonly ended: boolean;
}

/** One question whole: what is asked, the proposals to choose from, and the ways to answer. */
export function QuestionPanel({
  question,
  around: { items, candidates, unread, me, answers, ended },
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
  const { requestId, thread } = question;
  const answer = useAnswerTo(answers, requestId);
  const [marked, mark] = useDraft<string | undefined>(requestId, "marked", undefined);
  const rounds = candidatesOf(candidates, thread, question);
  const open = question.state === "open" && !isSettled(answer);
  const choosable = open && question.verbs.some((verb) => verbs[verb].marks);
  const candidate = rounds
    .filter(({ round }) => choosable && round === question.round)
    .flatMap(({ groups }) => groups.flatMap((group) => group.candidates))
    .find(({ key }) => key === marked);

  const column = useRef<HTMLDivElement>(null);
  useAttention(open ? question : undefined, column);

  return (
    <div className="question-column" ref={column}>
      <section
        className="card pinned question"
        aria-labelledby={leads ? `${id}-question` : undefined}
        data-question={question.state}
      >
        <h2 id={`${id}-question`} ref={heading} tabIndex={-1}>
          The question
        </h2>
        <QuestionHead question={question} titleOf={titlesOf(candidates, question)} me={me} />
        {open && (
          <>
            <Attending items={items} requestId={requestId} me={me} />
            <AmendQuestion request={question} me={me} />
          </>
        )}
        <OwnAttempt question={question} answer={answer} me={me} />
      </section>
      {(rounds.length > 0 || choosable) && (
        <CandidateBoard
          rounds={rounds}
          unread={unread.filter((key) => key.startsWith(`candidate/${thread}/`))}
          leads={leads}
          lang={question.lang}
          choice={choosable ? { request: question, marked: candidate?.key, mark } : undefined}
          taken={question.reply}
          ended={ended}
        />
      )}
      {open && (
        <AnswerPanel
          request={question}
          candidate={candidate}
          answer={answer}
          me={me}
          leads={leads}
          send={(reply) => answers.send({ requestId, round: question.round, ...reply })}
        />
      )}
    </div>
  );
}
