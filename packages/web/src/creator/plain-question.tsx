import { isUnderWay } from "@callboard/client/headless";
import { needsOf, type Verb } from "@callboard/protocol";
import { type Ref, useId } from "react";
import type { Question } from "../model/question.ts";
import { labelOf } from "../model/words.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { AnswerForm } from "./answer-form.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { OwnAttempt } from "./own-attempt.tsx";
import type { AroundQuestions } from "./question-panel.tsx";
import { RejectButton } from "./reject-button.tsx";
import { isSettled, useAnswerTo } from "./use-answers.ts";

/** A question that cannot be shown as it is meant: its words as far as they can be read, and the ways to answer that need nothing of it. */
export function PlainQuestion({
  question,
  around: { answers, me },
  heading,
}: {
  question: Question;
  around: AroundQuestions;
  heading: Ref<HTMLHeadingElement>;
}) {
  const id = useId();
  const { requestId, round, verbs } = question;
  const answer = useAnswerTo(answers, requestId);
  const open = question.state === "open" && !isSettled(answer);
  const busy = isUnderWay(answer);
  const offers = (verb: Verb) => open && verbs.includes(verb);
  const send = (reply: { verb: Verb; value?: unknown; comment?: string | undefined }) =>
    answers.send({ requestId, round, ...reply });
  const buttons = verbs.filter((verb) => verb !== "reject" && needsOf(verb).length === 0);
  return (
    <section className="card pinned question" data-question={question.state} data-plain="true">
      <h2 id={id} ref={heading} tabIndex={-1}>
        The question
      </h2>
      <PeopleText as="p" className="prompt" lang={question.lang}>
        {question.prompt}
      </PeopleText>
      <BrokenRow name={`request/${requestId}`} as="p" />
      {open && <AnswerNews answer={answer} me={me} />}
      <OwnAttempt question={question} answer={answer} me={me} />
      {open && (
        <div className="ways">
          <div className="actions">
            {buttons.map((verb) => (
              <button
                key={verb}
                type="button"
                className="button primary"
                disabled={busy}
                onClick={() => send({ verb })}
              >
                {labelOf(question, verb)}
              </button>
            ))}
          </div>
          {offers("answer") && (
            <RowBoundary name="answer" of={question} as="p">
              <AnswerForm
                schema={undefined}
                requestId={requestId}
                labels={question.labels}
                lang={question.lang}
                busy={busy}
                send={send}
                serverIssues={[]}
              />
            </RowBoundary>
          )}
          {offers("reject") && <RejectButton request={question} busy={busy} send={send} />}
        </div>
      )}
      <details className="cause">
        <summary>What was asked, as JSON</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
        <pre tabIndex={0} dir="auto" lang="">
          {asJson(question.unread ?? question)}
        </pre>
      </details>
    </section>
  );
}

function asJson(value: unknown): string {
  try {
    return (JSON.stringify(value, null, 2) ?? "").slice(0, 20_000);
  } catch {
    return "It is too deep to be shown.";
  }
}
