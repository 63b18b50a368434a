import "../styles/later.css";
import type { QuestionForm } from "@callboard/client/react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { problemText } from "../model/form-problem.ts";
import { useWords } from "../words/use-words.ts";
import { AnswerField } from "./answer-field.tsx";
import { placeKey } from "./answer-frame.tsx";

/**
 * A form for the question's JSON Schema; JSON as text where no field fits. Problems are marked only after an
 * attempt to send. The server's problems stay at their fields until something is changed. The button that
 * sends the form is elsewhere and names it.
 */
export function AnswerForm({
  id,
  form,
  requestId,
  lang = "",
  busy,
  send,
}: {
  id: string;
  form: QuestionForm;
  requestId: string;
  lang?: string | undefined;
  /** An answer is being sent: nothing can be changed. */
  busy: boolean;
  /** Sends the value of the form. */
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

  // After a problem the focus moves to it.
  const isStopped = issues.length > 0;
  useEffect(() => {
    if (tries === 0 && !isStopped) return;
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"]');
    first?.focus();
  }, [tries, isStopped]);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried({ requestId, times: reading.ok ? 0 : tries + 1 });
    if (reading.ok) send();
  }

  return (
    <form id={id} className="way" onSubmit={submit} noValidate ref={element}>
      <fieldset className="bare" disabled={busy}>
        <AnswerField
          field={form.field}
          path={[]}
          state={state}
          change={setState}
          drawing={{ problems, form, lang }}
        />
      </fieldset>
      <p className="problem" role="alert">
        {own.length > 0 && words.question.form.fieldsWrong(own.length)}
      </p>
    </form>
  );
}
