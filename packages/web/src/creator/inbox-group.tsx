import type { Channel } from "@callboard/client";
import type { Wanted } from "@callboard/client/headless";
import { cutText, isSubject } from "@callboard/protocol";
import { memo } from "react";
import { type InboxGroup, isNear, shortDuration } from "../model/inbox.ts";
import { lineText } from "../model/listed.ts";
import { momentText } from "../model/time.ts";
import { ListedPicture } from "../ui/avatar.tsx";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { cueOf, Lamp } from "../ui/lamp.tsx";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** The length of a prompt in a row, of which two lines are visible. */
const MAX_PROMPT_LENGTH = 280;
/** Characters of a subject's name. */
const MAX_NAME_LENGTH = 80;

/** One subject of the inbox with its questions. */
export function InboxGroupRows({
  group: { subject, name, line, questions },
  channel,
  now,
  shown,
  cursor,
  setCursor,
  open,
}: {
  group: InboxGroup;
  channel: Channel | undefined;
  now: number;
  shown: string | undefined;
  cursor: string | undefined;
  setCursor: (requestId: string) => void;
  open: (place: { subject: string; requestId: string }) => void;
}) {
  const words = useWords();
  const state = line && lineText(line, words);
  return (
    <li className="inbox-group" data-group={subject}>
      <h3 className="inbox-subject" title={state}>
        {line?.picture !== undefined && channel !== undefined ? (
          <ListedPicture channel={channel} line={line} name={name} />
        ) : (
          <Lamp cue={line === undefined ? "standby" : cueOf(line)} />
        )}
        <PeopleText className="one-line">{cutText(name || subject, MAX_NAME_LENGTH)}</PeopleText>
        {questions.length > 1 && <span className="inbox-group-count">{questions.length}</span>}
      </h3>
      <ul>
        {questions.map((question) => (
          <RowBoundary key={question.requestId} name={`request/${question.requestId}`} of={question}>
            <QuestionRow
              question={question}
              left={question.deadline === undefined ? undefined : leftOf(question.deadline - now)}
              until={question.deadline === undefined ? "" : momentText(question.deadline, now, words)}
              isNear={question.deadline !== undefined && isNear(question.deadline - now)}
              isShown={question.requestId === shown}
              isReached={question.requestId === cursor}
              setCursor={setCursor}
              open={open}
            />
          </RowBoundary>
        ))}
      </ul>
    </li>
  );

  function leftOf(ms: number): string {
    return ms > 0 ? words.frame.inbox.left(shortDuration(ms, words)) : words.frame.inbox.over;
  }
}

interface RowProps {
  question: Wanted;
  /** How much time is left, in words; undefined without a deadline. */
  left: string | undefined;
  until: string;
  isNear: boolean;
  isShown: boolean;
  /** Whether the Tab key reaches it. */
  isReached: boolean;
  setCursor: (requestId: string) => void;
  open: (place: { subject: string; requestId: string }) => void;
}

/** Memoized: moving through a hundred rows by keyboard draws only two again. */
const QuestionRow = memo(function QuestionRow({
  question: { requestId, subject, prompt, lang, round, deadline, remindedAt },
  left,
  until,
  isNear,
  isShown,
  isReached,
  setCursor,
  open,
}: RowProps) {
  const words = useWords().frame.inbox;
  if (!isSubject(subject)) return <BrokenRow name={`request/${requestId}`} />;
  const isReminded = remindedAt !== undefined;
  return (
    <li data-request={requestId} data-reminded={isReminded || undefined}>
      <button
        type="button"
        className="row inbox-row"
        tabIndex={isReached ? 0 : -1}
        aria-current={isShown ? "true" : undefined}
        onFocus={() => setCursor(requestId)}
        onClick={() => open({ subject, requestId })}
      >
        <PeopleText as="strong" lang={lang} className="brief">
          {prompt === "" ? requestId : cutText(prompt, MAX_PROMPT_LENGTH)}
        </PeopleText>
        {(left !== undefined || round > 1 || isReminded) && (
          <span className="inbox-facts">
            {isReminded && <span className="tag reminder">{words.reminder}</span>}
            {round > 1 && <span>{words.round(round)}</span>}
            {left !== undefined && (
              <time
                dateTime={new Date(deadline!).toISOString()}
                title={words.until(until)}
                data-near={isNear || undefined}
              >
                {left}
              </time>
            )}
          </span>
        )}
      </button>
    </li>
  );
});
