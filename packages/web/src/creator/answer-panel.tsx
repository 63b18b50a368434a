import type { CandidateValue, DefaultReply, RequestValue } from "@callboard/protocol";
import { AnswerForm } from "./answer-form.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { EditForm } from "./edit-form.tsx";
import { RegenerateForm } from "./regenerate-form.tsx";
import { RejectButton } from "./reject-button.tsx";
import type { AnswerState } from "./use-answer.ts";

/** The ways to answer that an open question allows. */
export function AnswerPanel({
  request,
  candidate,
  answer,
  me,
  send,
}: {
  request: RequestValue;
  candidate: CandidateValue | undefined;
  answer: AnswerState;
  me: string | undefined;
  send: (reply: DefaultReply) => void;
}) {
  const may = (verb: RequestValue["verbs"][number]) => request.verbs.includes(verb);
  const busy = answer.phase === "sending";
  return (
    <section className="card answer" aria-labelledby="answer-heading" aria-busy={busy}>
      <h2 id="answer-heading">Your answer</h2>
      <AnswerNews answer={answer} me={me} />
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
    </section>
  );
}
