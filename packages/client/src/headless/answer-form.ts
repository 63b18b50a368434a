import { choiceOptions } from "./choice-options.ts";
import {
  type AnswerField,
  type AnswerForm,
  type FieldState,
  type JsonField,
  type TextFormat,
  textFormats,
} from "./form-field.ts";
import { initialState } from "./form-state.ts";
import { numberText } from "./locale-number.ts";
import { type PlainSchema, schemaResolver, typesOf } from "./plain-schema.ts";
import { isJsonObject, type JsonObject } from "./same-json.ts";

/** The deepest level of nested groups and lists; deeper parts are asked for as JSON. */
const MAX_FIELD_DEPTH = 5;
const MAX_FIELDS = 200;
/** The deepest schema; the server accepts no deeper one. */
const MAX_SCHEMA_DEPTH = 64;
/** The most options shown as checkboxes; a longer list gets rows to choose in. */
const MAX_BOXES = 50;
/** A text field with a higher maximum length has several lines. */
const ONE_LINE = 200;

/** How the person who fills in the form writes. Defaults: the machine's locale, and the time in UTC. */
interface FormReader {
  /** A BCP 47 tag. */
  readonly locale?: string | undefined;
  readonly offsetMinutes?: number | undefined;
}

interface Place {
  /** Undefined for the answer itself and for rows, which have no names. */
  readonly name: string | undefined;
  readonly required: boolean;
  readonly depth: number;
  readonly followed: readonly string[];
}

/**
 * Makes a form from a JSON Schema. Never throws: a part that no field can ask for is asked for as JSON. The
 * server checks every answer against the schema again.
 */
export function answerForm(schema: unknown, reader: FormReader = {}): AnswerForm {
  const { locale, offsetMinutes = 0 } = reader;
  const root: Place = { name: undefined, required: true, depth: 0, followed: [] };
  const draw = (): AnswerField => {
    if (!isShallow(schema, MAX_SCHEMA_DEPTH)) return jsonField(undefined, root);
    return fieldDrawer(schema, locale)(schema, root) ?? jsonField(schema, root);
  };
  return { field: draw(), locale, offsetMinutes };
}

/** Makes the fields of one schema; undefined when there are too many. */
function fieldDrawer(root: unknown, locale: string | undefined) {
  const resolve = schemaResolver(root);
  let left = MAX_FIELDS;

  function draw(part: unknown, place: Place): AnswerField | undefined {
    if (left-- <= 0) return undefined;
    const plain = resolve(part, place.followed);
    if (!plain) return jsonField(part, place);
    return (
      drawChoice(plain, place) ??
      drawTyped(plain, place) ??
      (left > 0 ? jsonField(part, place, plain) : undefined)
    );
  }

  function drawChoice({ schema }: PlainSchema, place: Place): AnswerField | undefined {
    const options = choiceOptions(schema, locale);
    if (!options || options.length === 0) return undefined;
    const values = options.map((option) => option.value);
    if (options.every(({ value, titled }) => typeof value === "boolean" && !titled)) {
      const only = values.length === 1 ? (values[0] as boolean) : undefined;
      return withInitial({ ...shared(schema, place, false), kind: "boolean", only }, schema);
    }
    const isSettled = options.length === 1 && place.required;
    const base = shared(schema, place, false);
    const choice = { ...base, kind: "choice", options, fixed: base.fixed || isSettled } as const;
    return isSettled ? { ...choice, initial: 0 } : withInitial(choice, schema);
  }

  function drawTyped(plain: PlainSchema, place: Place): AnswerField | undefined {
    const { schema, nullable } = plain;
    const base = shared(schema, place, nullable);
    switch (typesOf(schema)[0]) {
      case "string":
        return withInitial({ ...base, ...textParts(schema) }, schema);
      case "number":
      case "integer":
        return withInitial({ ...base, ...numberParts(schema) }, schema);
      case "boolean": {
        if (!nullable) return withInitial({ ...base, kind: "boolean", only: undefined }, schema);
        return drawChoice(
          { ...plain, schema: { ...schema, type: undefined, enum: [true, false, null] } },
          place,
        );
      }
      case "null":
        return drawChoice({ ...plain, schema: { ...schema, const: null } }, place);
      case "array":
        return drawList(plain, place);
      case "object":
        return drawGroup(plain, place);
      default:
        return undefined;
    }
  }

  function drawList({ schema, nullable, followed }: PlainSchema, place: Place): AnswerField | undefined {
    const { items, prefixItems } = schema;
    if (!isJsonObject(items) || prefixItems !== undefined || place.depth >= MAX_FIELD_DEPTH) return undefined;
    const item = draw(items, { name: undefined, required: true, depth: place.depth + 1, followed });
    if (!item || item.kind === "json") return undefined;
    const counted = {
      ...shared(schema, place, nullable),
      minItems: numberAt(schema, "minItems") ?? 0,
      maxItems: numberAt(schema, "maxItems") ?? Number.POSITIVE_INFINITY,
      unique: schema.uniqueItems === true,
    };
    if (item.kind === "choice" && item.options.length <= MAX_BOXES && !item.fixed)
      return withInitial({ ...counted, kind: "picks", options: item.options }, schema);
    return withInitial({ ...counted, kind: "list", item }, schema);
  }

  function drawGroup({ schema, nullable, followed }: PlainSchema, place: Place): AnswerField | undefined {
    if (
      place.depth >= MAX_FIELD_DEPTH ||
      ["if", "dependentSchemas", "$dynamicRef"].some((key) => key in schema)
    )
      return undefined;
    const properties = isJsonObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required)
      ? schema.required.filter((name) => typeof name === "string")
      : [];
    const names = [...new Set([...Object.keys(properties), ...required])];
    if (Object.keys(properties).length === 0) return undefined;
    const parts: { name: string; field: AnswerField }[] = [];
    for (const name of names) {
      const at = { name, required: required.includes(name), depth: place.depth + 1, followed };
      const field = draw(Object.hasOwn(properties, name) ? properties[name] : {}, at);
      if (!field) return undefined;
      parts.push({ name, field });
    }
    return withInitial({ ...shared(schema, place, nullable), kind: "group", parts }, schema);
  }

  const withInitial = (field: AnswerField, schema: JsonObject): AnswerField => ({
    ...field,
    initial: initialState(field, schema, locale),
  });

  const shared = (schema: JsonObject, { name, required }: Place, nullable: boolean) => ({
    label: labelOf(schema, name),
    description: textAt(schema, "description"),
    examples: examplesOf(schema, locale),
    required,
    nullable,
    fixed: schema.readOnly === true && schema.default !== undefined,
    initial: null,
  });

  return draw;
}

