import { depthOf, leftOutFields, limits, readBy } from "@callboard/protocol";
import type { Common } from "./states.ts";
import { faultsOf, isLiteral, isOpen, type QueryLanguage, unmarked } from "./values.ts";

/** An invalid definition: the message names each state and field, with what is wrong with it. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
  /** Each error, as `field: rule`. */
  readonly faults: readonly string[];

  /** `where` is the state, by its name or its path, if it has one. */
  constructor(where: unknown, faults: readonly string[]) {
    super(
      faults.map((fault) => (typeof where === "string" && where ? `${where}: ${fault}` : fault)).join("\n"),
    );
    this.faults = faults;
  }
}

type Fields = Readonly<Record<string, unknown>>;
/** Schemas of the protocol, by field. */
type Shape = Readonly<Record<string, Parameters<typeof readBy>[0]>>;

/** The fields that a state takes, and how those that go into an event are checked. */
export interface Known {
  /** Fields of its event: values that are not expressions must be valid for Callboard. */
  readonly shape: Shape;
  readonly needed: readonly string[];
  /** Other fields of the same object. */
  readonly others: readonly string[];
}

/** Which fields are missing, unknown or invalid, each in one line. */
export function fieldFaults(language: QueryLanguage, given: Fields, known: Known, at = ""): string[] {
  const names = [...known.others, ...Object.keys(known.shape)];
  const unknown = Object.keys(given)
    .filter((field) => !names.includes(field) && given[field] !== undefined)
    .map((field) => `${at}${field}: not known${hintOf(field, names)}`);
  const missing = known.needed
    .filter((field) => given[field] === undefined)
    .map((field) => `${at}${field}: missing`);
  const wrong = Object.keys(known.shape).flatMap((field) =>
    given[field] === undefined ? [] : valueFaults(language, known.shape[field]!, given[field], at + field),
  );
  return [...missing, ...unknown, ...wrong];
}

const plain = (field: string): string => field.toLowerCase().replace(/[^a-z]/g, "");

function hintOf(field: string, names: readonly string[]): string {
  const near = names.find((name) => plain(name) === plain(field));
  return near === undefined ? "" : ` (write ${near})`;
}

/**
 * What is wrong with one field, as far as its value is known already: as JSON, in its language, and by the schema of
 * its event.
 */
function valueFaults(language: QueryLanguage, schema: Shape[string], value: unknown, at: string): string[] {
  const deep = depthFaults(value, limits.jsonDepth);
  if (deep.length > 0) return deep.map((fault) => `${at}: ${fault}`);
  const faults = faultsOf(language, value, at);
  if (faults.length > 0 || (typeof value === "string" && isOpen(language, value))) return faults;
  const plain = unmarked(value);
  const read = readBy(schema, plain);
  const issues = read.ok
    ? leftOutFields({ "": plain }, { "": read.data }).map((path) => [path, "not of the required form"])
    : read.issues.map((issue) => /^([^:]*): (.*)$/s.exec(issue)!.slice(1));
  return issues.flatMap(([path, rule]) => {
    const fields = path === "message" ? [] : path!.split(".").filter(Boolean);
    return isOpenAt(language, value, fields) ? [] : [`${[at, ...fields].join(".")}: ${rule}`];
  });
}

/** What cannot be traversed: a value that contains itself, or is nested too deep. */
export function depthFaults(value: unknown, max: number): string[] {
  try {
    JSON.stringify(value);
  } catch {
    return ["not JSON"];
  }
  return depthOf(value) > max ? [`nested over ${max} levels`] : [];
}

/** Whether the value at this path, or one around it, is known only later. */
function isOpenAt(language: QueryLanguage, value: unknown, path: readonly string[]): boolean {
  let here = value;
  for (const field of path) {
    if (typeof here === "string" || isLiteral(here)) return isOpen(language, here);
    here = (here as Record<string, unknown> | null | undefined)?.[field];
  }
  return path.length > 0 && isOpen(language, here);
}

const stateName = /^[^\p{Cc}]{1,80}$/u;

/** What is wrong with the fields of all states: name, bus, source, next state. */
export function commonFaults(language: QueryLanguage, given: Fields): string[] {
  const { name, bus, source, Comment, Next, End } = given as Partial<Record<keyof Common, unknown>> & Fields;
  const faults: string[] = [];
  // Generated states have this name and up to six more letters.
  if (typeof name !== "string" || !stateName.test(name) || name.length > 74)
    faults.push("name: a state's name, 1 to 74 characters");
  if (typeof bus !== "string" || bus === "") faults.push("bus: the name of Callboard's bus");
  else faults.push(...faultsOf(language, bus, "bus"));
  if (typeof source !== "string" || source === "" || source === "callboard" || source.startsWith("aws."))
    faults.push("source: your own name on the bus; not callboard, and not beginning with aws.");
  else faults.push(...faultsOf(language, source, "source"));
  faults.push(...verbatimFaults("Comment", Comment, "text"));
  if (Next !== undefined && End !== undefined) faults.push("End: there is a Next");
  else if (End !== undefined) faults.push(...(End === true ? [] : ["End: true, or a Next in its place"]));
  else faults.push(...targetFaults("Next", Next));
  return faults;
}

/** The language of the state's expressions; throws a `DefinitionError` if it is invalid. */
export function languageOf({ name, queryLanguage = "JSONata" }: Partial<Common>): QueryLanguage {
  if (queryLanguage === "JSONata" || queryLanguage === "JSONPath") return queryLanguage;
  throw new DefinitionError(name, ["queryLanguage: JSONata or JSONPath"]);
}

/** What is wrong with a field that is copied into the state unchanged. */
export function verbatimFaults(field: string, value: unknown, kind: "text" | "object" | "any"): string[] {
  if (value === undefined) return [];
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (kind === "text" && typeof value !== "string") return [`${field}: expected a text`];
  if (kind === "object" && !isObject) return [`${field}: expected an object`];
  const deep = depthFaults(value, limits.jsonDepth);
  return deep.length > 0
    ? deep.map((fault) => `${field}: ${fault}`)
    : faultsOf("JSONata", value, field, true);
}

/** What is wrong with the name of another state. */
export const targetFaults = (field: string, target: unknown): string[] =>
  typeof target === "string" && stateName.test(target) ? [] : [`${field}: the name of a state`];
