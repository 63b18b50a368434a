import { isUnderWay } from "@callboard/client/headless";
import type { QuestionView } from "@callboard/client/react";
import { needsOf, type RequestValue, type VerbShownAs } from "@callboard/protocol";
import { type ReactNode, useId } from "react";
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
  readonly asked: QuestionView;
  readonly busy: boolean;
  /** What stands on its button. */
  readonly label: string;
}

/** What asks for more before it sends. */
const forms: Readonly<Record<VerbShownAs<"form">, (way: Way) => ReactNode>> = {
  edit: (way) => <EditForm {...way} />,
  answer: ({ request: { requestId, lang }, asked, busy, label }) =>
    asked.form && (
      <AnswerForm
        form={asked.form}
        requestId={requestId}
        label={label}
        lang={lang}
        busy={busy}
        send={() => asked.answer("answer")}
      />
    ),
  regenerate: (way) => <RegenerateForm {...way} />,
  reject: (way) => <RejectButton {...way} />,
};

/** The ways to answer that an open question allows. */
export function AnswerPanel({
  request,
  asked,
  me,
  leads,
}: {
  request: RequestValue;
  asked: QuestionView;
  me: string | undefined;
  leads: boolean;
}) {
  const id = useId();
  const { outcome, comment, setComment, verbs, marked } = asked;
  const busy = isUnderWay(outcome);
  const row = verbs.filter(({ shows }) => shows === "button");
  return (
    <section className="card answer" aria-labelledby={leads ? `${id}-heading` : undefined} aria-busy={busy}>
      <h2 id={`${id}-heading`}>Your answer</h2>
      <AnswerNews outcome={outcome} me={me} />
      <CommentField comment={comment} change={setComment} />
      <div className="ways">
        {row.length > 0 && (
          <div className="actions">
            {row.map(({ verb, label, ready }) => (
              <button
                key={verb}
                type="button"
                className="button primary"
                disabled={!ready}
                onClick={() => asked.answer(verb)}
              >
                <PeopleText lang={request.lang}>{label}</PeopleText>
              </button>
            ))}
            {row.some(({ verb }) => needsOf(verb).includes("candidate")) && (
              <p className="quiet picked brief">
                {marked === undefined ? (
                  "Mark a candidate first."
                ) : (
                  <>
                    “<PeopleText>{marked.title}</PeopleText>”
                  </>
                )}
              </p>
            )}
          </div>
        )}
        {verbs.map(({ verb, label }) => (
          <RowBoundary key={verb} name={verb} of={request} as="p">
            {verb in forms && forms[verb as VerbShownAs<"form">]({ request, asked, busy, label })}
          </RowBoundary>
        ))}
      </div>
    </section>
  );
}
