import { isSettled, isUnderWay } from "@callboard/client/headless";
import type { QuestionView } from "@callboard/client/react";
import { needsOf, type RequestValue } from "@callboard/protocol";
import { type RefObject, useEffect, useId, useRef, useState } from "react";
import { labelOf, quoted } from "../model/words.ts";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import { AnswerNews } from "./answer-news.tsx";
import { AnswerWays, type Way, WayLabel, waysOf } from "./answer-ways.tsx";
import { CommentField } from "./comment-field.tsx";
import { HeldLine, sentText } from "./held-line.tsx";
import { EditForm } from "./later-question.ts";
import { useAnswerKeys } from "./use-answer-keys.ts";
import { useBarSize } from "./use-bar-size.ts";
import type { HeldAnswerView } from "./use-held-answers.ts";

/** The controls of an open question, always visible: the selection, the ways to answer, and the undo. */
export function AnswerBar({
  request,
  asked,
  answering,
  me,
  leads,
  panel,
  numbers,
  formId,
}: {
  request: RequestValue;
  asked: QuestionView;
  answering: HeldAnswerView;
  me: string | undefined;
  leads: boolean;
  /** The element of the question. */
  panel: RefObject<HTMLElement | null>;
  /** The keys of the candidates, in the order of their numbers. */
  numbers: readonly string[];
  /** The id of the form that asks for a value, once it is drawn. */
  formId: string | undefined;
}) {
  const words = useWords();
  const { answer: texts, candidates: candidateTexts, held: heldTexts } = words.question;
  const id = useId();
  const { outcome, comment, setComment, marked, mark } = asked;
  const { held, undo, sendNow } = answering;
  const [sheet, setSheet] = useState<"comment" | "edit" | undefined>(comment === "" ? undefined : "comment");
  const bar = useRef<HTMLElement>(null);
  const status = useRef<HTMLDivElement>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const commentField = useRef<HTMLTextAreaElement>(null);
  const most = useBarSize(bar);
  const isBusy = held !== undefined || isUnderWay(outcome);
  const ways = waysOf(asked.verbs, asked.open && !isBusy, formId);
  const needsCandidate = asked.verbs.some(({ verb }) => needsOf(verb).includes("candidate"));

  // The pressed button disappears, and comes back after an undo.
  const wasBusy = useRef(isBusy);
  useEffect(() => {
    if (isBusy === wasBusy.current) return;
    wasBusy.current = isBusy;
    const { activeElement } = document;
    const isOurs = activeElement === document.body || panel.current?.contains(activeElement);
    if (isOurs && !isSettled(outcome)) (isBusy ? status : primary).current?.focus({ preventScroll: true });
  });

  const choices = () => [...(panel.current?.querySelectorAll<HTMLInputElement>('input[type="radio"]') ?? [])];
  const chosenNumber = marked === undefined ? -1 : numbers.indexOf(marked.key);
  useAnswerKeys(panel, {
    leads,
    keys: isBusy
      ? undefined
      : {
          mark(number) {
            const key = numbers[number - 1];
            if (key === undefined) return false;
            mark(key);
            const radio = choices()[number - 1];
            radio?.focus({ preventScroll: true });
            radio?.closest("li")?.scrollIntoView({ block: "nearest" });
            return true;
          },
          send: () => primary.current?.click(),
        },
  });

  function press(way: Way) {
    if (way.opens) setSheet("edit");
    else if (!asked.answer(way.verb) && way.explains)
      (choices().find(({ checked }) => checked) ?? choices()[0])?.focus();
  }
  /** Shows the parts of the answer again, even on a page that has only found it in storage. */
  function takeBack() {
    const reply = held?.answer.reply;
    undo();
    if (reply?.verb === "edit") setSheet("edit");
    else if (reply?.comment !== undefined) setSheet("comment");
  }
  function toggleComment() {
    setSheet(sheet === "comment" ? undefined : "comment");
    if (sheet !== "comment") requestAnimationFrame(() => commentField.current?.focus());
  }
  const close = () => {
    setSheet(undefined);
    requestAnimationFrame(() => primary.current?.focus());
  };
  const isEditing = sheet === "edit" && !isBusy && ways.some(({ verb }) => verb === "edit");
  const hint = asked.verbs.some(({ verb }) => verb === "regenerate")
    ? texts.hintToo(quoted(labelOf(request, "regenerate", words), words))
    : undefined;

  return (
    <section
      ref={bar}
      className="answer answer-bar"
      aria-label={leads ? texts.label : undefined}
      aria-busy={isBusy}
    >
      {!isBusy && sheet === "comment" && (
        <div className="answer-sheet">
          <CommentField comment={comment} change={setComment} hint={hint} field={commentField} />
        </div>
      )}
      {isEditing && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what the button below closes, too
        <div
          className="answer-sheet"
          onKeyDown={({ key, nativeEvent }) => key === "Escape" && !nativeEvent.isComposing && close()}
        >
          <EditForm request={request} asked={asked} formId={`${id}-edit`} />
        </div>
      )}
      <div ref={status} tabIndex={-1} className="answer-status" role="status">
        {held === undefined ? (
          <AnswerNews outcome={isSettled(outcome) ? { phase: "idle" } : outcome} me={me} />
        ) : (
          <p className="visually-hidden">
            <Sentence>{heldTexts.told(sentText(held.answer.reply, request, asked.titleOf, words))}</Sentence>
          </p>
        )}
      </div>
      {held !== undefined && (
        <HeldLine held={held} request={request} titleOf={asked.titleOf} undo={takeBack} sendNow={sendNow} />
      )}
      {!isBusy && (
        <div className="answer-row">
          {isEditing ? (
            <div className="answer-ways">
              <button
                ref={primary}
                type="submit"
                form={`${id}-edit`}
                className="button primary"
                title={labelOf(request, "edit", words)}
              >
                <WayLabel request={request} verb="edit" text={labelOf(request, "edit", words)} />
              </button>
              <button type="button" className="button" onClick={close}>
                {texts.back}
              </button>
            </div>
          ) : (
            <>
              <div className="answer-said">
                {needsCandidate && (
                  <p className="picked" data-marked={marked !== undefined || undefined}>
                    {marked === undefined ? (
                      <>
                        {texts.markFirst}{" "}
                        {numbers.length > 0 && (
                          <span className="keys-hint">
                            {candidateTexts.keys(Math.min(9, numbers.length))}
                          </span>
                        )}
                      </>
                    ) : (
                      <>
                        {chosenNumber >= 0 && <kbd>{chosenNumber + 1}</kbd>}{" "}
                        <PeopleText lang={request.lang}>{marked.title}</PeopleText>
                      </>
                    )}
                  </p>
                )}
                <button
                  type="button"
                  className="button plain comment-toggle"
                  aria-expanded={sheet === "comment"}
                  onClick={toggleComment}
                >
                  {comment === "" ? texts.addComment : texts.comment}
                </button>
              </div>
              <AnswerWays request={request} ways={ways} most={most} primary={primary} press={press} />
            </>
          )}
        </div>
      )}
    </section>
  );
}
