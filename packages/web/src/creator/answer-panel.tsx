import { type AnswerState, isUnderWay } from "@callboard/client/headless";
import { useDraft } from "@callboard/client/react";
import {
  type DefaultReply,
  defined,
  needsOf,
  type RequestValue,
  type VerbShownAs,
} from "@callboard/protocol";
import { type ReactNode, useId } from "react";
import { type Candidate, namedIn } from "../model/candidates.ts";
import { issuesOf } from "../model/refusal.ts";
import { labelOf } from "../model/words.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { AnswerForm } from "./answer-form.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { CommentField } from "./comment-field.tsx";
import { EditForm } from "./edit-form.tsx";
import { RegenerateForm } from "./regenerate-form.tsx";
import { RejectButton } from "./reject-button.tsx";

/** What a way to answer knows of the question. */
interface Way {
  readonly request: RequestValue;
  /** The candidate that the reader has marked. */
  readonly candidate: Candidate | undefined;
  readonly answer: AnswerState;
  readonly busy: boolean;
  /** The one comment of the question: it goes with every verb, and some forms ask for it in words of their own. */
  readonly comment: string;
  readonly setComment: (comment: string) => void;
  readonly send: (reply: DefaultReply) => void;
}

/** What a button sends, in the order of the buttons; undefined until a candidate is marked. */
const buttons: Readonly<Record<VerbShownAs<"button">, (way: Way) => DefaultReply | undefined>> = {
  pick: ({ request, candidate }) => candidate && { verb: "pick", ...namedIn(request, candidate) },
  approve: () => ({ verb: "approve" }),
};

/** What asks for more before it sends, from the top to the bottom. */
const forms: Readonly<Record<VerbShownAs<"form">, (way: Way) => ReactNode>> = {
  edit: (way) => <EditForm {...way} />,
  answer: ({ request, answer, busy, send }) => (
    <AnswerForm
      schema={request.schema}
      requestId={request.requestId}
      labels={request.labels}
      lang={request.lang}
      busy={busy}
      send={send}
      serverIssues={answer.phase === "refused" && answer.code === "invalid" ? issuesOf(answer.details) : []}
    />
  ),
  regenerate: (way) => <RegenerateForm {...way} />,
  reject: (way) => <RejectButton {...way} />,
};

/** The ways to answer that an open question allows. */
export function AnswerPanel({
  request,
  candidate,
  answer,
  me,
  leads,
  send,
}: {
  request: RequestValue;
  candidate: Candidate | undefined;
  answer: AnswerState;
  me: string | undefined;
  leads: boolean;
  send: (reply: DefaultReply) => void;
}) {
  const id = useId();
  const [comment, setComment] = useDraft(request.requestId, "comment", "");
  const busy = isUnderWay(answer);
  const way: Way = {
    request,
    candidate,
    answer,
    busy,
    comment,
    setComment,
    send: (reply) => send(defined({ ...reply, comment: comment.trim() || undefined })),
  };
  const offered = <V extends RequestValue["verbs"][number]>(all: Readonly<Record<V, unknown>>): V[] =>
    (Object.keys(all) as V[]).filter((verb) => request.verbs.includes(verb));
  const row = offered(buttons);
  return (
    <section className="card answer" aria-labelledby={leads ? `${id}-heading` : undefined} aria-busy={busy}>
      <h2 id={`${id}-heading`}>Your answer</h2>
      <AnswerNews answer={answer} me={me} />
      <CommentField comment={comment} change={setComment} />
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
                  onClick={() => reply && way.send(reply)}
                >
                  <PeopleText lang={request.lang}>{labelOf(request, verb)}</PeopleText>
                </button>
              );
            })}
            {row.some((verb) => needsOf(verb).includes("candidate")) && (
              <p className="quiet picked brief">
                {candidate === undefined ? (
                  "Mark a candidate first."
                ) : (
                  <>
                    “<PeopleText>{candidate.title}</PeopleText>”
                  </>
                )}
              </p>
            )}
          </div>
        )}
        {offered(forms).map((verb) => (
          <RowBoundary key={verb} name={verb} of={request} as="p">
            {forms[verb](way)}
          </RowBoundary>
        ))}
      </div>
    </section>
  );
}
