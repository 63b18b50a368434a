/** One field of an answer, drawn from a property of a JSON Schema. */
export interface AnswerField {
  name: string;
  label: string;
  hint?: string | undefined;
  input: "text" | "long_text" | "number" | "integer" | "boolean" | "choice";
  required: boolean;
  options: readonly (string | number)[];
  minimum?: number | undefined;
  maximum?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  initial: string | boolean;
}

/** How an answer is asked for: an object's fields, one bare value, or JSON as text when the schema is not a flat one. */
type AnswerShape =
  | { shape: "fields"; fields: AnswerField[] }
  | { shape: "single"; field: AnswerField }
  | { shape: "json" };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const numberAt = (schema: Json, key: string) => (typeof schema[key] === "number" ? schema[key] : undefined);
const textAt = (schema: Json, key: string) => (typeof schema[key] === "string" ? schema[key] : undefined);

/** Says how to ask for an answer that fits the schema. */
export function answerShape(schema: unknown): AnswerShape {
  if (!isObject(schema)) return { shape: "json" };
  if (schema.type === "object" || isObject(schema.properties)) {
    if (!isObject(schema.properties)) return { shape: "json" };
    const required = Array.isArray(schema.required) ? schema.required : [];
    const fields = Object.entries(schema.properties).map(([name, property]) =>
      fieldOf(name, property, required.includes(name)),
    );
    if (fields.length === 0 || fields.length > 30) return { shape: "json" };
    if (!fields.every((field) => field !== undefined)) return { shape: "json" };
    return { shape: "fields", fields };
  }
  const field = fieldOf("answer", schema, true);
  return field ? { shape: "single", field } : { shape: "json" };
}

function fieldOf(name: string, schema: unknown, required: boolean): AnswerField | undefined {
  if (!isObject(schema)) return undefined;
  const label = textAt(schema, "title") ?? name[0]?.toUpperCase() + name.slice(1).replace(/[-_]+/g, " ");
  const base = {
    name,
    label,
    hint: textAt(schema, "description"),
    required,
    options: [],
    initial: initialOf(schema),
  };
  if (Array.isArray(schema.enum)) {
    const options = schema.enum.filter(
      (option): option is string | number => typeof option === "string" || typeof option === "number",
    );
    return options.length === schema.enum.length && options.length > 0
      ? { ...base, input: "choice", options }
      : undefined;
  }
  switch (schema.type) {
    case "string": {
      const maxLength = numberAt(schema, "maxLength");
      const input = maxLength !== undefined && maxLength > 200 ? "long_text" : "text";
      return { ...base, input, minLength: numberAt(schema, "minLength"), maxLength };
    }
    case "number":
    case "integer":
      return {
        ...base,
        input: schema.type,
        minimum: numberAt(schema, "minimum"),
        maximum: numberAt(schema, "maximum"),
      };
    case "boolean":
      return { ...base, input: "boolean", initial: schema.default === true };
    default:
      return undefined;
  }
}

const initialOf = (schema: Json): string => {
  const initial = schema.default;
  return typeof initial === "string" || typeof initial === "number" ? String(initial) : "";
};

/** What stands in the fields, by name; `answer` for a single one and for JSON. */
export type AnswerInput = Readonly<Record<string, string | boolean>>;

/** The answer, or what is wrong by field. */
type AnswerReading = { ok: true; value: unknown } | { ok: false; problems: Record<string, string> };

/** What the fields hold before anybody typed. */
export function initialInput(shape: AnswerShape): AnswerInput {
  switch (shape.shape) {
    case "json":
      return { answer: "" };
    case "single":
      return { answer: shape.field.initial };
    case "fields":
      return Object.fromEntries(shape.fields.map((field) => [field.name, field.initial]));
  }
}

/** Reads the fields into the value to send. The server checks it against the schema again. */
export function readAnswer(shape: AnswerShape, input: AnswerInput): AnswerReading {
  if (shape.shape === "json") return readJson(String(input.answer ?? ""));
  const problems: Record<string, string> = {};
  const value: Record<string, unknown> = {};
  for (const field of shape.shape === "single" ? [shape.field] : shape.fields) {
    const read = readField(field, input[field.name] ?? field.initial);
    if ("problem" in read) problems[field.name] = read.problem;
    else if (read.value !== undefined) value[field.name] = read.value;
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  return { ok: true, value: shape.shape === "single" ? value[shape.field.name] : value };
}

function readJson(text: string): AnswerReading {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problems: { answer: "This is not JSON." } };
  }
}

function readField(field: AnswerField, entered: string | boolean): { value: unknown } | { problem: string } {
  if (field.input === "boolean") return { value: entered === true };
  const text = String(entered);
  if (text.trim() === "") {
    if (field.required) return { problem: "This is needed." };
    return { value: undefined };
  }
  switch (field.input) {
    case "choice": {
      const value = field.options.find((option) => String(option) === text);
      return value === undefined ? { problem: "Choose one of these." } : { value };
    }
    case "number":
    case "integer":
      return readNumber(field, Number(text));
    default:
      if (field.minLength !== undefined && text.length < field.minLength)
        return { problem: `At least ${field.minLength} characters.` };
      if (field.maxLength !== undefined && text.length > field.maxLength)
        return { problem: `At most ${field.maxLength} characters.` };
      return { value: text };
  }
}

function readNumber(field: AnswerField, value: number): { value: number } | { problem: string } {
  if (!Number.isFinite(value)) return { problem: "This is not a number." };
  if (field.input === "integer" && !Number.isInteger(value)) return { problem: "A whole number, please." };
  if (field.minimum !== undefined && value < field.minimum) return { problem: `At least ${field.minimum}.` };
  if (field.maximum !== undefined && value > field.maximum) return { problem: `At most ${field.maximum}.` };
  return { value };
}
