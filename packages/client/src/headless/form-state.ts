import { type AnswerField, type AnswerForm, type FieldState, isBlank } from "./form-field.ts";
import { numberText } from "./locale-number.ts";
import { isJsonObject, type JsonObject, ownPart, sameJson } from "./same-json.ts";

/** The most rows that a list shows at first. */
const MAX_FIRST_ROWS = 5;

/** The state of a form that holds a value; null for a part that does not fit its field. */
export const stateOf = (form: AnswerForm, value: unknown): FieldState =>
  fieldState(form.field, value, form.locale);

/** The state of a field at first, from the schema's default. */
export function initialState(field: AnswerField, schema: JsonObject, locale: string | undefined): FieldState {
  const given = schema.default;
  switch (field.kind) {
    case "group":
      if (given === null && field.nullable) return { none: true };
      return field.parts.map(({ name, field: part }) => {
        const own = ownPart(given, name);
        return own === undefined ? part.initial : fieldState(part, own, locale);
      });
    case "list": {
      if (given !== undefined) return fieldState(field, given, locale);
      const needed = Math.min(field.required ? field.minItems : 0, MAX_FIRST_ROWS);
      // An empty row is not part of the answer.
      const first = isBlank(field.item, field.item.initial) ? 1 : 0;
      return Array.from({ length: Math.max(needed, first) }, () => field.item.initial);
    }
    default:
      return given === undefined ? null : fieldState(field, given, locale);
  }
}

function fieldState(field: AnswerField, value: unknown, locale: string | undefined): FieldState {
  if (value === null && field.nullable) return { none: true };
  switch (field.kind) {
    case "text":
      return typeof value === "string" ? value : null;
    case "number":
      return typeof value === "number" ? numberText(value, locale) : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "choice":
      return indexOf(field.options, value);
    case "picks":
      return arrayOf(value)
        .map((one) => indexOf(field.options, one))
        .filter((index) => index !== null);
    case "list":
      return arrayOf(value).map((one) => fieldState(field.item, one, locale));
    case "group":
      return field.parts.map(({ name, field: part }) =>
        isJsonObject(value) && Object.hasOwn(value, name)
          ? fieldState(part, value[name], locale)
          : emptyState(part),
      );
    case "json":
      return value === undefined ? null : JSON.stringify(value, null, 2);
  }
}

/** The state of a field without a value, whatever its default is. */
function emptyState(field: AnswerField): FieldState {
  if (field.kind === "group") return field.parts.map(({ field: part }) => emptyState(part));
  if (field.kind === "choice" && field.fixed) return field.initial;
  return field.kind === "list" || field.kind === "picks" ? [] : null;
}

const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function indexOf(options: readonly { readonly value: unknown }[], value: unknown): number | null {
  const index = options.findIndex((option) => sameJson(option.value, value));
  return index < 0 ? null : index;
}
