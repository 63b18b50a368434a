import { isSettled, isUnderWay, type Question } from "@callboard/client/headless";
import { type QuestionView, useQuestion } from "@callboard/client/react";
import { useEffect, useRef } from "react";
import { PeopleText } from "../ui/people-text.tsx";
import { AnswerNews } from "./answer-news.tsx";

/**
 * What became of one's own answer to a question when nothing more can be done about it. An accepted one is shown only
 * until the question itself tells of it.
 */
export function OwnAttempt({ asked, me }: { asked: QuestionView; me: string | undefined }) {
  const place = useRef<HTMLDivElement>(null);
  const { outcome, state } = asked;
  const settled = isSettled(outcome);

  // The buttons go when an answer is settled; the focus must not go with them.
  const before = useRef(settled);
  useEffect(() => {
    if (settled && !before.current && document.activeElement === document.body) place.current?.focus();
    before.current = settled;
  }, [settled]);

  const shown = settled && (state === "open" || outcome.phase === "lost" || outcome.phase === "refused");
  return (
    <div ref={place} tabIndex={-1} className="own-attempt" data-shown={shown}>
      {shown && <AnswerNews outcome={outcome} me={me} />}
    </div>
  );
}

/** What went wrong with one's own answer to a question that is no longer shown. */
export function EarlierAttempt({
  subject,
  question: { requestId, lang, prompt },
  me,
}: {
  subject: string;
  question: Question;
  me: string | undefined;
}) {
  const { outcome } = useQuestion(requestId, { subject, attention: false, tickMs: false });
  const wentWrong = !isUnderWay(outcome) && !["idle", "accepted", "relayed"].includes(outcome.phase);
  if (!wentWrong || outcome.phase === "undeliverable" || outcome.phase === "unconfirmed") return null;
  return (
    <section className="card own-attempt" data-shown="true">
      <h3>Your answer to the earlier question</h3>
      <PeopleText as="p" lang={lang} className="quiet brief">
        {prompt}
      </PeopleText>
      <AnswerNews outcome={outcome} me={me} />
    </section>
  );
}
