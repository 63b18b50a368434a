import {
  type AnswerField,
  type FieldPath,
  type FieldState,
  isNone,
  type NumberField,
  optionOf,
  partsOf,
  type TextField,
  textOf,
} from "../headless/form-field.ts";
import type { FormProblem } from "../headless/form-problem.ts";
import { readAs } from "../headless/locale-number.ts";
import { localMoment, localTime } from "../headless/moment-text.ts";
import type { FollowedForm } from "./followed-question.ts";
import { h, line, type Markup, said } from "./markup.ts";
import type { Words } from "./words.ts";

/** What all fields of a form need to be drawn. */
export interface Drawing {
  readonly form: FollowedForm;
  readonly words: Words;
  /** The problems, by the field's path as JSON. */
  readonly problems: ReadonlyMap<string, FormProblem>;
  /** The language of the question's own texts. */
  readonly lang: string | undefined;
  /** Replaces the state of the whole form. */
  readonly change: (state: FieldState) => void;
}

interface Place<F extends AnswerField = AnswerField> {
  readonly field: F;
  readonly path: FieldPath;
  readonly state: FieldState;
  readonly set: (state: FieldState) => void;
  /** The label of the list that this row belongs to. */
  readonly rows?: string;
}

const typedIn = (event: Event): string => (event.target as HTMLInputElement).value;
const isChecked = (event: Event): boolean => (event.target as HTMLInputElement).checked;

