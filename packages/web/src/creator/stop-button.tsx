import { useRef } from "react";

/** Stops the workflow, after asking once more. */
export function StopButton({ busy, stop }: { busy: boolean; stop: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        type="button"
        className="button danger"
        disabled={busy}
        onClick={() => dialog.current?.showModal()}
      >
        Stop
      </button>
      <dialog ref={dialog} className="card dialog" aria-labelledby="stop-heading">
        <h3 id="stop-heading">Stop the work on this video?</h3>
        <p>Whatever is asked is withdrawn. You can try again later from where it stopped.</p>
        <div className="actions">
          <button
            type="button"
            className="button danger"
            onClick={() => {
              dialog.current?.close();
              stop();
            }}
          >
            Yes, stop
          </button>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Let it go on
          </button>
        </div>
      </dialog>
    </>
  );
}
