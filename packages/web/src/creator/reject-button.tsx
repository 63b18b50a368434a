import { type DefaultReply, defined, type Labels, limits } from "@callboard/protocol";
import { type FormEvent, useRef, useState } from "react";
import { labelOf } from "../model/words.ts";

/** Rejects everything, after asking once more. */
export function RejectButton({
  labels,
  busy,
  send,
}: {
  labels: Labels | undefined;
  busy: boolean;
  send: (reply: DefaultReply) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [why, setWhy] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    dialog.current?.close();
    send(defined({ verb: "reject", comment: why.trim() || undefined }));
  }

  return (
    <div className="way">
      <button
        type="button"
        className="button danger"
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        {labelOf("reject", labels)}
      </button>
      <dialog ref={dialog} className="card dialog" aria-labelledby="reject-heading">
        <form onSubmit={submit}>
          <h3 id="reject-heading">Reject all of them?</h3>
          <p>The workflow ends without a title. This cannot be taken back.</p>
          <div className="field">
            <label htmlFor="reject-why">Why (optional)</label>
            <input
              id="reject-why"
              value={why}
              maxLength={limits.commentLength}
              onChange={(event) => setWhy(event.target.value)}
            />
          </div>
          <div className="actions">
            <button type="submit" className="button danger">
              Yes, reject
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
