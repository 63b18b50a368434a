import type { QuestionView } from "@callboard/client/react";
import { useServerNow } from "@callboard/client/react";
import type { RequestValue, Verb } from "@callboard/protocol";
import type { MouseEvent } from "react";
import { answerText, quotedTitle } from "../model/question.ts";
import { labelOf, quoted } from "../model/words.ts";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";
import { UNDO_MS } from "./held-answer.ts";
import type { Undoable } from "./held-answers.ts";

/** What will be sent, in how many seconds, with an undo button. The seconds are not announced. */
export function HeldLine({
  held: { answer, dueAt },
  request,
  titleOf,
  undo,
  sendNow,
}: {
  held: Undoable;
  request: Pick<RequestValue, "labels" | "lang">;
  titleOf: QuestionView["titleOf"];
  undo: () => void;
  sendNow: () => void;
}) {
  const words = useWords();
  const { held: texts } = words.question;
  const now = useServerNow(250);
  const left = Math.max(0, dueAt - now);
  return (
    <div className="held">
      <p className="held-words">
        <span className="lamp" data-lamp="standby" aria-hidden="true" />
        <span className="held-text">
          <Sentence lang={request.lang}>
            {texts.will(sentText(answer.reply, request, titleOf, words))}
          </Sentence>
        </span>
        <span className="held-left" aria-hidden="true">
          {texts.seconds(Math.ceil(left / 1000))}
        </span>
      </p>
      <div className="answer-ways">
        <button type="button" className="button" onClick={single(sendNow)}>
          {texts.sendNow}
        </button>
        <button type="button" className="button undo" onClick={single(undo)}>
          {texts.undo}
        </button>
      </div>
      <progress className="held-progress" max={UNDO_MS} value={left} aria-hidden="true" />
    </div>
  );
}

/** The second click of a double click was meant for the former button. */
const single =
  (act: () => void) =>
  ({ detail }: MouseEvent): void => {
    if (detail <= 1) act();
  };

/** An answer in a few words: the chosen title, the written text, or the button's label. */
export function sentText(
  reply: {
    readonly verb: Verb;
    readonly candidateId?: string | undefined;
    readonly source?: string | undefined;
    readonly value?: unknown;
  },
  request: Pick<RequestValue, "labels">,
  titleOf: QuestionView["titleOf"],
  words: Words,
): string {
  const title = quotedTitle(reply, titleOf);
  if (title !== undefined && (reply.verb === "pick" || reply.verb === "edit")) return quoted(title, words);
  if (reply.verb === "answer") return answerText(reply.value, words);
  return quoted(labelOf(request, reply.verb, words), words);
}
