import type { Question } from "@callboard/client/headless";
import { useQuestion } from "@callboard/client/react";
import type { Ref } from "react";
import { NextQuestion } from "./next-question.tsx";
import { QuestionFacts } from "./question-facts.tsx";
import { useHeldAnswer } from "./use-held-answers.ts";
import { PlainQuestion, WholeQuestion } from "./whole-question.tsx";

/** The data of a subject that its questions need. */
export interface AroundQuestions {
  readonly subject: string;
  /** The reader's own id. */
  readonly me: string | undefined;
  /** The workflow has ended and asks nothing more. */
  readonly ended: boolean;
}

/** A question among those of its subject; its answer can be undone for a moment. */
export function QuestionPanel({
  question,
  around: { subject, me, ended },
  leads,
  heading,
  isPlain,
}: {
  question: Question;
  around: AroundQuestions;
  /** It is the main question; only its parts are landmarks of the page. */
  leads: boolean;
  heading: Ref<HTMLHeadingElement>;
  /** It cannot be shown completely. */
  isPlain: boolean;
}) {
  const { requestId } = question;
  const answering = useHeldAnswer(requestId, subject, question);
  const asked = useQuestion(requestId, {
    subject,
    attention: !isPlain,
    tickMs: false,
    send: answering.hold,
  });
  const drawn = { question, asked, answering, me, heading };
  if (isPlain) return <PlainQuestion {...drawn} level="h2" />;
  return (
    <WholeQuestion
      {...drawn}
      ended={ended}
      leads={leads}
      level={leads ? "h2" : "h3"}
      facts={<QuestionFacts question={question} asked={asked} me={me} />}
      after={leads && <NextQuestion />}
    />
  );
}
