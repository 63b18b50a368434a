import { readJson } from "@callboard/protocol";
import {
  type AnswerField,
  type AnswerForm,
  type BooleanField,
  type ChoiceField,
  type FieldPath,
  type FieldState,
  type GroupField,
  isBlank,
  isEmpty,
  isNone,
  type ListField,
  type NumberField,
  optionOf,
  type PicksField,
  partsOf,
  type TextField,
  textOf,
} from "./form-field.ts";
import type { FormProblem } from "./form-problem.ts";
import { numberText, readNumberText } from "./locale-number.ts";
import { isDate, momentOf, timeOf } from "./moment-text.ts";
import { isMultiple } from "./multiple.ts";
import { canonicalJson } from "./same-json.ts";

/** What is wrong with a field. */
export interface FieldProblem {
  readonly path: FieldPath;
  readonly problem: FormProblem;
}

/** The answer in a form, or its problems, field by field from the top. */
export type FormReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** A value; undefined when it is left out. */
type Read = { readonly value: unknown } | { readonly problems: readonly FieldProblem[] };

interface Context extends Omit<AnswerForm, "field"> {
  readonly path: FieldPath;
}

/**
 * Reads the answer to send from a form's state. Optional and untouched fields are left out. Any JSON may be
 * given as the state: a field whose state cannot be read counts as untouched.
 */
export function readForm(form: AnswerForm, state: FieldState | undefined): FormReading {
  const read = readField(form.field, state, { ...form, path: [] });
  return "problems" in read ? { ok: false, problems: read.problems } : { ok: true, value: read.value };
}

function readField(field: AnswerField, state: FieldState | undefined, context: Context): Read {
  const now = field.fixed ? field.initial : state;
  if (isNone(now)) return field.nullable ? { value: null } : missing(field, context);
  if (isBlank(field, now)) return missing(field, context);
  switch (field.kind) {
    case "text":
      return readText(field, textOf(now), context);
    case "number":
      return readNumber(field, textOf(now), context);
    case "boolean":
      return readBoolean(field, now, context);
    case "choice":
      return readChoice(field, now);
    case "picks":
      return readPicks(field, now, context);
    case "list":
      return readList(field, partsOf(now), context);
    case "group":
      return readGroup(field, now, context);
    case "json":
      return readJsonText(textOf(now), context);
  }
}

const wrong = ({ path }: Context, problem: FormProblem): Read => ({ problems: [{ path, problem }] });

const missing = (field: AnswerField, context: Context): Read =>
  field.required ? wrong(context, { code: "needed" }) : { value: undefined };

function readText(field: TextField, typed: string, context: Context): Read {
  const text = field.format === undefined ? typed : typed.trim();
  const length = [...text].length;
  if (length < field.minLength) return wrong(context, { code: "too_short", least: field.minLength, length });
  if (length > field.maxLength) return wrong(context, { code: "too_long", most: field.maxLength, length });
  switch (field.format) {
    case "date":
      return isDate(text) ? { value: text } : wrong(context, { code: "not_a_date" });
    case "date-time": {
      const moment = momentOf(text);
      return moment ? { value: moment } : wrong(context, { code: "not_a_moment" });
    }
    case "time": {
      const time = timeOf(text, context.offsetMinutes);
      return time ? { value: time } : wrong(context, { code: "not_a_time" });
    }
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) ? { value: text } : wrong(context, { code: "not_an_email" });
    case "uri":
      return isAddress(text) ? { value: text } : wrong(context, { code: "not_an_address" });
    case undefined:
      return { value: text };
  }
}

function isAddress(text: string): boolean {
  try {
    return !/\s/.test(text) && new URL(text).href !== "";
  } catch {
    return false;
  }
}

