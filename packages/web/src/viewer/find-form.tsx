import { type FormEvent, useState } from "react";
import { useWords } from "../words/use-words.ts";

/** A field that filters the list while somebody types, and opens the subject that they mean. */
export function FindForm({
  text,
  change,
  meant,
  open,
}: {
  text: string;
  change: (text: string) => void;
  /** The subject that the text means; undefined when it is invalid. */
  meant: () => string | undefined;
  open: (subject: string) => void;
}) {
  const words = useWords().viewer.open;
  const [isProblem, setIsProblem] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    const subject = meant();
    setIsProblem(subject === undefined);
    if (subject !== undefined) open(subject);
  }

  return (
    <search className="find">
      <form onSubmit={submit} noValidate>
        <label htmlFor="video-id" className="visually-hidden">
          {words.label}
        </label>
        <div className="field-row">
          <input
            id="video-id"
            type="search"
            value={text}
            maxLength={200}
            placeholder={words.placeholder}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={isProblem}
            aria-describedby="video-id-problem"
            onChange={(event) => {
              setIsProblem(false);
              change(event.target.value);
            }}
          />
          <button type="submit" className="button">
            {words.button}
          </button>
        </div>
        <p id="video-id-problem" className="problem" role="alert">
          {isProblem && words.notAName}
        </p>
      </form>
    </search>
  );
}
