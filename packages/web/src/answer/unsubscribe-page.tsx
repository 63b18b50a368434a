import { useState } from "react";
import { BareNotice, BareShell } from "../ui/bare-shell.tsx";
import { useKeptFocus } from "../ui/use-kept-focus.ts";
import type { AnswerApi } from "./answer-api.ts";
import { useAnswerWords } from "./answer-words.ts";

/**
 * Turns off mails about questions after a press of its button: programs that only open links turn nothing
 * off.
 */
export function UnsubscribePage({ turnOff }: Pick<AnswerApi, "turnOff">) {
  const { unsubscribe: texts } = useAnswerWords().answering;
  const [state, setState] = useState<"before" | "sending" | Awaited<ReturnType<typeof turnOff>>>("before");
  async function press() {
    if (state === "sending") return;
    setState("sending");
    setState(await turnOff());
  }
  const isOver = state === "done" || state === "unauthorized";
  const status = useKeptFocus<HTMLParagraphElement>(isOver || undefined);
  return (
    <BareShell>
      <BareNotice title={texts.heading}>
        {!isOver && (
          <>
            <p>{texts.text}</p>
            <p className="actions">
              <button
                type="button"
                className="button primary"
                aria-disabled={state === "sending"}
                onClick={() => void press()}
              >
                {texts.button}
              </button>
            </p>
          </>
        )}
        <p ref={status} tabIndex={-1} role="status">
          {state === "sending" && texts.sending}
          {state === "unreachable" && texts.failed}
          {state === "done" && texts.done}
          {state === "unauthorized" && texts.ended}
        </p>
        {isOver && (
          <p>
            <a href="./settings.html">{state === "done" ? texts.backOn : texts.settings}</a>
          </p>
        )}
      </BareNotice>
    </BareShell>
  );
}
