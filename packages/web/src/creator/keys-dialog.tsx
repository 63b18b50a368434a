import "../styles/later.css";
import { useEffect, useId, useRef } from "react";
import { turnKeys, useKeysAreOn } from "../ui/use-keys.ts";
import { useWords } from "../words/use-words.ts";

/** Lists the keys, and turns them off for people who use speech input or press keys by accident. */
export function KeysDialog({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const words = useWords().frame.keys;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const on = useKeysAreOn();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const keys = [
    ["j", words.down],
    ["k", words.up],
    ["Enter", words.open],
    ["1–9", words.mark],
    ["n", words.next],
    ["/", words.search],
    ["Esc", words.clear],
    ["?", words.this],
  ] as const;
  return (
    <dialog
      ref={dialog}
      className="card dialog keys-dialog"
      aria-labelledby={`${id}-heading`}
      onClose={close}
    >
      {isOpen && (
        <>
          <div className="dialog-head">
            <h2 id={`${id}-heading`}>{words.heading}</h2>
            <button type="button" className="button plain" onClick={close}>
              {words.close}
            </button>
          </div>
          <dl className="keys-list" data-off={!on || undefined}>
            {keys.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <p className="keys-switch">
            <label htmlFor={`${id}-on`}>{words.use}</label>
            <input
              id={`${id}-on`}
              type="checkbox"
              checked={on}
              aria-describedby={`${id}-hint`}
              onChange={(event) => turnKeys(event.currentTarget.checked)}
            />
          </p>
          <p id={`${id}-hint`} className="quiet hint">
            {words.useHint}
          </p>
        </>
      )}
    </dialog>
  );
}
