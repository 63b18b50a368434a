import { useConnection } from "@callboard/client/react";
import { type RequestValue, verbs } from "@callboard/protocol";
import { useRef, useState } from "react";
import { candidateKey, candidatesOf, candidateTitle, isOffered, latestThread } from "../model/candidates.ts";
import type { Items } from "../model/items.ts";
import { questionsOf, type TitleOf } from "../model/question.ts";
import { Announcer } from "../ui/announcer.tsx";
import { AmendQuestion } from "./amend/amend-question.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { Attending } from "./attention/attending.tsx";
import { useAttention } from "./attention/use-attention.ts";
import { CandidateBoard } from "./candidate-board.tsx";
import { EarlierQuestions } from "./earlier-questions.tsx";
import { OwnAttempt } from "./own-attempt.tsx";
import { QuestionHead } from "./question-head.tsx";
import { isSettled, useAnswer } from "./use-answer.ts";

/** The question, the proposals to choose from, and the ways to answer. `ended`: the workflow will ask nothing more. */
export function QuestionPanel({ items, loading, ended }: { items: Items; loading: boolean; ended: boolean }) {
  const me = useMe();
  const { attempt, send } = useAnswer();
  const { current, earlier } = questionsOf(items);
  const thread = current?.thread ?? latestThread(items);
  const rounds = thread === undefined ? [] : candidatesOf(items, thread, current);
  const titleOf =
    (request: RequestValue): TitleOf =>
    (choice) =>
      candidateTitle(items, request, choice);
  const [selection, setSelection] = useState<{ requestId: string; candidate: string }>();
  const selected = selection?.requestId === current?.requestId ? selection?.candidate : undefined;
  const candidate = rounds
    .flatMap((round) => round.groups.flatMap((group) => group.candidates))
    .find((one) => current && isOffered(current, one) && candidateKey(one) === selected);
  const mine = attempt?.request.requestId === current?.requestId ? attempt?.answer : undefined;
  const open = current?.state === "open" && !(mine && isSettled(mine)) ? current : undefined;
  const choosable = open?.verbs.some((verb) => verbs[verb].marks) ? open : undefined;

  const column = useRef<HTMLDivElement>(null);
  useAttention(open, column);

  return (
    <div className="question-column" ref={column}>
      <section
        className="card pinned question"
        aria-labelledby="question-heading"
        data-question={current?.state ?? "none"}
      >
        <h2 id="question-heading">The question</h2>
        {current === undefined ? (
          <p className="quiet">{emptyText(loading, ended)}</p>
        ) : (
          <QuestionHead
            request={current}
            changedAt={items.get(`request/${current.requestId}`)?.at ?? current.askedAt}
            titleOf={titleOf(current)}
            me={me}
          />
        )}
        {open !== undefined && (
          <>
            <Attending items={items} requestId={open.requestId} me={me} />
            <AmendQuestion key={open.requestId} request={open} me={me} />
          </>
        )}
        <OwnAttempt attempt={attempt} current={current} me={me} />
        <EarlierQuestions requests={earlier} titleOf={titleOf} me={me} />
      </section>
      <Announcer assertive text={open ? `A question for you: ${open.prompt}` : ""} />
      {(rounds.length > 0 || choosable || current === undefined) && (
        <CandidateBoard
          rounds={rounds}
          choosable={choosable}
          asked={current}
          selected={candidate}
          select={(one) =>
            current && setSelection({ requestId: current.requestId, candidate: candidateKey(one) })
          }
          ended={ended}
        />
      )}
      {open !== undefined && (
        <AnswerPanel
          key={open.requestId}
          request={open}
          candidate={candidate}
          answer={mine ?? { phase: "idle" }}
          me={me}
          send={(reply) => send(open, reply)}
        />
      )}
    </div>
  );
}

function emptyText(loading: boolean, ended: boolean): string {
  if (loading) return "Looking…";
  return ended ? "Nothing was asked." : "Nothing is asked yet. When the workflow asks, it appears here.";
}

/** The reader's own id, kept while the connection is made anew. */
function useMe(): string | undefined {
  const connection = useConnection();
  const [me, setMe] = useState<string>();
  const id = connection.state === "connected" ? connection.user.id : me;
  if (id !== me) setMe(id);
  return id;
}
