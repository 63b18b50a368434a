import { isUnderWay, offeredIn, type Question } from "@callboard/client/headless";
import { useQuestion } from "@callboard/client/react";
import { type Ref, useCallback, useId, useRef } from "react";
import { useWords } from "../words/use-words.ts";
import { AnswerBar } from "./answer-bar.tsx";
import { CandidateList } from "./candidate-list.tsx";
import { AnswerForm } from "./later-parts.ts";
import { NextQuestion } from "./next-question.tsx";
import { Outcome } from "./outcome.tsx";
import { QuestionFacts } from "./question-facts.tsx";
import { useHeldAnswer } from "./use-held-answers.ts";

/** What is known of a subject around its questions. */
export interface AroundQuestions {
  readonly subject: string;
  /** The reader's own id. */
  readonly me: string | undefined;
  /** The workflow will ask nothing more. */
  readonly ended: boolean;
}

/** From how many characters on a prompt is a text to read more than a heading. */
const longPrompt = 160;

/** One question whole: what is asked, the proposals to choose from, and the ways to answer; closed, what became of it. */
export function QuestionPanel({
  question,
  around: { subject, me, ended },
  leads,
  heading,
}: {
  question: Question;
  around: AroundQuestions;
  /** It stands first; the parts of only one question are landmarks of the page. */
  leads: boolean;
  heading: Ref<HTMLHeadingElement>;
}) {
  const id = useId();
  const words = useWords();
  const { requestId, lang, prompt } = question;
  const answering = useHeldAnswer(requestId, subject, question);
  const asked = useQuestion(requestId, { subject, tickMs: false, send: answering.hold });
  const { open, rounds, marked, mark, form, outcome, ref } = asked;
  const panel = useRef<HTMLDivElement>(null);
  const place = useCallback(
    (element: HTMLDivElement | null) => {
      panel.current = element;
      ref(element);
    },
    [ref],
  );
  const isBusy = answering.held !== undefined || isUnderWay(outcome);
  const choosable = open && asked.verbs.some(({ marks }) => marks);
  const list = (rounds.length > 0 || choosable) && (
    <CandidateList
      request={question}
      rounds={rounds}
      unread={asked.unread}
      choice={choosable ? { marked: marked?.key, mark, disabled: isBusy } : undefined}
      ended={ended}
    />
  );
  const Heading = leads ? "h2" : "h3";
  return (
    <div className="question-panel" ref={place} data-answerable={open}>
      <section
        className="question"
        aria-labelledby={leads ? `${id}-question` : undefined}
        data-question={question.state}
      >
        <Heading
          id={`${id}-question`}
          ref={heading}
          tabIndex={-1}
          className="prompt people-text"
          data-skip-to={(leads && open) || undefined}
          data-long={prompt.length > longPrompt || undefined}
          lang={lang ?? ""}
          dir="auto"
        >
          {prompt || words.question.heading}
        </Heading>
        {question.unread !== undefined && <p className="broken">{words.question.notWhole}</p>}
        {open && <QuestionFacts question={question} asked={asked} me={me} />}
        <Outcome question={question} asked={asked} me={me} wasDropped={answering.wasDropped} />
        {!open && leads && <NextQuestion />}
      </section>
      {open ? (
        <>
          {list}
          {form !== undefined && (
            <AnswerForm
              id={`${id}-form`}
              form={form}
              requestId={requestId}
              lang={lang}
              busy={isBusy}
              send={() => asked.answer("answer")}
            />
          )}
          <AnswerBar
            request={question}
            asked={asked}
            answering={answering}
            me={me}
            leads={leads}
            panel={panel}
            numbers={choosable ? offeredIn(rounds, question).map(({ key }) => key) : []}
            formId={form === undefined ? undefined : `${id}-form`}
          />
        </>
      ) : (
        list && (
          <details className="earlier asked-before">
            <summary>{words.question.showAsked}</summary>
            {list}
          </details>
        )
      )}
    </div>
  );
}
