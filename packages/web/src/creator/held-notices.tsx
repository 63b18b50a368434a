import { useQuestion } from "@callboard/client/react";
import { PeopleText } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import type { Undoable } from "./held-answers.ts";
import { HeldLine } from "./held-line.tsx";
import { useHeldAnswer, useUnwatchedAnswers } from "./use-held-answers.ts";

/**
 * The undoable answers to questions that are not shown: the reader has opened another, or another page was
 * closed or died. It exists once per page, and sends them whatever is shown.
 */
export function HeldNotices() {
  const words = useWords();
  const held = useUnwatchedAnswers();
  return (
    <ul className="held-notices" aria-live="polite" aria-label={words.question.held.elsewhere}>
      {held.map((one) => (
        <HeldNotice key={one.answer.reply.replyId} held={one} />
      ))}
    </ul>
  );
}

function HeldNotice({ held }: { held: Undoable }) {
  const { subject, reply } = held.answer;
  const asked = useQuestion(reply.requestId, { subject, attention: false, tickMs: false });
  const { undo, sendNow } = useHeldAnswer(reply.requestId, subject, asked.question, false);
  return (
    <li className="held-notice" data-held={reply.requestId}>
      <PeopleText as="p" lang={asked.lang} className="brief">
        {asked.prompt}
      </PeopleText>
      <HeldLine
        held={held}
        request={asked.question ?? { lang: asked.lang }}
        titleOf={asked.titleOf}
        undo={undo}
        sendNow={sendNow}
      />
    </li>
  );
}
