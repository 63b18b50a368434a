import type { QuestionForm } from "@callboard/client/react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { problemText } from "../model/form-problem.ts";
import { useWords } from "../words/use-words.ts";
import { AnswerField } from "./answer-field.tsx";
import { placeKey } from "./answer-frame.tsx";

/**
 * A form drawn from the question's JSON Schema; JSON as text for what fields cannot ask for. Nothing is marked as wrong
 * before somebody has tried to send. What the server found wrong stands at its field until something is changed.
 */
export function AnswerForm({
  form,
  requestId,
  label,
  lang = "",
  busy,
  send,
}: {
  form: QuestionForm;
  requestId: string;
  label: string;
  lang?: string | undefined;
  busy: boolean;
  /** Sends what the form reads. */
  send: () => void;
}) {
  const words = useWords();
  const { state, setState, reading, issues } = form;
  const [tried, setTried] = useState({ requestId, times: 0 });
  const tries = tried.requestId === requestId ? tried.times : 0;
  const element = useRef<HTMLFormElement>(null);

  const own = tries === 0 || reading.ok ? [] : reading.problems;
  const problems = new Map(
    [...issues, ...own].map(({ path, problem }) => [placeKey(path), problemText(problem, words)]),
  );

  // Whoever was stopped by a problem goes on where it is.
  useEffect(() => {
    if (tries === 0) return;
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"]');
    first?.focus();
  }, [tries]);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried({ requestId, times: reading.ok ? 0 : tries + 1 });
    if (reading.ok) send();
  }

  return (
    <form className="way" onSubmit={submit} noValidate ref={element}>
      <AnswerField
        field={form.field}
        path={[]}
        state={state}
        change={setState}
        drawing={{ problems, form, lang }}
      />
      <p className="problem" role="alert">
        {own.length > 0 &&
          (own.length === 1 ? "One field needs a look." : `${own.length} fields need a look.`)}
      </p>
      <button type="submit" className="button primary" disabled={busy} dir="auto">
        {label}
      </button>
    </form>
  );
}
