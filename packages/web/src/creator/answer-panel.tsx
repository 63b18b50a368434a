import {
  type CandidateValue,
  type DefaultReply,
  needsOf,
  type RequestValue,
  type VerbShownAs,
  verbs,
} from "@callboard/protocol";
import { Fragment, type ReactNode } from "react";
import { issuesOf } from "../model/refusal.ts";
import { AnswerForm } from "./answer-form.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { EditForm } from "./edit-form.tsx";
import { RegenerateForm } from "./regenerate-form.tsx";
import { RejectButton } from "./reject-button.tsx";
import type { AnswerState } from "./use-answer.ts";

/** What a way to answer knows of the question. */
interface Way {
  readonly request: RequestValue;
  /** The candidate that the reader has marked. */
  readonly candidate: CandidateValue | undefined;
  readonly answer: AnswerState;
  readonly busy: boolean;
  readonly send: (reply: DefaultReply) => void;
}

/** What a button sends, in the order of the buttons; undefined until a candidate is marked. */
const buttons: Readonly<Record<VerbShownAs<"button">, (way: Way) => DefaultReply | undefined>> = {
  pick: ({ candidate }) => candidate && { verb: "pick", candidateId: candidate.id },
  approve: () => ({ verb: "approve" }),
};

/** What asks for more before it sends, from the top to the bottom. */
const forms: Readonly<Record<VerbShownAs<"form">, (way: Way) => ReactNode>> = {
  edit: ({ candidate, busy, send }) => (
    <EditForm key={candidate?.id ?? "own"} candidate={candidate} busy={busy} send={send} />
  ),
  answer: ({ request, answer, busy, send }) => (
    <AnswerForm
      schema={request.schema}
      requestId={request.requestId}
      labels={request.labels}
      lang={request.lang}
      busy={busy}
      send={send}
      serverIssues={answer.phase === "refused" ? issuesOf(answer.details) : []}
    />
  ),
  regenerate: ({ request, busy, send }) => <RegenerateForm request={request} busy={busy} send={send} />,
  reject: ({ busy, send }) => <RejectButton busy={busy} send={send} />,
};

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
  const busy = answer.phase === "sending";
  const way: Way = { request, candidate, answer, busy, send };
  const offered = <V extends RequestValue["verbs"][number]>(all: Readonly<Record<V, unknown>>): V[] =>
    (Object.keys(all) as V[]).filter((verb) => request.verbs.includes(verb));
  const row = offered(buttons);
  return (
    <section className="card answer" aria-labelledby="answer-heading" aria-busy={busy}>
      <h2 id="answer-heading">Your answer</h2>
      <AnswerNews answer={answer} me={me} />
      <div className="ways">
        {row.length > 0 && (
          <div className="actions">
            {row.map((verb) => {
              const reply = buttons[verb](way);
              return (
                <button
                  key={verb}
                  type="button"
                  className="button primary"
                  disabled={busy || reply === undefined}
                  onClick={() => reply && send(reply)}
                >
                  {verbs[verb].label}
                </button>
              );
            })}
            {row.some((verb) => needsOf(verb).includes("candidate")) && (
              <p className="quiet picked">
                {candidate === undefined ? "Mark a candidate first." : `“${candidate.title}”`}
              </p>
            )}
          </div>
        )}
        {offered(forms).map((verb) => (
          <Fragment key={verb}>{forms[verb](way)}</Fragment>
        ))}
      </div>
    </section>
  );
}
