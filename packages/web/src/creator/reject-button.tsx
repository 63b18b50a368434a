import { ownLabel } from "@callboard/client/headless";
import type { QuestionView } from "@callboard/client/react";
import { limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useId, useRef } from "react";
import { quoted } from "../model/words.ts";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** Rejects, after asking once more. */
export function RejectButton({
  request,
  asked: { comment, setComment, answer },
  busy,
  label,
}: {
  request: RequestValue;
  asked: QuestionView;
  busy: boolean;
  label: string;
}) {
  const id = useId();
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const named = ownLabel(request, "reject");
  const heading =
    named !== undefined
      ? `${quoted(named, words)}?`
      : request.verbs.includes("pick")
        ? "Reject all of them?"
        : "Reject it?";

  function submit(event: FormEvent) {
    event.preventDefault();
    dialog.current?.close();
    answer("reject");
  }

  return (
    <div className="way">
      <button
        type="button"
        className="button danger"
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        <PeopleText lang={request.lang}>{label}</PeopleText>
      </button>
      <dialog ref={dialog} className="card dialog" aria-labelledby={`${id}-heading`}>
        <form onSubmit={submit}>
          <h3 id={`${id}-heading`}>
            <Sentence lang={request.lang}>{heading}</Sentence>
          </h3>
          <p>The workflow is told so, and goes on from there. This cannot be taken back.</p>
          <div className="field">
            <label htmlFor={`${id}-why`}>Why (optional)</label>
            <input
              id={`${id}-why`}
              dir="auto"
              value={comment}
              maxLength={limits.commentLength}
              onChange={(event) => setComment(event.target.value)}
            />
          </div>
          <div className="actions">
            <button type="submit" className="button danger">
              <span>
                <Sentence>{named === undefined ? "Yes, reject" : `Yes, ${quoted(named, words)}`}</Sentence>
              </span>
            </button>
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              Keep the question open
            </button>
          </div>
        </form>
      </dialog>
    </div>
  );
}
