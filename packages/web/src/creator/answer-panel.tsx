import type { CandidateValue, RequestValue } from "@callboard/core";
import { useEffect, useRef } from "react";
import { isFinal } from "../model/refusal.ts";
import { AnswerForm } from "./answer-form.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { EditForm } from "./edit-form.tsx";
import { RegenerateForm } from "./regenerate-form.tsx";
import { RejectButton } from "./reject-button.tsx";
import { useAnswer } from "./use-answer.ts";

/** The ways to answer that the question allows, and what became of one's own attempt. */
export function AnswerPanel({
  request,
  candidate,
  me,
}: {
  request: RequestValue;
  candidate: CandidateValue | undefined;
  me: string | undefined;
}) {
  const { answer, send } = useAnswer(request);
  const news = useRef<HTMLDivElement>(null);
  const may = (verb: RequestValue["verbs"][number]) => request.verbs.includes(verb);
  const over = answer.phase === "accepted" || (answer.phase === "refused" && isFinal(answer.code));
  const open = request.state === "open" && !over;
  const busy = answer.phase === "sending";

  // The buttons go when the answer is settled; the focus must not go with them.
  useEffect(() => {
    if (answer.phase !== "idle" && answer.phase !== "sending") news.current?.focus();
  }, [answer.phase]);

  if (!open && answer.phase === "idle") return null;
  return (
    <section className="card answer" aria-labelledby="answer-heading" aria-busy={busy}>
      <h2 id="answer-heading">Your answer</h2>
      <div ref={news} tabIndex={-1} className="answer-news">
        <AnswerNews answer={answer} request={request} me={me} />
      </div>
      {open && (
        <div className="ways">
          {(may("pick") || may("approve")) && (
            <div className="actions">
              {may("pick") && (
                <button
                  type="button"
                  className="button primary"
                  disabled={busy || candidate === undefined}
                  onClick={() => candidate && send({ verb: "pick", candidateId: candidate.id })}
                >
                  Choose this title
                </button>
              )}
              {may("approve") && (
                <button
                  type="button"
                  className="button primary"
                  disabled={busy}
                  onClick={() => send({ verb: "approve" })}
                >
                  Approve
                </button>
              )}
              {may("pick") && (
                <p className="quiet picked">
                  {candidate === undefined ? "Mark a candidate first." : `“${candidate.title}”`}
                </p>
              )}
            </div>
          )}
          {may("edit") && (
            <EditForm key={candidate?.id ?? "own"} candidate={candidate} busy={busy} send={send} />
          )}
          {may("answer") && <AnswerForm schema={request.schema} busy={busy} send={send} />}
          {may("regenerate") && <RegenerateForm request={request} busy={busy} send={send} />}
          {may("reject") && <RejectButton busy={busy} send={send} />}
        </div>
      )}
    </section>
  );
}
