import { useId } from "react";
import type { AnswerField as Field } from "../model/answer-schema.ts";

/** One field of an answer, with its hint and what is wrong with it. */
export function AnswerField({
  field,
  value,
  problem,
  change,
}: {
  field: Field;
  value: string | boolean;
  problem: string | undefined;
  change: (value: string | boolean) => void;
}) {
  const id = useId();
  const shared = {
    id,
    "aria-invalid": problem !== undefined,
    "aria-describedby": `${id}-hint ${id}-problem`,
    "aria-required": field.required,
  };
  return (
    <div className="field" data-input={field.input}>
      <label htmlFor={id}>
        {field.label}
        {!field.required && field.input !== "boolean" && <span className="quiet"> (optional)</span>}
      </label>
      {field.input === "boolean" && (
        <input
          {...shared}
          type="checkbox"
          checked={value === true}
          onChange={(event) => change(event.target.checked)}
        />
      )}
      {field.input === "choice" && (
        <select {...shared} value={String(value)} onChange={(event) => change(event.target.value)}>
          <option value="">Choose…</option>
          {field.options.map((option) => (
            <option key={String(option)} value={String(option)}>
              {option}
            </option>
          ))}
        </select>
      )}
      {field.input === "long_text" && (
        <textarea
          {...shared}
          rows={4}
          value={String(value)}
          onChange={(event) => change(event.target.value)}
        />
      )}
      {(field.input === "text" || field.input === "number" || field.input === "integer") && (
        <input
          {...shared}
          type="text"
          inputMode={field.input === "text" ? "text" : field.input === "integer" ? "numeric" : "decimal"}
          value={String(value)}
          onChange={(event) => change(event.target.value)}
        />
      )}
      <p id={`${id}-hint`} className="quiet hint">
        {field.hint}
      </p>
      <p id={`${id}-problem`} className="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
