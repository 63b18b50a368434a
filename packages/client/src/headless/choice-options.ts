import type { Option } from "./form-field.ts";
import { numberText } from "./locale-number.ts";
import { typesOf } from "./plain-schema.ts";
import { isJsonObject, type JsonObject, sameJson } from "./same-json.ts";

interface TitledOption extends Option {
  /** Whether the schema gives it a title. */
  readonly titled: boolean;
}

/** The values among which a schema lets one choose; undefined when it names none. */
export function choiceOptions(schema: JsonObject, locale: string | undefined): TitledOption[] | undefined {
  const named = namedValues(schema);
  if (!named) return undefined;
  const fitting = named.filter(({ value }, at) => {
    if (!fitsTypes(value, schema)) return false;
    return named.findIndex((other) => sameJson(other.value, value)) === at;
  });
  const words = fitting.map(({ value, title }) => title || valueText(value, locale));
  return fitting.map(({ value, title }, at) => {
    const label = words[at]!;
    const isAlone = words.filter((other) => other === label).length === 1;
    // Two that read alike are told apart by what they are: 1 and the text 1.
    return { value, label: isAlone ? label : `${label} (${kindText(value)})`, titled: Boolean(title) };
  });
}

interface Named {
  readonly value: unknown;
  readonly title: string | undefined;
}

function namedValues(schema: JsonObject): Named[] | undefined {
  const lists = [
    Object.hasOwn(schema, "const") ? [{ value: schema.const, title: undefined }] : undefined,
    Array.isArray(schema.enum) ? schema.enum.map((value) => ({ value, title: undefined })) : undefined,
    branchValues(schema.oneOf),
    branchValues(schema.anyOf),
  ].filter((list) => list !== undefined);
  if (lists.length === 0) return undefined;
  // A value has to be in every list; the last says most about it.
  const last = lists.at(-1)!;
  return last.filter(({ value }) =>
    lists.every((list) => list.some((other) => sameJson(other.value, value))),
  );
}

function branchValues(branches: unknown): Named[] | undefined {
  if (!Array.isArray(branches)) return undefined;
  return branches.filter(isJsonObject).map((branch) => ({
    value: Object.hasOwn(branch, "const") ? branch.const : [branch.enum].flat()[0],
    title: typeof branch.title === "string" ? branch.title : undefined,
  }));
}

function fitsTypes(value: unknown, schema: JsonObject): boolean {
  if (schema.type === undefined) return true;
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return typesOf(schema).some((one) => one === type || (one === "integer" && Number.isInteger(value)));
}

function valueText(value: unknown, locale: string | undefined): string {
  if (value === "") return "(empty)";
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return numberText(value, locale);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function kindText(value: unknown): string {
  if (typeof value === "string") return "text";
  if (value === null) return "nothing";
  return typeof value === "object" ? "JSON" : typeof value === "boolean" ? "yes or no" : "number";
}
