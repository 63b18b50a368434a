import { isUnderWay, type Question } from "@callboard/client/headless";
import type { QuestionView } from "@callboard/client/react";
import { needsOf } from "@callboard/protocol";
import { type ReactNode, type Ref, useId, useRef } from "react";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { useWords } from "../words/use-words.ts";
import { AnswerBar } from "./answer-bar.tsx";
import { AnswerForm } from "./later-question.ts";
import { Outcome } from "./outcome.tsx";
import type { HeldAnswerView } from "./use-held-answers.ts";

/**
 * A question that cannot be shown completely: its readable texts, and the ways to answer that need nothing
 * else.
 */
export function PlainQuestion({
  question,
  asked,
  answering,
  me,
  level: Heading,
  heading,
  facts,
}: {
  question: Question;
  asked: QuestionView;
  answering: HeldAnswerView;
  /** The reader's own id. */
  me: string | undefined;
  level: "h1" | "h2";
  heading: Ref<HTMLHeadingElement>;
  /** Shown under the prompt while it is open; independent of the question's unreadable parts. */
  facts?: ReactNode;
}) {
  const id = useId();
  const words = useWords();
  const panel = useRef<HTMLDivElement>(null);
  const { requestId, lang } = question;
  const { open, outcome, verbs, form } = asked;
  const busy = isUnderWay(outcome) || answering.held !== undefined;
  const hasForm = form !== undefined && verbs.some(({ verb }) => verb === "answer");
  const able = verbs.filter(({ verb }) => (verb === "answer" ? hasForm : needsOf(verb).length === 0));
  return (
    <div className="question-panel" ref={panel} data-answerable={open} data-plain="true">
      <section className="question" data-question={question.state}>
        <Heading
          id={id}
          ref={heading}
          tabIndex={-1}
          className="prompt people-text"
          lang={lang ?? ""}
          dir="auto"
        >
          {question.prompt || words.question.heading}
        </Heading>
        {open && facts}
        <BrokenRow name={`request/${requestId}`} as="p" />
        <Outcome question={question} asked={asked} me={me} wasDropped={answering.wasDropped} />
        <details className="cause">
          <summary>{words.question.asJson}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
          <pre tabIndex={0} dir="auto" lang="">
            {asJson(question.unread ?? question) ?? words.common.values.tooDeep}
          </pre>
        </details>
      </section>
      {open && hasForm && (
        <RowBoundary name="answer" of={question} as="p">
          <AnswerForm
            id={`${id}-form`}
            form={form}
            requestId={requestId}
            lang={lang}
            busy={busy}
            send={() => asked.answer("answer")}
          />
        </RowBoundary>
      )}
      {open && (
        <RowBoundary name="bar" of={question} as="p">
          <AnswerBar
            request={question}
            asked={{ ...asked, verbs: able }}
            answering={answering}
            me={me}
            leads={false}
            panel={panel}
            numbers={[]}
            formId={hasForm ? `${id}-form` : undefined}
          />
        </RowBoundary>
      )}
    </div>
  );
}

/** Undefined for a value that is nested too deeply. */
function asJson(value: unknown): string | undefined {
  try {
    return (JSON.stringify(value, null, 2) ?? "").slice(0, 20_000);
  } catch {
    return undefined;
  }
}