function textParts(schema: JsonObject) {
  const maxLength = numberAt(schema, "maxLength") ?? Number.POSITIVE_INFINITY;
  const named = textAt(schema, "format");
  const alias = named === "idn-email" ? "email" : named === "iri" ? "uri" : named;
  const format = textFormats.find((one): one is TextFormat => one === alias);
  const long = Number.isFinite(maxLength) && maxLength > ONE_LINE;
  const multiline =
    format === undefined &&
    (long || named === "textarea" || named === "markdown" || /\n/.test(textAt(schema, "default") ?? ""));
  return {
    kind: "text",
    format,
    multiline,
    minLength: numberAt(schema, "minLength") ?? 0,
    maxLength,
  } as const;
}

function numberParts(schema: JsonObject) {
  const { exclusiveMinimum, exclusiveMaximum } = schema;
  const minimum = numberAt(schema, "minimum") ?? Number.NEGATIVE_INFINITY;
  const maximum = numberAt(schema, "maximum") ?? Number.POSITIVE_INFINITY;
  return {
    kind: "number",
    integer: typesOf(schema).includes("integer"),
    minimum,
    maximum,
    // In draft 4 these are booleans, which make the other bound exclusive.
    above:
      exclusiveMinimum === true
        ? minimum
        : (numberAt(schema, "exclusiveMinimum") ?? Number.NEGATIVE_INFINITY),
    below:
      exclusiveMaximum === true
        ? maximum
        : (numberAt(schema, "exclusiveMaximum") ?? Number.POSITIVE_INFINITY),
    multipleOf: (numberAt(schema, "multipleOf") ?? 0) > 0 ? numberAt(schema, "multipleOf") : undefined,
  } as const;
}

function jsonField(part: unknown, place: Place, plain?: PlainSchema): JsonField {
  const schema = plain?.schema ?? (isJsonObject(part) ? part : {});
  const field = {
    kind: "json",
    label: labelOf(schema, place.name),
    description: textAt(schema, "description"),
    examples: [],
    required: place.required,
    nullable: false,
    fixed: schema.readOnly === true && schema.default !== undefined,
    initial: null as FieldState,
    schema: part,
  } as const;
  return schema.default === undefined
    ? field
    : { ...field, initial: JSON.stringify(schema.default, null, 2) };
}

/** The label of a field: its title, else its name as words; empty when it has neither. */
function labelOf(schema: JsonObject, name: string | undefined): string {
  const title = textAt(schema, "title")?.trim();
  if (title || name === undefined) return title ?? "";
  const words = name.replace(/[-_]+/g, " ").trim() || name.trim() || "(no name)";
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function examplesOf({ examples }: JsonObject, locale: string | undefined): string[] {
  return (Array.isArray(examples) ? examples : [])
    .filter((one) => typeof one === "string" || typeof one === "number")
    .slice(0, 3)
    .map((one) => (typeof one === "number" ? numberText(one, locale) : one));
}

const numberAt = (schema: JsonObject, key: string): number | undefined =>
  typeof schema[key] === "number" ? schema[key] : undefined;
const textAt = (schema: JsonObject, key: string): string | undefined =>
  typeof schema[key] === "string" ? schema[key] : undefined;

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return left > 0 && Object.values(value).every((inner) => isShallow(inner, left - 1));
}
