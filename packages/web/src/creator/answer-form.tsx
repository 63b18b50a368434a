import { type DefaultReply, type Labels, verbs } from "@callboard/protocol";
import { type FormEvent, useMemo, useState } from "react";
import { type AnswerInput, answerShape, initialInput, readAnswer } from "../model/answer-schema.ts";
import { AnswerField } from "./answer-field.tsx";

/** A form drawn from the question's JSON Schema; JSON as text when the schema is not a flat one. */
export function AnswerForm({
  schema,
  busy,
  send,
}: {
  schema: unknown;
  requestId: string;
  labels: Labels | undefined;
  lang: string | undefined;
  serverIssues: readonly string[];
  busy: boolean;
  send: (reply: DefaultReply) => void;
}) {
  const shape = useMemo(() => answerShape(schema), [schema]);
  const [input, setInput] = useState<AnswerInput>(() => initialInput(shape));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const change = (name: string, value: string | boolean) =>
    setInput((before) => ({ ...before, [name]: value }));

  function submit(event: FormEvent) {
    event.preventDefault();
    const reading = readAnswer(shape, input);
    setProblems(reading.ok ? {} : reading.problems);
    if (reading.ok) send({ verb: "answer", value: reading.value });
  }

  return (
    <form className="way" onSubmit={submit} noValidate>
      {shape.shape === "json" ? (
        <div className="field">
          <label htmlFor="answer-json">Answer, as JSON</label>
          <textarea
            id="answer-json"
            rows={5}
            spellCheck={false}
            value={String(input.answer ?? "")}
            aria-invalid={problems.answer !== undefined}
            aria-describedby="answer-json-problem"
            onChange={(event) => change("answer", event.target.value)}
          />
          <p id="answer-json-problem" className="problem" role="alert">
            {problems.answer}
          </p>
        </div>
      ) : (
        (shape.shape === "single" ? [shape.field] : shape.fields).map((field) => (
          <AnswerField
            key={field.name}
            field={field}
            value={input[field.name] ?? field.initial}
            problem={problems[field.name]}
            change={(value) => change(field.name, value)}
          />
        ))
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {verbs.answer.label}
      </button>
    </form>
  );
}
