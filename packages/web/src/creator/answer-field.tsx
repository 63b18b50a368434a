import {
  type FieldState,
  type GroupField,
  isNone,
  type ListField,
  type PicksField,
  partsOf,
} from "@callboard/client/headless";
import { useEffect, useRef } from "react";
import { useWords } from "../words/use-words.ts";
import { FieldGroup, type FieldProps, fieldName } from "./answer-frame.tsx";
import { BooleanInput, ChoiceInput, JsonInput, NoValue, NumberInput, TextInput } from "./answer-input.tsx";

/** One field of an answer, with its parts or rows. `rows`: the label of the list that it is a row of. */
export function AnswerField(props: FieldProps & { rows?: string }) {
  const { field, path, rows } = props;
  const label = fieldName(field, path, rows ?? "", useWords());
  switch (field.kind) {
    case "text":
      return <TextInput {...props} field={field} label={label} />;
    case "number":
      return <NumberInput {...props} field={field} label={label} />;
    case "boolean":
      return <BooleanInput {...props} field={field} label={label} />;
    case "choice":
      return <ChoiceInput {...props} field={field} label={label} />;
    case "json":
      return <JsonInput {...props} field={field} label={label} />;
    case "picks":
      return <Picks {...props} field={field} label={label} />;
    case "list":
      return <List {...props} field={field} label={label} />;
    case "group":
      return <Group {...props} field={field} label={label} />;
  }
}

const withPart = (states: readonly FieldState[], at: number, state: FieldState): FieldState[] =>
  Array.from({ length: Math.max(states.length, at + 1) }, (_, index) =>
    index === at ? state : (states[index] ?? null),
  );

/** Named parts; the answer's own parts have no frame unless the schema has a title. */
function Group({ label, ...props }: FieldProps<GroupField> & { label: string }) {
  const { field, path, state, change, drawing } = props;
  const states = Array.isArray(state) ? state : partsOf(field.initial);
  const parts =
    !isNone(state) &&
    field.parts.map((part, at) => (
      <AnswerField
        key={part.name}
        field={part.field}
        path={[...path, part.name]}
        state={states[at] ?? null}
        change={(update) =>
          change((before) => {
            const now = Array.isArray(before) ? before : partsOf(field.initial);
            return withPart(now, at, update(now[at] ?? null));
          })
        }
        drawing={drawing}
      />
    ));
  return (
    <FieldGroup {...props} label={label}>
      {parts}
      <NoValue {...props} />
    </FieldGroup>
  );
}

/** Checkboxes, in the order of the options. */
function Picks({ label, ...props }: FieldProps<PicksField> & { label: string }) {
  const { field, state, change, drawing } = props;
  const chosen = partsOf(state);
  return (
    <FieldGroup {...props} label={label}>
      {field.options.map((option, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an option is its place
        <label key={index} className="pick">
          <input
            type="checkbox"
            disabled={field.fixed || isNone(state)}
            checked={chosen.includes(index)}
            onChange={(event) => {
              const { checked } = event.target;
              change((before) => {
                const others = partsOf(before).filter((one) => one !== index);
                return checked ? [...others, index] : others;
              });
            }}
          />
          <span dir="auto" lang={drawing.lang}>
            {option.label}
          </span>
        </label>
      ))}
      <NoValue {...props} />
    </FieldGroup>
  );
}

/**
 * Rows that can be added and removed; the focus moves to the new row, or to the one after the removed row.
 */
function List({ label, ...props }: FieldProps<ListField> & { label: string }) {
  const { field, path, state, change, drawing } = props;
  const words = useWords();
  const texts = words.question.form;
  const rows = partsOf(state);
  const list = useRef<HTMLOListElement>(null);
  const adding = useRef<HTMLButtonElement>(null);
  const toFocus = useRef<{ row: number; what: string }>(undefined);
  useEffect(() => {
    if (toFocus.current === undefined) return;
    const { row, what } = toFocus.current;
    toFocus.current = undefined;
    const control = list.current?.children
      .item(Math.min(row, rows.length - 1))
      ?.querySelector<HTMLElement>(what);
    (control ?? adding.current)?.focus();
  }, [rows.length]);

  function add() {
    change((before) => [...partsOf(before), field.item.initial]);
    toFocus.current = { row: rows.length, what: "input, select, textarea, button" };
  }
  function remove(row: number) {
    change((before) => partsOf(before).filter((_, at) => at !== row));
    toFocus.current = { row, what: "button[data-remove]" };
  }

  return (
    <FieldGroup {...props} label={label}>
      {!isNone(state) && (
        <>
          <ol className="field-rows" ref={list}>
            {rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its state is not its own
              <li key={at}>
                <AnswerField
                  field={field.item}
                  path={[...path, at]}
                  rows={label}
                  state={row}
                  change={(update) =>
                    change((before) => {
                      const now = partsOf(before);
                      return withPart(now, at, update(now[at] ?? null));
                    })
                  }
                  drawing={drawing}
                />
                {!field.fixed && (
                  <button type="button" className="button plain" data-remove onClick={() => remove(at)}>
                    {texts.remove}
                    <span className="visually-hidden"> {fieldName(field.item, [at], label, words)}</span>
                  </button>
                )}
              </li>
            ))}
          </ol>
          {!field.fixed && (
            <button
              type="button"
              className="button"
              ref={adding}
              disabled={rows.length >= field.maxItems}
              onClick={add}
            >
              {texts.add}
              <span className="visually-hidden">{texts.addTo(label)}</span>
            </button>
          )}
        </>
      )}
      <NoValue {...props} />
    </FieldGroup>
  );
}
