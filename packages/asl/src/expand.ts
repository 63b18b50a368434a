import { type AskOptions, askStates } from "./ask.ts";
import { DefinitionError, depthFaults } from "./checks.ts";
import { type ReportOptions, reportStates } from "./report.ts";
import { inLanguage } from "./states.ts";
import type { QueryLanguage } from "./values.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Values for a definition that was written elsewhere. */
export interface ExpandOptions {
  /** Replaces the bus that the definition names. */
  readonly bus?: string;
}

const REPORT = "Callboard:Report";
const ASK = "Callboard:Ask";
/** The deepest nesting of lists and objects: some sixty branches and Maps. */
const MAX_NESTING = 250;

/**
 * Replaces states of the types `Callboard:Report` and `Callboard:Ask` in a state machine's definition by complete
 * states, also in branches and Maps. Its field `Callboard` has the fields that all of them share (`bus`, `source`,
 * `subject`). Nothing else is changed. Throws a `DefinitionError` that names each invalid state and field.
 */
export function expand(definition: object, options: ExpandOptions = {}): { [field: string]: unknown } {
  const deep = depthFaults(definition, MAX_NESTING);
  if (deep.length > 0) throw new DefinitionError("", deep);
  const { Callboard: shared = {}, ...machine } = definition as Fields;
  if (!isFields(machine.States)) throw new DefinitionError("", ["States: missing"]);
  const faults = isFields(shared) ? sharedFaults(shared) : ["Callboard: expected an object"];
  const { QueryLanguage: language = "JSONPath" } = machine;
  if (language !== "JSONata" && language !== "JSONPath") faults.push("QueryLanguage: JSONata or JSONPath");
  if (faults.length > 0) throw new DefinitionError("", faults);
  const walk: Walk = {
    language: language as QueryLanguage,
    shared: { ...(shared as Fields), ...(options.bus === undefined ? {} : { bus: options.bus }) },
    faults: [],
    names: new Map(),
  };
  const expanded = expandMachine(walk, machine, "", {});
  if (walk.faults.length > 0) throw new DefinitionError("", walk.faults);
  return expanded;
}

const sharedFaults = (shared: Fields): string[] =>
  Object.keys(shared)
    .filter((field) => !["bus", "source", "subject"].includes(field))
    .map((field) => `Callboard.${field}: unknown; all states share only bus, source and subject`);

interface Walk {
  readonly language: QueryLanguage;
  readonly shared: Fields;
  readonly faults: string[];
  /** The place of each state, by name: names must be unique in a machine. */
  readonly names: Map<string, string>;
}

/** What states inside a Map or branch inherit from the states around them. */
interface Around {
  /** Items are processed in parallel, within one execution. */
  readonly inParallel?: boolean;
  /** Items have executions of their own, which cannot wait for people. */
  readonly express?: boolean;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A machine, branch or item processor with complete states. */
function expandMachine(walk: Walk, machine: Fields, path: string, around: Around): Record<string, unknown> {
  if (!isFields(machine.States)) return machine;
  const all: [string, unknown][] = [];
  const checks: ((States: Fields) => void)[] = [];
  for (const [name, state] of Object.entries(machine.States)) {
    const at = `${path}States.${name}`;
    const made = isFields(state) ? expandState(walk, name, state, at, around) : { [name]: state };
    for (const one of Object.keys(made)) checkName(walk, one, at);
    all.push(...Object.entries(made));
    if (isFields(state) && isCallboardState(state))
      checks.push((States) => {
        for (const field of ["Next", "Unanswered"])
          if (typeof state[field] === "string" && !Object.hasOwn(States, state[field]))
            walk.faults.push(`${at}: ${field}: there is no such state`);
      });
  }
  const States = Object.fromEntries(all);
  for (const check of checks) check(States);
  return { ...machine, States };
}

function checkName({ names, faults }: Walk, name: string, at: string): void {
  const other = names.get(name);
  if (other !== undefined) faults.push(`${at}: there is already a state ${name}, from ${other}`);
  names.set(name, at);
}

const isCallboardState = ({ Type }: Fields): boolean => Type === REPORT || Type === ASK;

function expandState(
  walk: Walk,
  name: string,
  state: Fields,
  at: string,
  around: Around,
): Record<string, unknown> {
  if (isCallboardState(state)) return expandCallboardState(walk, name, state, at, around);
  if (typeof state.Type === "string" && state.Type.startsWith("Callboard:"))
    walk.faults.push(`${at}: Type: ${REPORT} or ${ASK}`);
  const inner = (machine: unknown, field: string, inside: Around) =>
    isFields(machine) ? expandMachine(walk, machine, `${at}.${field}.`, inside) : machine;
  if (state.Type === "Parallel" && Array.isArray(state.Branches)) {
    const Branches = state.Branches.map((branch, n) => inner(branch, `Branches.${n}`, around));
    return { [name]: { ...state, Branches } };
  }
  if (state.Type !== "Map") return { [name]: state };
  const field = state.ItemProcessor === undefined ? "Iterator" : "ItemProcessor";
  const processor = inner(state[field], field, aroundItems(state, state[field], around));
  return { [name]: processor === undefined ? state : { ...state, [field]: processor } };
}

function aroundItems({ MaxConcurrency }: Fields, processor: unknown, around: Around): Around {
  const config = isFields(processor) && isFields(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  if (config.Mode === "DISTRIBUTED") return { express: config.ExecutionType === "EXPRESS" };
  return { ...around, inParallel: MaxConcurrency !== 1 || around.inParallel === true };
}

function expandCallboardState(
  { language, shared, faults }: Walk,
  name: string,
  { Type, QueryLanguage, ...state }: Fields,
  at: string,
  around: Around,
): Record<string, unknown> {
  const own = (QueryLanguage ?? language) as QueryLanguage;
  if (own !== "JSONata" && own !== "JSONPath") {
    faults.push(`${at}: QueryLanguage: JSONata or JSONPath`);
    return {};
  }
  // https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
  if (own === "JSONPath" && language === "JSONata")
    faults.push(`${at}: QueryLanguage: a state machine of JSONata cannot have states of JSONPath`);
  const given = { ...shared, ...state, name };
  if (Type === ASK) faults.push(...placeFaults(given, around).map((fault) => `${at}: ${fault}`));
  try {
    const made =
      Type === ASK
        ? askStates(own, given as unknown as AskOptions)
        : reportStates(own, given as unknown as ReportOptions);
    return own === language ? made : inLanguage(own, made);
  } catch (cause) {
    if (!(cause instanceof DefinitionError)) throw cause;
    faults.push(...cause.faults.map((fault) => `${at}: ${fault}`));
    return { [name]: state };
  }
}

/** Whether a value is the same for all items of a Map. */
const sameForAll = (value: unknown): boolean =>
  typeof value === "string" &&
  (!/^(\{%|\$|States\.)/.test(value) ||
    /^(\{%\s*\$states\.context\.Execution\.[\w.]+\s*%\}|\$\$\.Execution\.[\w.]+)$/.test(value));

/** Questions that would supersede each other, or to which no answer could be delivered. */
function placeFaults({ thread, subject }: Fields, { inParallel, express }: Around): string[] {
  if (express) return ["Type: an Express execution cannot wait for an answer"];
  return inParallel && sameForAll(thread) && sameForAll(subject)
    ? [
        "thread: each item of a Map needs its own: include the item's index, or give the Map a MaxConcurrency of 1",
      ]
    : [];
}
