/** A field's position in the answer: names of properties and numbers of rows. */
export type FieldPath = readonly (string | number)[];

/**
 * The state of a field, as plain JSON, so that it can be kept: null for an untouched field, a text that was
 * typed, the number of a chosen option, a list of the parts' states, or `{none: true}` when the value is
 * null.
 */
export type FieldState = null | string | number | boolean | { readonly none: true } | readonly FieldState[];

interface SharedParts {
  readonly label: string;
  /** The schema's description, for people. */
  readonly description: string | undefined;
  /** Examples of values, as texts. */
  readonly examples: readonly string[];
  /** Whether an answer must have it. */
  readonly required: boolean;
  /** Whether null is allowed as well as the field's own values. */
  readonly nullable: boolean;
  /** Whether it shows its only possible value, which cannot be changed. */
  readonly fixed: boolean;
  /** The state before the user enters anything. */
  readonly initial: FieldState;
}

/** The text formats that are checked, or have their own input; any other format is plain text. */
export const textFormats = ["date", "date-time", "time", "email", "uri"] as const;
export type TextFormat = (typeof textFormats)[number];

export interface TextField extends SharedParts {
  readonly kind: "text";
  readonly format: TextFormat | undefined;
  /** Whether it may have several lines. */
  readonly multiline: boolean;
  /** In characters; an emoji counts as one. */
  readonly minLength: number;
  readonly maxLength: number;
}

export interface NumberField extends SharedParts {
  readonly kind: "number";
  readonly integer: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** Exclusive bounds. */
  readonly above: number;
  readonly below: number;
  readonly multipleOf: number | undefined;
}

export interface BooleanField extends SharedParts {
  readonly kind: "boolean";
  /** The only allowed value, if there is only one. */
  readonly only: boolean | undefined;
}

export interface Option {
  readonly label: string;
  readonly value: unknown;
}

export interface ChoiceField extends SharedParts {
  readonly kind: "choice";
  readonly options: readonly Option[];
}

interface Counted {
  readonly minItems: number;
  readonly maxItems: number;
  /** Whether the values must all be different. */
  readonly unique: boolean;
}

/** Several of the options, in the order in which they were chosen. */
export interface PicksField extends SharedParts, Counted {
  readonly kind: "picks";
  readonly options: readonly Option[];
}

/** Rows of the same kind. */
export interface ListField extends SharedParts, Counted {
  readonly kind: "list";
  readonly item: AnswerField;
}

/** Named parts, in the order of the schema. */
export interface GroupField extends SharedParts {
  readonly kind: "group";
  readonly parts: readonly { readonly name: string; readonly field: AnswerField }[];
}

/** A part that no other field can ask for: JSON as text, entered with its schema in view. */
export interface JsonField extends SharedParts {
  readonly kind: "json";
  readonly schema: unknown;
}

/** One field of an answer, made from a part of a JSON Schema. */
export type AnswerField =
  | TextField
  | NumberField
  | BooleanField
  | ChoiceField
  | PicksField
  | ListField
  | GroupField
  | JsonField;

/** The states of a field's parts; empty for a field without parts. */
export const partsOf = (state: FieldState | undefined): readonly FieldState[] =>
  Array.isArray(state) ? state : [];

/** Whether the state means that the value is null. */
export const isNone = (state: FieldState | undefined): boolean =>
  typeof state === "object" && state !== null && !Array.isArray(state) && "none" in state;

/** The text in a state; empty when it holds none. */
export const textOf = (state: FieldState | undefined): string => (typeof state === "string" ? state : "");

/** The option that a state names, if it exists. */
export const optionOf = (
  field: ChoiceField | PicksField,
  state: FieldState | undefined,
): Option | undefined => (typeof state === "number" ? field.options[state] : undefined);

/** Whether a field for typing or choosing is empty: such a row is not part of the answer. */
export function isBlank(field: AnswerField, state: FieldState | undefined): boolean {
  if (isNone(state)) return false;
  switch (field.kind) {
    case "text":
    case "number":
    case "json":
      return textOf(state).trim() === "";
    case "choice":
      return optionOf(field, state) === undefined;
    default:
      return false;
  }
}

/** Whether the user has entered nothing in a field and its parts. A fixed value does not count. */
export function isEmpty(field: AnswerField, state: FieldState | undefined): boolean {
  if (field.fixed) return true;
  if (isNone(state)) return false;
  switch (field.kind) {
    case "boolean":
      return typeof state !== "boolean";
    case "picks":
      return partsOf(state).every((index) => optionOf(field, index) === undefined);
    case "list":
      return partsOf(state).every((row) => isBlank(field.item, row));
    case "group":
      return field.parts.every((part, at) => isEmpty(part.field, partsOf(state)[at]));
    default:
      return isBlank(field, state);
  }
}

/** A form for an answer that fits a JSON Schema. */
export interface AnswerForm {
  readonly field: AnswerField;
  /** The locale for numbers: a BCP 47 tag, or undefined for the machine's own. */
  readonly locale: string | undefined;
  /** The offset from UTC of the reader's clock, in minutes, for a time of day without an offset. */
  readonly offsetMinutes: number;
}
