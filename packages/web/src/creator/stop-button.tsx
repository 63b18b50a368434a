import { useRef } from "react";
import { useWords } from "../words/use-words.ts";

/** Stops the workflow after a confirmation. */
export function StopButton({ busy, stop }: { busy: boolean; stop: () => void }) {
  const words = useWords().frame.run;
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        type="button"
        className="button danger"
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        {words.stop}
      </button>
      <dialog ref={dialog} className="card dialog" aria-labelledby="stop-heading">
        <h3 id="stop-heading">{words.stopHeading}</h3>
        <p>{words.stopText}</p>
        <div className="actions">
          <button
            type="button"
            className="button danger"
            onClick={() => {
              dialog.current?.close();
              stop();
            }}
          >
            {words.stopYes}
          </button>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {words.stopNo}
          </button>
        </div>
      </dialog>
    </>
  );
}