function readNumber(field: NumberField, text: string, context: Context): Read {
  const reading = readNumberText(text, context.locale);
  if (reading.read === "nothing") return wrong(context, { code: "not_a_number" });
  if (reading.read === "lost") return wrong(context, { code: "lossy_number" });
  if (reading.read === "either") return wrong(context, { code: "two_readings", readings: reading.readings });
  const { value } = reading;
  const shown = (bound: number) => numberText(bound, context.locale);
  // The field shows how the text was read: a user who meant the sign differently can see why.
  if (field.integer && !Number.isInteger(value))
    return wrong(context, { code: "not_whole", number: shown(value) });
  if (value < field.minimum) return wrong(context, { code: "too_small", least: shown(field.minimum) });
  if (value > field.maximum) return wrong(context, { code: "too_large", most: shown(field.maximum) });
  if (value <= field.above) return wrong(context, { code: "not_above", bound: shown(field.above) });
  if (value >= field.below) return wrong(context, { code: "not_below", bound: shown(field.below) });
  if (field.multipleOf !== undefined && !isMultiple(value, field.multipleOf))
    return wrong(context, { code: "not_a_multiple", of: shown(field.multipleOf) });
  return { value };
}

/** A required box is read as it is shown: unticked is false. An optional, untouched one is not an answer. */
function readBoolean(field: BooleanField, state: FieldState | undefined, context: Context): Read {
  const value = typeof state === "boolean" ? state : field.required ? false : undefined;
  if (value === undefined || field.only === undefined || value === field.only) return { value };
  return wrong(context, { code: field.only ? "only_yes" : "only_no" });
}

const readChoice = (field: ChoiceField, state: FieldState | undefined): Read => ({
  value: optionOf(field, state)?.value,
});

function readPicks(field: PicksField, state: FieldState | undefined, context: Context): Read {
  const chosen = partsOf(state).map((index) => optionOf(field, index));
  return readItems(
    field,
    chosen.filter((option) => option !== undefined).map((option) => option.value),
    context,
  );
}

function readList(field: ListField, rows: readonly FieldState[], context: Context): Read {
  const problems: FieldProblem[] = [];
  const values: unknown[] = [];
  for (const [row, state] of rows.entries()) {
    if (isBlank(field.item, state)) continue;
    const read = readField(field.item, state, { ...context, path: [...context.path, row] });
    if ("problems" in read) problems.push(...read.problems);
    else values.push(read.value);
  }
  return problems.length > 0 ? { problems } : readItems(field, values, context);
}

/** Checks the number of items and that no two are equal; an optional list without items is left out. */
function readItems(field: PicksField | ListField, values: readonly unknown[], context: Context): Read {
  if (values.length === 0 && !field.required) return { value: undefined };
  if (values.length < field.minItems) return wrong(context, { code: "too_few", least: field.minItems });
  if (values.length > field.maxItems) return wrong(context, { code: "too_many", most: field.maxItems });
  if (field.unique && new Set(values.map(canonicalJson)).size < values.length)
    return wrong(context, { code: "two_equal" });
  return { value: values };
}

function readGroup(field: GroupField, state: FieldState | undefined, context: Context): Read {
  const states = Array.isArray(state) ? state : partsOf(field.initial);
  if (!field.required && isEmpty(field, states)) return { value: undefined };
  const problems: FieldProblem[] = [];
  const entries: [string, unknown][] = [];
  for (const [at, { name, field: part }] of field.parts.entries()) {
    const read = readField(part, states[at] ?? null, { ...context, path: [...context.path, name] });
    if ("problems" in read) problems.push(...read.problems);
    else if (read.value !== undefined) entries.push([name, read.value]);
  }
  // `fromEntries` makes each name an own property, even `__proto__`.
  if (problems.length === 0) return { value: Object.fromEntries(entries) };
  // Default values alone do not make the other parts of an optional group required.
  const untouched = !field.required && canonicalJson(states) === canonicalJson(field.initial);
  return untouched ? { value: undefined } : { problems };
}

function readJsonText(text: string, context: Context): Read {
  const read = readJson(text);
  if (!read) return wrong(context, { code: "not_json" });
  const [lost] = read.lost;
  if (lost === undefined) return { value: read.json };
  return wrong(
    context,
    lost.length === 0 ? { code: "lossy_number" } : { code: "lossy_number", at: lost.join(".") },
  );
}
