import { useId, useRef } from "react";
import { sizeText } from "../model/selection.ts";
import { useWords } from "../words/use-words.ts";

/** Chooses one file and shows which it is. */
export function FileField({
  label,
  accept,
  file,
  disabled,
  choose,
  clear,
}: {
  label: string;
  accept: string;
  file: File | undefined;
  disabled: boolean;
  choose: (file: File) => void;
  clear: () => void;
}) {
  const words = useWords();
  const texts = words.frame.start;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="file-field">
      <input
        ref={input}
        id={id}
        type="file"
        className="file-input"
        accept={accept}
        disabled={disabled}
        aria-describedby={`${id}-file`}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          // After a file was refused, the same one can be chosen again.
          event.target.value = "";
          if (chosen) choose(chosen);
        }}
      />
      <label htmlFor={id}>{label}</label>
      <p id={`${id}-file`} className="file-name">
        {file === undefined ? texts.none : `${file.name} · ${sizeText(file.size, words)}`}
      </p>
      {file !== undefined && !disabled && (
        <button
          type="button"
          className="button plain"
          onClick={() => {
            clear();
            input.current?.focus();
          }}
        >
          {texts.remove}
          <span className="visually-hidden"> {file.name}</span>
        </button>
      )}
    </div>
  );
}
