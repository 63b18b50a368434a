import { type DefaultReply, limits, type RequestValue } from "@callboard/protocol";
import { type FormEvent, useId, useRef, useState } from "react";
import { labelOf, quoted, requestLabel } from "../model/words.ts";
import { PeopleText, Sentence } from "../ui/people-text.tsx";

/** Rejects, after asking once more. */
export function RejectButton({
  request,
  busy,
  comment: shared,
  setComment: share,
  send,
}: {
  request: RequestValue;
  busy: boolean;
  /** The comment of the question, where it has one beside this. */
  comment?: string;
  setComment?: (comment: string) => void;
  send: (reply: DefaultReply) => void;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [own, setOwn] = useState("");
  const why = shared ?? own;
  const setWhy = share ?? setOwn;
  const named = requestLabel(request, "reject");
  const heading =
    named !== undefined
      ? `${quoted(named)}?`
      : request.verbs.includes("pick")
        ? "Reject all of them?"
        : "Reject it?";

  function submit(event: FormEvent) {
    event.preventDefault();
    dialog.current?.close();
    const comment = why.trim();
    send(comment === "" ? { verb: "reject" } : { verb: "reject", comment });
  }

  return (
    <div className="way">
      <button
        type="button"
        className="button danger"
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        <PeopleText lang={request.lang}>{labelOf(request, "reject")}</PeopleText>
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
              value={why}
              maxLength={limits.commentLength}
              onChange={(event) => setWhy(event.target.value)}
            />
          </div>
          <div className="actions">
            <button type="submit" className="button danger">
              <span>
                <Sentence>{named === undefined ? "Yes, reject" : `Yes, ${quoted(named)}`}</Sentence>
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
