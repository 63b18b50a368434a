import { answerForm, type FieldState, placedIssues, readForm } from "@callboard/client/headless";
import { useDraft } from "@callboard/client/react";
import { type DefaultReply, type Labels, verbs } from "@callboard/protocol";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { AnswerField } from "./answer-field.tsx";
import { placeKey } from "./answer-frame.tsx";

/**
 * A form drawn from the question's JSON Schema; JSON as text for what fields cannot ask for. Nothing is marked as wrong
 * before somebody has tried to send. `serverIssues` stand at their fields until something is changed.
 */
export function AnswerForm({
  schema,
  requestId,
  labels,
  lang = "",
  busy,
  send,
  serverIssues = [],
}: {
  schema: unknown;
  requestId: string;
  labels: Labels | undefined;
  lang?: string | undefined;
  busy: boolean;
  send: (reply: DefaultReply) => void;
  serverIssues?: readonly string[] | undefined;
}) {
  const form = useMemo(
    () => answerForm(schema, { locale: navigator.language, offsetMinutes: offsetOfPage() }),
    [schema],
  );
  const [state, setState] = useDraft<FieldState>(requestId, "answer", form.field.initial);
  const [tried, setTried] = useState({ requestId, times: 0 });
  const tries = tried.requestId === requestId ? tried.times : 0;
  const [sent, setSent] = useState<string>();
  const element = useRef<HTMLFormElement>(null);

  const reading = useMemo(() => readForm(form, state), [form, state]);
  const own = tries === 0 || reading.ok ? [] : reading.problems;
  const told = sent === JSON.stringify(state) ? placedIssues(form, state, serverIssues) : [];
  const problems = new Map([...told, ...own].map(({ path, problem }) => [placeKey(path), problem]));

  // Whoever was stopped by a problem goes on where it is.
  useEffect(() => {
    if (tries === 0) return;
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"]');
    first?.focus();
  }, [tries]);

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried({ requestId, times: reading.ok ? 0 : tries + 1 });
    if (!reading.ok) return;
    setSent(JSON.stringify(state));
    send({ verb: "answer", value: reading.value });
  }

  return (
    <form className="way" onSubmit={submit} noValidate ref={element}>
      <AnswerField
        field={form.field}
        path={[]}
        state={state}
        change={(update) => setState(update)}
        drawing={{ problems, form, lang }}
      />
      <p className="problem" role="alert">
        {own.length > 0 &&
          (own.length === 1 ? "One field needs a look." : `${own.length} fields need a look.`)}
      </p>
      <button type="submit" className="button primary" disabled={busy} dir="auto">
        {labels?.answer ?? verbs.answer.label}
      </button>
    </form>
  );
}

/** The reader's offset from UTC when the page was opened. */
const offsetOfPage = (): number => -new Date(performance.timeOrigin).getTimezoneOffset();
