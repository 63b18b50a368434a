import type { AnswerField, AnswerForm, FieldPath, FieldState } from "@callboard/client/headless";
import { type ReactNode, useId } from "react";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";

/** What all fields of one form need to be drawn. */
interface Drawing {
  /** The problems, by `placeKey`. */
  readonly problems: ReadonlyMap<string, string>;
  readonly form: AnswerForm;
  /** The language of the question's texts; empty when unknown. */
  readonly lang: string;
}

/** The props of a field's component. */
export interface FieldProps<F extends AnswerField = AnswerField> {
  readonly field: F;
  readonly path: FieldPath;
  readonly state: FieldState;
  readonly change: (update: (before: FieldState) => FieldState) => void;
  readonly drawing: Drawing;
}

/** A place in the form as one text; names may contain any character. */
export const placeKey = (path: FieldPath): string => JSON.stringify(path);

/** The label of a field; the answer itself and rows have no names. */
export const fieldName = (field: AnswerField, path: FieldPath, rows: string, words: Words): string => {
  const { form } = words.question;
  const last = path.at(-1);
  const label = field.label || rows || form.answer;
  const numbered = typeof last === "number" ? `${label} ${last + 1}` : label;
  return field.kind === "json" ? form.asJson(numbered) : numbered;
};

/** The ARIA attributes of a control. */
export interface ControlProps {
  readonly id: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
}

/** A labelled field with its hints and problems; `children` draws the control. */
export function FieldFrame({
  field,
  path,
  drawing,
  label,
  hint,
  after,
  children,
}: Pick<FieldProps, "field" | "path" | "drawing"> & {
  label: string;
  hint?: string | undefined;
  after?: ReactNode;
  children: (control: ControlProps) => ReactNode;
}) {
  const id = useId();
  const problem = drawing.problems.get(placeKey(path));
  return (
    <div className="field" data-input={field.kind}>
      <label htmlFor={id}>
        <FieldLabel field={field} label={label} lang={drawing.lang} />
      </label>
      {children({
        id,
        "aria-invalid": problem !== undefined,
        "aria-describedby": `${id}-about ${id}-hint ${id}-problem`,
      })}
      {after}
      <FieldAbout id={`${id}-about`} field={field} lang={drawing.lang} />
      <p id={`${id}-hint`} className="quiet hint">
        {hint}
      </p>
      <p id={`${id}-problem`} className="problem">
        {problem !== undefined && <Sentence lang={drawing.lang}>{problem}</Sentence>}
      </p>
    </div>
  );
}

/** Several controls with a common label. */
export function FieldGroup({
  field,
  path,
  drawing,
  label,
  children,
}: Pick<FieldProps, "field" | "path" | "drawing"> & { label: string; children: ReactNode }) {
  const id = useId();
  const problem = drawing.problems.get(placeKey(path));
  return (
    <fieldset
      className={path.length === 0 ? "field-group whole" : "field-group"}
      tabIndex={-1}
      data-invalid={problem !== undefined}
      aria-describedby={`${id}-about ${id}-problem`}
    >
      <legend className={path.length === 0 && field.label === "" ? "visually-hidden" : ""}>
        <FieldLabel field={field} label={label} lang={drawing.lang} />
      </legend>
      <FieldAbout id={`${id}-about`} field={field} lang={drawing.lang} />
      {children}
      <p id={`${id}-problem`} className="problem">
        {problem !== undefined && <Sentence lang={drawing.lang}>{problem}</Sentence>}
      </p>
    </fieldset>
  );
}

function FieldLabel({ field, label, lang }: { field: AnswerField; label: string; lang: string }) {
  const { answer } = useWords().question;
  return (
    <>
      <span dir="auto" lang={field.label === "" ? undefined : lang}>
        {label}
      </span>
      {!field.required && <span className="quiet">{answer.optional}</span>}
    </>
  );
}

/** The schema's description of a field, with its examples. */
function FieldAbout({ id, field, lang }: { id: string; field: AnswerField; lang: string }) {
  const { form } = useWords().question;
  return (
    <p id={id} className="quiet hint about">
      {field.description !== undefined && (
        <span dir="auto" lang={lang}>
          {field.description}
        </span>
      )}
      {field.examples.length > 0 && (
        <span>
          {field.description !== undefined && " "}
          {form.example}{" "}
          <span dir="auto" lang={lang}>
            {field.examples.join(", ")}
          </span>
        </span>
      )}
    </p>
  );
}
