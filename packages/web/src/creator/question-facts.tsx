import { type Question, roundsLeft } from "@callboard/client/headless";
import { type QuestionView, useServerNow } from "@callboard/client/react";
import { useRef, useState } from "react";
import { defaultText } from "../model/question.ts";
import { Countdown } from "../ui/countdown.tsx";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import type { Amendment } from "./amend/amend-question.tsx";
import { AskedPeople } from "./asked-people.tsx";
import { Attending } from "./attending.tsx";
import { AmendQuestion } from "./later-parts.ts";
import { MoreMenu } from "./more-menu.tsx";

/** An open question in one line: the assignees, the deadline, the round, who has it open; and the default. */
export function QuestionFacts({
  question,
  asked: { asked, titleOf, attending },
  me,
}: {
  question: Question;
  asked: QuestionView;
  me: string | undefined;
}) {
  const words = useWords();
  const now = useServerNow();
  const [opened, setOpened] = useState<Amendment>();
  const line = useRef<HTMLDivElement>(null);
  const { lang, deadline, round, maxRounds, requestId } = question;
  const { amend, roundOf, lastRound } = words.question;
  const close = () => {
    setOpened(undefined);
    line.current?.querySelector<HTMLElement>(".more-button")?.focus();
  };
  return (
    <>
      <div className="question-facts" ref={line}>
        <RowBoundary name="assignees" of={question} as="span">
          <AskedPeople request={question} asked={asked} me={me} />
        </RowBoundary>
        {deadline !== undefined && <Countdown until={deadline} />}
        {maxRounds !== undefined && <span className="quiet">{roundOf(round, maxRounds)}</span>}
        {roundsLeft(question) === 0 && <span className="tag">{lastRound}</span>}
        <Attending requestId={requestId} attenders={attending} />
        <MoreMenu
          label={amend.menu}
          items={[
            ...(deadline === undefined
              ? []
              : [{ key: "time", label: amend.time, act: () => setOpened("time") }]),
            { key: "others", label: amend.others, act: () => setOpened("others") },
          ]}
        >
          <span aria-hidden="true">⋯</span>
        </MoreMenu>
      </div>
      <p className="default">
        <Sentence lang={lang}>{defaultText(question, titleOf, now, words)}</Sentence>
      </p>
      {opened !== undefined && (
        <AmendQuestion key={opened} request={question} me={me} what={opened} close={close} />
      )}
    </>
  );
}
