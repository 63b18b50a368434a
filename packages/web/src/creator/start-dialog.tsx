import { useEffect, useRef, useState } from "react";
import type { Config } from "../session/config.ts";
import { useWords } from "../words/use-words.ts";
import { StartForm } from "./later-parts.ts";
import type { Start } from "./use-start.ts";

/** The dialog that starts a video. Chosen files stay while it is closed, and an upload continues. */
export function StartDialog({
  config,
  start,
  given,
  close,
}: {
  config: Config;
  start: Start;
  /** The files for its start; undefined while it is closed. */
  given: readonly File[] | undefined;
  close: () => void;
}) {
  const words = useWords().frame.start;
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = given !== undefined;
  useEffect(() => {
    if (!isOpen) dialog.current?.close();
    else if (!dialog.current?.open) dialog.current?.showModal();
  }, [isOpen]);
  // It is loaded at the first opening, then keeps the chosen files.
  const [wasOpened, setWasOpened] = useState(false);
  if (isOpen && !wasOpened) setWasOpened(true);
  return (
    <dialog ref={dialog} className="card dialog start" aria-labelledby="start-heading" onClose={close}>
      {wasOpened && (
        <>
          <div className="dialog-head">
            <h2 id="start-heading">{words.heading}</h2>
            <button type="button" className="button plain" onClick={close}>
              {words.close}
            </button>
          </div>
          <StartForm config={config} start={start} given={given} />
        </>
      )}
    </dialog>
  );
}
