import { useConnection } from "@callboard/client/react";
import type { RequestValue } from "@callboard/core";
import { useState } from "react";
import { candidatesOf, candidateTitle, latestThread } from "../model/candidates.ts";
import type { Items } from "../model/items.ts";
import { questionsOf } from "../model/question.ts";
import { Announcer } from "../ui/announcer.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import { CandidateBoard } from "./candidate-board.tsx";
import { EarlierQuestions } from "./earlier-questions.tsx";
import { QuestionHead } from "./question-head.tsx";

/** The question, the proposals to choose from, and the ways to answer. */
export function QuestionPanel({ items, loading }: { items: Items; loading: boolean }) {
  const me = useMe();
  const { current, earlier } = questionsOf(items);
  const thread = current?.thread ?? latestThread(items);
  const rounds = thread === undefined ? [] : candidatesOf(items, thread);
  const titleOf = (request: RequestValue) => (id: string) => candidateTitle(items, request.thread, id);
  const [selection, setSelection] = useState<{ requestId: string; candidateId: string }>();
  const selected = selection?.requestId === current?.requestId ? selection?.candidateId : undefined;
  const open = current?.state === "open";
  const choosable =
    open && current.verbs.some((verb) => verb === "pick" || verb === "edit") ? current : undefined;

  return (
    <div className="question-column">
      <section
        className="card pinned question"
        aria-labelledby="question-heading"
        data-question={current?.state ?? "none"}
      >
        <h2 id="question-heading">The question</h2>
        {current === undefined ? (
          <p className="quiet">
            {loading ? "Looking…" : "Nothing is asked yet. When the workflow asks, it appears here."}
          </p>
        ) : (
          <QuestionHead request={current} titleOf={titleOf(current)} me={me} />
        )}
        <EarlierQuestions requests={earlier} titleOf={titleOf} me={me} />
      </section>
      <Announcer assertive text={open ? `A question for you: ${current.prompt}` : ""} />
      <CandidateBoard
        rounds={rounds}
        choosable={choosable}
        taken={current?.reply?.candidateId}
        selected={selected}
        select={(candidateId) => current && setSelection({ requestId: current.requestId, candidateId })}
      />
      {current !== undefined && (
        <AnswerPanel
          key={current.requestId}
          request={current}
          candidate={rounds
            .flatMap((round) => round.groups.flatMap((group) => group.candidates))
            .find((candidate) => candidate.id === selected)}
          me={me}
        />
      )}
    </div>
  );
}

/** The reader's own id, kept while the connection is made anew. */
function useMe(): string | undefined {
  const connection = useConnection();
  const [me, setMe] = useState<string>();
  const id = connection.state === "connected" ? connection.user.id : me;
  if (id !== me) setMe(id);
  return id;
}
