import { isObject } from "../json.ts";
import { STATE_TYPES, type StateType } from "./asl.ts";
import { checkFields } from "./check-fields.ts";
import { checkHandlers } from "./check-handlers.ts";
import {
  type DefinitionProblem,
  isInteger,
  type Place,
  type Report,
  SCHEMA,
  type Unchecked,
} from "./checking.ts";

/** Checks a whole machine: https://states-language.net/spec.html. */
export function checkBlock(machine: unknown): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const report: Report = (code, message, location) => problems.push({ code, message, location });
  if (!isObject(machine)) {
    report(SCHEMA, "The definition must be an object", "/");
    return problems;
  }
  const { QueryLanguage, TimeoutSeconds } = machine;
  if (QueryLanguage !== undefined && QueryLanguage !== "JSONata" && QueryLanguage !== "JSONPath") {
    report(SCHEMA, "QueryLanguage must be JSONata or JSONPath", "/QueryLanguage");
  }
  if (TimeoutSeconds !== undefined && !isInteger(TimeoutSeconds, 1, 99_999_999)) {
    report(SCHEMA, "TimeoutSeconds must be an integer from 1 to 99999999", "/TimeoutSeconds");
  }
  checkStates({ report, location: "", machineLanguage: QueryLanguage }, machine);
  return problems;
}

function checkStates(outer: Place, block: Unchecked): void {
  const { report, location } = outer;
  const { StartAt, States } = block;
  if (!isObject(States) || Object.keys(States).length === 0) {
    report(SCHEMA, "The required field 'States' is missing or empty", `${location}/States`);
    return;
  }
  const names = new Set(Object.keys(States));
  if (typeof StartAt !== "string") {
    report(SCHEMA, "The required field 'StartAt' is missing", `${location}/StartAt`);
  } else if (!names.has(StartAt)) {
    report("MISSING_TRANSITION_TARGET", `Missing 'StartAt' target: ${StartAt}`, `${location}/StartAt`);
  }
  const reached = new Set([StartAt]);
  for (const [name, state] of Object.entries(States)) {
    const place = { ...outer, location: `${location}/States/${name}` };
    if (name.length > 80) report(SCHEMA, "A state's name is at most 80 characters", place.location);
    if (!isObject(state)) {
      report(SCHEMA, "A state must be an object", place.location);
      continue;
    }
    checkState(place, state);
    for (const [target, field] of targetsOf(state)) {
      if (target !== name) reached.add(target);
      if (!names.has(target)) {
        const at = `${place.location}/${field}`;
        report("MISSING_TRANSITION_TARGET", `Missing '${field}' target: ${target}`, at);
      }
    }
  }
  for (const name of names) {
    if (!reached.has(name)) {
      const message = `State "${name}" is not reachable.`;
      report("MISSING_TRANSITION_TARGET", message, `${location}/States/${name}`);
    }
  }
}

function checkState(place: Place, state: Unchecked): void {
  const { report, location } = place;
  const type = STATE_TYPES.find((known) => known === state.Type);
  if (!type) {
    const types = STATE_TYPES.join(", ");
    report(SCHEMA, `The field 'Type' should have one of these values: [${types}]`, `${location}/Type`);
    return;
  }
  checkTransition(place, type, state);
  checkFields(place, type, state);
  checkHandlers(place, type, state);
  for (const [field, block] of blocksOf(state)) {
    const inner = { ...place, location: `${location}/${field}` };
    if (isObject(block)) checkStates(inner, block);
    else report(SCHEMA, "A block of states must be an object", inner.location);
  }
}

function checkTransition({ report, location }: Place, type: StateType, state: Unchecked): void {
  const { Next, End } = state;
  if (Next !== undefined && typeof Next !== "string")
    report(SCHEMA, "Next must be a string", `${location}/Next`);
  if (type === "Succeed" || type === "Fail" || type === "Choice") {
    if (Next !== undefined || End !== undefined) {
      report(SCHEMA, `A ${type} state has neither Next nor End`, location);
    }
  } else if ((Next === undefined) === (End !== true)) {
    report(SCHEMA, "A state must have either 'Next' or 'End': true", location);
  }
}

function* targetsOf(state: Unchecked): Generator<[target: string, field: string]> {
  if (typeof state.Next === "string") yield [state.Next, "Next"];
  if (state.Type === "Choice" && typeof state.Default === "string") yield [state.Default, "Default"];
  for (const field of ["Choices", "Catch"] as const) {
    const rules = state[field];
    if (!Array.isArray(rules)) continue;
    for (const [at, rule] of rules.entries()) {
      if (isObject(rule) && typeof rule.Next === "string") yield [rule.Next, `${field}[${at}]/Next`];
    }
  }
}

function* blocksOf(state: Unchecked): Generator<[field: string, block: unknown]> {
  if (state.Type === "Parallel" && Array.isArray(state.Branches)) {
    for (const [at, branch] of state.Branches.entries()) yield [`Branches[${at}]`, branch];
  }
  if (state.Type !== "Map") return;
  if (state.ItemProcessor !== undefined) yield ["ItemProcessor", state.ItemProcessor];
  else if (state.Iterator !== undefined) yield ["Iterator", state.Iterator];
}
