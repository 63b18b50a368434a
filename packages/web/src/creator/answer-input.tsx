import {
  type BooleanField,
  type ChoiceField,
  isNone,
  type JsonField,
  localMoment,
  localTime,
  type NumberField,
  readAs,
  type TextField,
  textOf,
} from "@callboard/client/headless";
import type { ChangeEvent } from "react";
import { useWords } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";
import { type ControlProps, FieldFrame, type FieldProps } from "./answer-frame.tsx";

type Typed = { readonly target: { readonly value: string } };

/**
 * A text input of the browser's kind for its format. It has no `maxLength`, which would count an emoji as
 * two.
 */
export function TextInput(props: FieldProps<TextField> & { label: string }) {
  const { field, state, change, drawing } = props;
  const typed = (event: Typed) => change(() => event.target.value || null);
  const { type, shown, hint } = inputOf(field, textOf(state), drawing.form.offsetMinutes, useWords());
  return (
    <FieldFrame {...props} hint={hint} after={<NoValue {...props} />}>
      {(control) =>
        field.multiline ? (
          <textarea {...lineOf(props, control)} rows={4} dir="auto" value={shown} onChange={typed} />
        ) : (
          <input {...lineOf(props, control)} {...type} dir="auto" value={shown} onChange={typed} />
        )
      }
    </FieldFrame>
  );
}

function inputOf({ format }: TextField, text: string, offsetMinutes: number, words: Words) {
  const zone = words.question.form.ownZone;
  switch (format) {
    case "date":
      return { type: { type: "date", max: "9999-12-31" }, shown: text };
    case "time":
      return { type: { type: "time", step: "any" }, shown: localTime(text, offsetMinutes), hint: zone };
    case "date-time":
      return {
        type: { type: "datetime-local", step: "any", max: "9999-12-31T23:59" },
        shown: localMoment(text),
        hint: zone,
      };
    case "email":
      return { type: { type: "email", autoComplete: "email" }, shown: text };
    case "uri":
      return { type: { type: "url" }, shown: text };
    default:
      return { type: { type: "text" }, shown: text };
  }
}

/** Keyboards with only digits have no minus sign. */
function keyboardFor({ integer, minimum, above }: NumberField): "text" | "numeric" | "decimal" {
  if (minimum < 0 && above < 0) return "text";
  return integer ? "numeric" : "decimal";
}

/** A number as text: a browser's number input accepts no decimal comma in a language without one. */
export function NumberInput(props: FieldProps<NumberField> & { label: string }) {
  const { field, state, change, drawing } = props;
  const text = textOf(state);
  const read = readAs(text, drawing.form.locale);
  const words = useWords();
  return (
    <FieldFrame {...props} hint={read && words.question.form.readAs(read)} after={<NoValue {...props} />}>
      {(control) => (
        <input
          {...lineOf(props, control)}
          type="text"
          inputMode={keyboardFor(field)}
          autoComplete="off"
          value={text}
          onChange={(event) => change(() => event.target.value || null)}
        />
      )}
    </FieldFrame>
  );
}

/** A checkbox; an optional one has no answer until somebody touches it, and says so. */
export function BooleanInput(props: FieldProps<BooleanField> & { label: string }) {
  const { field, state, change, label } = props;
  const isOpen = !field.required && typeof state !== "boolean";
  const { form: texts } = useWords().question;
  const said = isOpen ? texts.notAnswered : state === true ? texts.yes : texts.no;
  return (
    <FieldFrame
      {...props}
      after={
        <p className="quiet hint answered">
          {said}
          {!field.required && !isOpen && !field.fixed && (
            <button type="button" className="button plain" onClick={() => change(() => null)}>
              {texts.clear}
              <span className="visually-hidden"> {label}</span>
            </button>
          )}
        </p>
      }
    >
      {(control) => (
        <input
          {...control}
          ref={(box) => {
            if (box) box.indeterminate = isOpen;
          }}
          type="checkbox"
          disabled={field.fixed}
          checked={state === true}
          onChange={(event: ChangeEvent<HTMLInputElement>) => {
            const { checked } = event.target;
            change(() => checked);
          }}
        />
      )}
    </FieldFrame>
  );
}

/** One of several options, by position: `1` and `"1"` look alike. */
export function ChoiceInput(props: FieldProps<ChoiceField> & { label: string }) {
  const { field, state, change, drawing } = props;
  const { form: texts } = useWords().question;
  const chosen = typeof state === "number" && field.options[state] ? String(state) : "";
  return (
    <FieldFrame {...props}>
      {(control) => (
        <select
          {...control}
          aria-required={field.required}
          disabled={field.fixed}
          value={chosen}
          onChange={(event) => {
            const { value } = event.target;
            change(() => (value === "" ? null : Number(value)));
          }}
        >
          {!field.fixed && <option value="">{field.required ? texts.choose : "—"}</option>}
          {field.options.map((option, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an option is its place
            <option key={index} value={index} dir="auto" lang={drawing.lang}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}

/** JSON as text, with the schema of its part in view. */
export function JsonInput(props: FieldProps<JsonField> & { label: string }) {
  const { field, state, change } = props;
  const { form: texts } = useWords().question;
  return (
    <FieldFrame
      {...props}
      after={
        field.schema !== undefined && (
          <details className="schema">
            <summary>{texts.fits}</summary>
            <pre dir="ltr">{JSON.stringify(field.schema, null, 2)}</pre>
          </details>
        )
      }
    >
      {(control) => (
        <textarea
          {...lineOf(props, control)}
          rows={5}
          spellCheck={false}
          dir="ltr"
          value={textOf(state)}
          onChange={(event) => change(() => event.target.value || null)}
        />
      )}
    </FieldFrame>
  );
}

/** The attributes of every control for typing. */
const lineOf = ({ field, state }: FieldProps, control: ControlProps) => ({
  ...control,
  "aria-required": field.required,
  disabled: isNone(state),
  readOnly: field.fixed,
});

/** For a field that allows null. */
export function NoValue({ field, state, change }: FieldProps) {
  const { form: texts } = useWords().question;
  if (!field.nullable || field.fixed) return null;
  return (
    <label className="quiet hint no-value">
      <input
        type="checkbox"
        checked={isNone(state)}
        onChange={(event) => {
          const { checked } = event.target;
          change(() => (checked ? { none: true } : null));
        }}
      />
      {texts.noValue}
    </label>
  );
}
