import type { Question } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import { type RefObject, useEffect, useId, useRef } from "react";
import { momentText } from "../model/time.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { type AroundQuestions, QuestionPanel } from "./question-panel.tsx";

/**
 * A question in its place: in full if it is the main one, else a row that opens there. Its drafts keep what
 * was entered.
 */
export function QuestionBlock({
  question,
  around,
  leads,
  unfolded,
  unfold,
  pressed,
}: {
  question: Question;
  around: AroundQuestions;
  leads: boolean;
  /** Whether a question that is not the main one is open in its place. */
  unfolded: boolean;
  unfold: (unfolded: boolean) => void;
  /** The question that the user asked to see and that has not had the focus yet. */
  pressed: RefObject<string | undefined>;
}) {
  const id = useId();
  const isOpen = leads || unfolded;

  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!leads || pressed.current !== question.requestId) return;
    pressed.current = undefined;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "nearest" });
  });

  const panel = { question, around, leads, heading };
  return (
    <div className="question-block" data-asked={question.requestId}>
      {!leads && (
        <h2 className="question-row">
          <button
            type="button"
            className="row"
            aria-expanded={unfolded}
            aria-controls={`${id}-whole`}
            onClick={() => unfold(!unfolded)}
          >
            <RowBoundary name={question.requestId} of={question} as="span">
              <RowWords question={question} />
            </RowBoundary>
          </button>
        </h2>
      )}
      <div id={`${id}-whole`}>
        {isOpen && (
          <RowBoundary name={question.requestId} of={question} instead={<QuestionPanel {...panel} isPlain />}>
            <QuestionPanel {...panel} isPlain={question.torn} />
          </RowBoundary>
        )}
      </div>
    </div>
  );
}

function RowWords({ question: { prompt, lang, round, deadline, requestId, state } }: { question: Question }) {
  const now = useServerNow();
  const words = useWords();
  const facts = [
    round > 1 && words.question.round(round),
    state === "open" && deadline !== undefined && words.question.until(momentText(deadline, now, words)),
  ].filter((fact) => fact !== false);
  return (
    <>
      <span className="lamp" data-lamp={state === "open" ? "standby" : "off"} aria-hidden="true" />
      <PeopleText as="strong" lang={lang}>
        {prompt || requestId}
      </PeopleText>
      <span className="quiet">{facts.join(" · ")}</span>
    </>
  );
}