/** Draws a form that was made from a JSON Schema. */
export function drawForm(drawing: Drawing): Markup {
  const { form, words, problems, lang, change } = drawing;
  let ids = 0;

  function draw(place: Place): Markup {
    const { field, path, state, set, rows } = place;
    const id = `f${++ids}`;
    const problem = problems.get(JSON.stringify(path));
    const isTop = path.length === 0;
    const last = path.at(-1);
    const called = field.label || rows || words.answer;
    const numbered = typeof last === "number" ? words.numbered(called, last + 1) : called;
    const label = field.kind === "json" ? words.asJson(numbered) : numbered;
    const name = [said(label, lang), !field.required && h("small", {}, words.optional)];
    const hint = hintOf(field, state);
    const about = [
      field.description !== undefined && line("hint", field.description, { id: `${id}a`, lang }),
      field.examples.length > 0 &&
        line("hint", words.examples(`\u2068${field.examples.join(", ")}\u2069`), { id: `${id}e` }),
      hint !== undefined && line("hint", hint, { id: `${id}h` }),
      problem !== undefined && line("problem", words.problem(problem), { id: `${id}p` }),
    ];
    const noValue =
      field.nullable &&
      !field.fixed &&
      box(isNone(state), (checked) => set(checked ? { none: true } : null), words.noValue);
    const described = [
      field.description !== undefined && `${id}a`,
      field.examples.length > 0 && `${id}e`,
      hint !== undefined && `${id}h`,
      problem !== undefined && `${id}p`,
    ]
      .filter(Boolean)
      .join(" ");
    const aria = {
      "aria-describedby": described || undefined,
      "aria-invalid": problem !== undefined && "true",
    };

    if (field.kind === "group" || field.kind === "list" || field.kind === "picks")
      return h(
        "fieldset",
        {
          ...aria,
          "aria-invalid": undefined,
          "data-invalid": problem !== undefined,
          tabindex: "-1",
          class: isTop && "top",
        },
        h("legend", { class: isTop && field.label === "" && "unseen" }, name),
        about,
        !isNone(state) && within(place, label),
        noValue,
      );

    const control = {
      ...aria,
      id,
      part: "input",
      "aria-required": field.required && field.kind !== "boolean" && "true",
    };
    const typed = {
      ...control,
      dir: "auto",
      disabled: isNone(state),
      readonly: field.fixed,
      oninput: (event: Event) => set(typedIn(event) || null),
    };
    return h(
      "div",
      { class: "field" },
      h("label", { for: id, part: "label" }, name),
      input(place, control, typed),
      about,
      noValue,
    );
  }

  function box(checked: boolean, press: (checked: boolean) => void, label: Markup, disabled = false): Markup {
    const onchange = (event: Event) => press(isChecked(event));
    return h("label", { class: "box" }, h("input", { type: "checkbox", checked, disabled, onchange }), label);
  }

  function input({ field, state, set }: Place, control: object, typed: object): Markup {
    switch (field.kind) {
      case "text": {
        const { type, value } = inputOf(field, textOf(state));
        return field.multiline
          ? h("textarea", { ...typed, rows: "4", value })
          : h("input", {
              ...typed,
              type,
              value,
              ...(type.startsWith("date") ? { max: farthest[type] } : {}),
            });
      }
      case "number":
        return h("input", {
          ...typed,
          inputmode: keyboardFor(field),
          autocomplete: "off",
          value: textOf(state),
        });
      case "json":
        return [
          h("textarea", { ...typed, rows: "5", dir: "ltr", spellcheck: "false", value: textOf(state) }),
          field.schema !== undefined &&
            h(
              "details",
              {},
              h("summary", {}, words.fits),
              h("pre", { dir: "ltr" }, JSON.stringify(field.schema, null, 2)),
            ),
        ];
      case "boolean":
      case "choice": {
        const options =
          field.kind === "boolean" ? [words.yes, words.no] : field.options.map((option) => option.label);
        const chosen =
          field.kind === "choice"
            ? optionOf(field, state) && (state as number)
            : typeof state === "boolean"
              ? Number(!state)
              : field.required
                ? 1
                : undefined;
        const none = field.required ? words.choose : words.noAnswer;
        const isOpen = !field.fixed && (field.kind === "choice" || !field.required);
        return h(
          "select",
          {
            ...control,
            disabled: field.fixed,
            value: chosen === undefined ? "" : String(chosen),
            onchange(event: Event) {
              const value = typedIn(event);
              set(value === "" ? null : field.kind === "boolean" ? value === "0" : Number(value));
            },
          },
          isOpen && h("option", { value: "" }, none),
          options.map((option, at) => h("option", { value: String(at), dir: "auto", lang }, option)),
        );
      }
      default:
        return undefined;
    }
  }

  function within({ field, path, state, set }: Place, label: string): Markup {
    const states = field.kind === "group" && !Array.isArray(state) ? partsOf(field.initial) : partsOf(state);
    const setPart = (at: number, part: FieldState) =>
      set(
        Array.from({ length: Math.max(states.length, at + 1) }, (_, n) =>
          n === at ? part : (states[n] ?? null),
        ),
      );
    switch (field.kind) {
      case "group":
        return field.parts.map((part, at) =>
          draw({
            field: part.field,
            path: [...path, part.name],
            state: states[at] ?? null,
            set: (next) => setPart(at, next),
          }),
        );
      case "picks":
        return field.options.map((option, at) =>
          box(
            states.includes(at),
            (checked) => set([...states.filter((one) => one !== at), ...(checked ? [at] : [])]),
            said(option.label, lang),
            field.fixed,
          ),
        );
      case "list":
        return [
          states.map((row, at) =>
            h(
              "div",
              { class: "row" },
              draw({
                field: field.item,
                path: [...path, at],
                state: row,
                set: (next) => setPart(at, next),
                rows: label,
              }),
              !field.fixed &&
                h(
                  "button",
                  {
                    type: "button",
                    part: "button",
                    "aria-label": words.of(words.remove, words.numbered(field.item.label || label, at + 1)),
                    onclick: (event: Event) => {
                      moveFocus(event, at);
                      set(states.filter((_, n) => n !== at));
                    },
                  },
                  words.remove,
                ),
            ),
          ),
          !field.fixed &&
            h(
              "button",
              {
                type: "button",
                part: "button",
                class: "add",
                "aria-label": words.of(words.add, label),
                disabled: states.length >= field.maxItems,
                onclick: () => set([...states, field.item.initial]),
              },
              words.add,
            ),
        ];
      default:
        return undefined;
    }
  }

  function hintOf(field: AnswerField, state: FieldState): string | undefined {
    if (field.kind === "number") {
      const read = readAs(textOf(state), form.locale);
      return read && words.readAs(read);
    }
    return field.kind === "text" && (field.format === "time" || field.format === "date-time")
      ? words.ownZone
      : undefined;
  }

  function inputOf({ format }: TextField, value: string): { type: string; value: string } {
    switch (format) {
      case "date":
        return { type: "date", value };
      case "time":
        return { type: "time", value: localTime(value, form.offsetMinutes) };
      case "date-time":
        return { type: "datetime-local", value: localMoment(value) };
      default:
        return { type: format === "uri" ? "url" : (format ?? "text"), value };
    }
  }

  return draw({ field: form.field, path: [], state: form.state, set: change });
}

const farthest: Readonly<Record<string, string>> = {
  date: "9999-12-31",
  "datetime-local": "9999-12-31T23:59",
};

/** Keyboards with only digits have no minus sign. */
const keyboardFor = ({ integer, minimum, above }: NumberField): string =>
  minimum < 0 && above < 0 ? "text" : integer ? "numeric" : "decimal";

/**
 * The button is removed with its row: the focus moves to the row in its place, or to the button that adds
 * one.
 */
function moveFocus(event: Event, at: number): void {
  const list = (event.currentTarget as HTMLElement).closest("fieldset");
  queueMicrotask(() =>
    queueMicrotask(() => {
      const rows = [...(list?.children ?? [])].filter((one) => one.className === "row");
      const row = rows[Math.min(at, rows.length - 1)];
      (
        row?.querySelector<HTMLElement>(":scope > button") ?? list?.querySelector<HTMLElement>(".add")
      )?.focus();
    }),
  );
}
