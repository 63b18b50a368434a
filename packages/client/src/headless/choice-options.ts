import type { Option } from "./form-field.ts";
import { numberText } from "./locale-number.ts";
import { typesOf } from "./plain-schema.ts";
import { canonicalJson, isJsonObject, type JsonObject } from "./same-json.ts";

interface TitledOption extends Option {
  /** Whether the schema gives it a title. */
  readonly titled: boolean;
}

/** The values that a schema offers as choices, each once; undefined when it lists none. */
export function choiceOptions(schema: JsonObject, locale: string | undefined): TitledOption[] | undefined {
  const named = namedValues(schema);
  if (!named) return undefined;
  const fitting = [...named.values()].filter(({ value }) => fitsTypes(value, schema));
  const words = fitting.map(({ value, title }) => title || valueText(value, locale));
  const seen = new Set<string>();
  const alike = new Set(words.filter((label) => seen.size === seen.add(label).size));
  return fitting.map(({ value, title }, at) => {
    const label = words[at]!;
    // Two options with the same label, such as 1 and the text "1", also show their types.
    const apart = title ? valueText(value, locale) : kindText(value);
    return { value, label: alike.has(label) ? `${label} (${apart})` : label, titled: Boolean(title) };
  });
}

interface Named {
  readonly value: unknown;
  readonly title: string | undefined;
}

/**
 * The values by their JSON. A value must be in every list of the schema; the last list says most about it.
 */
function namedValues(schema: JsonObject): ReadonlyMap<string, Named> | undefined {
  const lists = [
    Object.hasOwn(schema, "const") ? [{ value: schema.const, title: undefined }] : undefined,
    Array.isArray(schema.enum) ? schema.enum.map((value) => ({ value, title: undefined })) : undefined,
    branchValues(schema.oneOf),
    branchValues(schema.anyOf),
  ]
    .filter((list) => list !== undefined)
    .map((list) => new Map(list.map((named) => [canonicalJson(named.value), named])));
  const last = lists.at(-1);
  return last && new Map([...last].filter(([key]) => lists.every((list) => list.has(key))));
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
