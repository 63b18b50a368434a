import { readFile } from "node:fs/promises";

/** AWS's limit for the size of a definition. */
export const MAX_BYTES = 1024 * 1024;

/**
 * The values of a deployment for the names in a definition: `DefinitionSubstitutions` of SAM, CDK and
 * CloudFormation.
 */
export type Substitutions = ReadonlyMap<string, string>;

/** A definition, with the names that have no value; or why it could not be read. */
export type ReadDefinition =
  | { readonly definition: object; readonly unfilled: readonly string[] }
  | { readonly fault: string };

/**
 * Reads a definition from a JSON or YAML file (by the file's name) and puts values in place of `${Name}`. Inside a text
 * they are text, elsewhere JSON. Names without a value stay.
 */
export async function readDefinition(file: string, values: Substitutions): Promise<ReadDefinition> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { fault: "cannot be read" };
  if (Buffer.byteLength(text) > MAX_BYTES) return { fault: `over ${MAX_BYTES} bytes` };
  const names = new Set<string>();
  const unfilled = new Set<string>();
  const fill = (given: string, write: (value: string) => string) =>
    given.replace(PLACEHOLDER, (whole, name: string) => {
      const value = values.get(name);
      (value === undefined ? unfilled : names).add(name);
      return value === undefined ? whole : write(value);
    });
  const isYaml = /\.ya?ml$/i.test(file);
  let definition: unknown;
  try {
    definition = isYaml
      ? inTexts(await parsedYaml(text), (one) => fill(one, (value) => value))
      : JSON.parse(fillJson(text.replace(/^\uFEFF/, ""), fill));
  } catch (cause) {
    return { fault: `it is not ${isYaml ? "YAML" : "JSON"}: ${(cause as Error).message.split("\n")[0]}` };
  }
  const unknown = [...values.keys()].filter((name) => !names.has(name));
  if (unknown.length > 0) return { fault: `has no ${unknown.map((name) => `\${${name}}`).join(", ")}` };
  const isObject = typeof definition === "object" && definition !== null && !Array.isArray(definition);
  if (!isObject) return { fault: "is not the definition of a state machine: expected an object" };
  return { definition: definition as object, unfilled: [...unfilled] };
}

const PLACEHOLDER = /\$\{([\w.:-]+)\}/g;
/** A JSON text, or the part between two. */
const PARTS = /"[^"\\]*(?:\\.[^"\\]*)*"|[^"]+|"/gs;

function fillJson(text: string, fill: (given: string, write: (value: string) => string) => string): string {
  return text.replace(PARTS, (part) =>
    fill(part, part.startsWith('"') ? (value) => JSON.stringify(value).slice(1, -1) : (value) => value),
  );
}

async function parsedYaml(text: string): Promise<unknown> {
  const { parse } = await import("yaml");
  return parse(text);
}

/** A value with all its texts replaced, keys too. */
function inTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => inTexts(item, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replace(key), inTexts(item, replace)]),
  );
}

/** Substitutions from `NAME=VALUE` options and from a file, options first; or what is wrong with one. */
export async function readSubstitutions(
  pairs: readonly string[],
  file: string | undefined,
): Promise<Substitutions | string> {
  const values = new Map<string, string>();
  if (file !== undefined) {
    const read = await readFile(file, "utf8").then(
      (text) => parsedValues(text),
      () => "cannot be read",
    );
    if (typeof read === "string") return `--substitutions: ${file} ${read}`;
    for (const [name, value] of read) values.set(name, value);
  }
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 1) return `--set takes NAME=VALUE, such as TableName=videos, not ${pair}`;
    values.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return values;
}

function parsedValues(text: string): [string, string][] | string {
  try {
    const read: unknown = JSON.parse(text);
    const entries =
      typeof read === "object" && read !== null && !Array.isArray(read) ? Object.entries(read) : undefined;
    const isFlat = entries?.every(([, value]) => ["string", "number", "boolean"].includes(typeof value));
    if (entries && isFlat) return entries.map(([name, value]) => [name, String(value)]);
  } catch {
    // It is reported below.
  }
  return 'is not JSON such as {"TableName": "videos"}';
}
