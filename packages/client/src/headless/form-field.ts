/** Where a field stands within the answer: names of properties and numbers of rows. */
export type FieldPath = readonly (string | number)[];

/**
 * What stands in a field, as plain JSON, so that it can be kept: null is an untouched field, a text what was typed, a
 * number which option was chosen, a list what stands in the parts, and `{none: true}` that the value is to be null.
 */
export type FieldState = null | string | number | boolean | { readonly none: true } | readonly FieldState[];

interface SharedParts {
  readonly label: string;
  /** What the schema says of it, for people. */
  readonly description: string | undefined;
  /** What might stand there, as texts. */
  readonly examples: readonly string[];
  /** Whether an answer must have it. */
  readonly required: boolean;
  /** Whether null is a value of its own beside what the field takes. */
  readonly nullable: boolean;
  /** Whether it shows what will be sent and takes no other. */
  readonly fixed: boolean;
  /** What stands there before anybody typed. */
  readonly initial: FieldState;
}

/** The kinds of text that are checked, or asked for in their own way; any other format is plain text. */
export const textFormats = ["date", "date-time", "time", "email", "uri"] as const;
export type TextFormat = (typeof textFormats)[number];

export interface TextField extends SharedParts {
  readonly kind: "text";
  readonly format: TextFormat | undefined;
  /** Whether it may have several lines. */
  readonly multiline: boolean;
  /** In characters, of which an emoji is one. */
  readonly minLength: number;
  readonly maxLength: number;
}

export interface NumberField extends SharedParts {
  readonly kind: "number";
  readonly integer: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** Bounds that are not reached themselves. */
  readonly above: number;
  readonly below: number;
  readonly multipleOf: number | undefined;
}

export interface BooleanField extends SharedParts {
  readonly kind: "boolean";
  /** The one value that fits, if only one does. */
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
  /** Whether no two may be equal. */
  readonly unique: boolean;
}

/** Several of some options, in the order in which they were chosen. */
export interface PicksField extends SharedParts, Counted {
  readonly kind: "picks";
  readonly options: readonly Option[];
}

/** Rows of one kind. */
export interface ListField extends SharedParts, Counted {
  readonly kind: "list";
  readonly item: AnswerField;
}

/** Named parts, in the order of the schema. */
export interface GroupField extends SharedParts {
  readonly kind: "group";
  readonly parts: readonly { readonly name: string; readonly field: AnswerField }[];
}

/** What no other field can ask for: JSON as text, to be read beside its schema. */
export interface JsonField extends SharedParts {
  readonly kind: "json";
  readonly schema: unknown;
}

/** One field of an answer, drawn from a part of a JSON Schema. */
export type AnswerField =
  | TextField
  | NumberField
  | BooleanField
  | ChoiceField
  | PicksField
  | ListField
  | GroupField
  | JsonField;

/** A state's parts; what is none has none. */
export const partsOf = (state: FieldState | undefined): readonly FieldState[] =>
  Array.isArray(state) ? state : [];

/** Whether a state says that the value is to be null. */
export const isNone = (state: FieldState | undefined): boolean =>
  typeof state === "object" && state !== null && !Array.isArray(state) && "none" in state;

/** A state's text; a field that holds none is empty. */
export const textOf = (state: FieldState | undefined): string => (typeof state === "string" ? state : "");

/** The option that a state names, if there is such a one. */
export const optionOf = (
  field: ChoiceField | PicksField,
  state: FieldState | undefined,
): Option | undefined => (typeof state === "number" ? field.options[state] : undefined);

/** Whether nothing stands in a field that is filled by typing or choosing: such a row is not there for the answer. */
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

/** Whether nobody has put anything into a field or its parts. What is fixed is nobody's doing. */
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
  /** How its reader writes numbers: a BCP 47 tag, or undefined for the machine's own. */
  readonly locale: string | undefined;
  /** The offset from UTC of its reader's clock, which a time of day is given that names none. */
  readonly offsetMinutes: number;
}
