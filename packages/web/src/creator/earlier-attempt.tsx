import type { Outcome, Question } from "@callboard/client/headless";
import { useQuestion } from "@callboard/client/react";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { AnswerNews } from "./answer-news.tsx";

/** Outcomes of the attempt only; what the workflow did with it is shown with the question. */
const wrong: readonly Outcome["phase"][] = ["lost", "refused", "unsure", "failed"];

/** What went wrong with the user's answer to a question that is no longer shown. */
export function EarlierAttempt({
  subject,
  question: { requestId, lang, prompt },
  me,
}: {
  subject: string;
  question: Question;
  me: string | undefined;
}) {
  const words = useWords();
  const { outcome } = useQuestion(requestId, { subject, attention: false, tickMs: false });
  if (!wrong.includes(outcome.phase)) return null;
  return (
    <section className="card own-attempt">
      <h3>{words.question.news.earlier}</h3>
      <PeopleText as="p" lang={lang} className="quiet brief">
        {prompt}
      </PeopleText>
      <AnswerNews outcome={outcome} me={me} />
    </section>
  );
}
