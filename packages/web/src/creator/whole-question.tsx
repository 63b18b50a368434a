import { isUnderWay, offeredIn, type Question } from "@callboard/client/headless";
import type { QuestionView } from "@callboard/client/react";
import { type ReactNode, type Ref, useCallback, useId, useRef } from "react";
import { later } from "../ui/later.tsx";
import { useWords } from "../words/use-words.ts";
import { AnswerBar } from "./answer-bar.tsx";
import { CandidateList } from "./candidate-list.tsx";
import { AnswerForm } from "./later-question.ts";
import { Outcome } from "./outcome.tsx";
import type { HeldAnswerView } from "./use-held-answers.ts";

/** Replaces a question that cannot be shown completely; loaded later, since few are such. */
export const PlainQuestion = later(async () => (await import("./plain-question.tsx")).PlainQuestion);

/** From this length in characters a prompt is drawn as text, not as a heading. */
const LONG_PROMPT = 160;

/** One question in full: the prompt, the proposals, and the ways to answer; once closed, its outcome. */
export function WholeQuestion({
  question,
  asked,
  answering,
  me,
  ended,
  leads,
  level: Heading,
  heading,
  facts,
  after,
}: {
  question: Question;
  asked: QuestionView;
  answering: HeldAnswerView;
  /** The reader's own id. */
  me: string | undefined;
  /** The workflow has ended and asks nothing more. */
  ended: boolean;
  /** It is the main question; only its parts are landmarks of the page. */
  leads: boolean;
  level: "h1" | "h2" | "h3";
  heading?: Ref<HTMLHeadingElement>;
  /** Shown under the prompt while it is open. */
  facts: ReactNode;
  /** Shown after its outcome once it is closed. */
  after?: ReactNode;
}) {
  const id = useId();
  const words = useWords();
  const { requestId, lang, prompt } = question;
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
          data-long={prompt.length > LONG_PROMPT || undefined}
          lang={lang ?? ""}
          dir="auto"
        >
          {prompt || words.question.heading}
        </Heading>
        {question.unread !== undefined && <p className="broken">{words.question.notWhole}</p>}
        {open && facts}
        <Outcome question={question} asked={asked} me={me} wasDropped={answering.wasDropped} />
        {!open && after}
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
