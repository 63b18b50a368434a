import { isUnderWay, type Question } from "@callboard/client/headless";
import { useQuestion } from "@callboard/client/react";
import { needsOf, type Verb } from "@callboard/protocol";
import { type Ref, useId } from "react";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { AnswerForm } from "./answer-form.tsx";
import { AnswerNews } from "./answer-news.tsx";
import { OwnAttempt } from "./own-attempt.tsx";
import type { AroundQuestions } from "./question-panel.tsx";
import { RejectButton } from "./reject-button.tsx";

/** A question that cannot be shown as it is meant: its words as far as they can be read, and the ways to answer that need nothing of it. */
export function PlainQuestion({
  question,
  around: { subject, me },
  heading,
}: {
  question: Question;
  around: AroundQuestions;
  heading: Ref<HTMLHeadingElement>;
}) {
  const id = useId();
  const { requestId, lang } = question;
  const asked = useQuestion(requestId, { subject, attention: false, tickMs: false });
  const { open, outcome, verbs, form } = asked;
  const busy = isUnderWay(outcome);
  const labelOf = (verb: Verb) => (open ? verbs.find((one) => one.verb === verb)?.label : undefined);
  const [answerLabel, rejectLabel] = [labelOf("answer"), labelOf("reject")];
  const buttons = verbs.filter(({ verb }) => verb !== "reject" && needsOf(verb).length === 0);
  return (
    <section className="card pinned question" data-question={question.state} data-plain="true">
      <h2 id={id} ref={heading} tabIndex={-1}>
        The question
      </h2>
      <PeopleText as="p" className="prompt" lang={lang}>
        {question.prompt}
      </PeopleText>
      <BrokenRow name={`request/${requestId}`} as="p" />
      {open && <AnswerNews outcome={outcome} me={me} />}
      <OwnAttempt asked={asked} me={me} />
      {open && (
        <div className="ways">
          <div className="actions">
            {buttons.map(({ verb, label, ready }) => (
              <button
                key={verb}
                type="button"
                className="button primary"
                disabled={!ready}
                onClick={() => asked.answer(verb)}
              >
                {label}
              </button>
            ))}
          </div>
          {answerLabel !== undefined && form !== undefined && (
            <RowBoundary name="answer" of={question} as="p">
              <AnswerForm
                form={form}
                requestId={requestId}
                label={answerLabel}
                lang={lang}
                busy={busy}
                send={() => asked.answer("answer")}
              />
            </RowBoundary>
          )}
          {rejectLabel !== undefined && (
            <RejectButton request={question} asked={asked} busy={busy} label={rejectLabel} />
          )}
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
