import { isObject } from "../json.ts";
import type { StateType } from "./asl.ts";
import { isInteger, type Place, SCHEMA, type Unchecked } from "./checking.ts";

const MAX_SECONDS = 99_999_999;

const JSONPATH_ONLY = [
  "InputPath",
  "OutputPath",
  "ResultPath",
  "Parameters",
  "ResultSelector",
  "ItemsPath",
  "SecondsPath",
  "TimestampPath",
  "ErrorPath",
  "CausePath",
  "TimeoutSecondsPath",
  "HeartbeatSecondsPath",
  "MaxConcurrencyPath",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentagePath",
];
const JSONATA_ONLY = ["Arguments", "Output", "Items"];

/** Checks a state's fields for its type and language. */
export function checkFields(place: Place, type: StateType, state: Unchecked): void {
  checkLanguage(place, state);
  checkPaths(place, state);
  const check = CHECKS[type];
  check?.(place, state);
}

const CHECKS: Partial<Record<StateType, (place: Place, state: Unchecked) => void>> = {
  Task(place, state) {
    if (typeof state.Resource !== "string" || !state.Resource.startsWith("arn:")) {
      place.report(SCHEMA, "The field 'Resource' must be an ARN", `${place.location}/Resource`);
    }
    checkSeconds(place, state, "TimeoutSeconds", 1);
    checkSeconds(place, state, "HeartbeatSeconds", 1);
    const { TimeoutSeconds, HeartbeatSeconds } = state;
    if (typeof TimeoutSeconds === "number" && typeof HeartbeatSeconds === "number") {
      if (HeartbeatSeconds < TimeoutSeconds) return;
      place.report(SCHEMA, "HeartbeatSeconds must be smaller than TimeoutSeconds", place.location);
    }
  },
  Wait(place, state) {
    oneOf(place, state, ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]);
    checkSeconds(place, state, "Seconds", 0);
  },
  Choice(place, state) {
    const { Choices } = state;
    const at = `${place.location}/Choices`;
    if (!Array.isArray(Choices) || Choices.length === 0) {
      return place.report(SCHEMA, "The field 'Choices' must be a list that is not empty", at);
    }
    for (const [index, rule] of Choices.entries()) {
      const location = `${at}[${index}]`;
      if (!isObject(rule) || typeof rule.Next !== "string") {
        place.report(SCHEMA, "A choice rule must have 'Next'", location);
      } else if (languageIn(place, state) === "JSONata" && rule.Condition === undefined) {
        place.report(SCHEMA, "A choice rule in JSONata must have 'Condition'", location);
      } else if (languageIn(place, state) === "JSONPath" && !isComparison(rule)) {
        place.report(SCHEMA, "A choice rule must have 'Variable', 'And', 'Or' or 'Not'", location);
      }
    }
  },
  Parallel(place, state) {
    const { Branches } = state;
    if (Array.isArray(Branches) && Branches.length > 0) return;
    const message = Array.isArray(Branches) ? "Value cannot be empty" : "The field 'Branches' must be a list";
    place.report(SCHEMA, message, `${place.location}/Branches`);
  },
  Map(place, state) {
    oneOf(place, state, ["ItemProcessor", "Iterator"]);
    const isDistributed = modeOf(state) === "DISTRIBUTED";
    for (const field of ["ItemReader", "ItemBatcher", "ResultWriter"]) {
      if (state[field] === undefined) continue;
      const location = `${place.location}/${field}`;
      if (!isDistributed) place.report(SCHEMA, `The field '${field}' needs a distributed Map`, location);
      else checkPart(place, field, state[field]);
    }
    if (!isDistributed || !isObject(state.ItemReader)) return;
    checkPart(place, "ItemReader/ReaderConfig", state.ItemReader.ReaderConfig);
    if (typeof state.ItemReader.Resource !== "string")
      place.report(SCHEMA, "The field 'Resource' must be an ARN", `${place.location}/ItemReader/Resource`);
  },
  Fail(place, state) {
    for (const field of ["Error", "Cause"]) {
      if (state[field] === undefined || typeof state[field] === "string") continue;
      place.report(SCHEMA, `The field '${field}' must be a string`, `${place.location}/${field}`);
    }
  },
};

function checkPart(place: Place, field: string, part: unknown): void {
  if (part === undefined) return;
  const location = `${place.location}/${field}`;
  if (isObject(part)) checkPaths({ ...place, location }, part);
  else place.report(SCHEMA, `The field '${field}' must be an object`, location);
}

function modeOf({ ItemProcessor }: Unchecked): unknown {
  const config = isObject(ItemProcessor) ? ItemProcessor.ProcessorConfig : undefined;
  return isObject(config) ? config.Mode : undefined;
}

function isComparison(rule: Unchecked): boolean {
  return ["Variable", "And", "Or", "Not"].some((field) => rule[field] !== undefined);
}

function languageIn({ machineLanguage }: Place, state: Unchecked): unknown {
  return state.QueryLanguage ?? machineLanguage ?? "JSONPath";
}

function checkLanguage(place: Place, state: Unchecked): void {
  const language = languageIn(place, state);
  if (language !== "JSONata" && language !== "JSONPath") {
    place.report(SCHEMA, "QueryLanguage must be JSONata or JSONPath", `${place.location}/QueryLanguage`);
    return;
  }
  if (place.machineLanguage === "JSONata" && language === "JSONPath") {
    const message = "QueryLanguage cannot be JSONPath in a machine whose language is JSONata";
    place.report(SCHEMA, message, `${place.location}/QueryLanguage`);
  }
  for (const field of language === "JSONata" ? JSONPATH_ONLY : JSONATA_ONLY) {
    if (state[field] === undefined) continue;
    const message = `The field '${field}' is not supported when QueryLanguage is ${language}`;
    place.report(SCHEMA, message, `${place.location}/${field}`);
  }
}

const MAY_BE_NULL = ["InputPath", "OutputPath", "ResultPath"];

/** Checks that a path is text or, where that has a meaning, null. */
export function checkPaths({ report, location }: Place, fields: Unchecked): void {
  for (const [field, value] of Object.entries(fields)) {
    if (!field.endsWith("Path") || typeof value === "string") continue;
    if (value === undefined || (value === null && MAY_BE_NULL.includes(field))) continue;
    report(SCHEMA, `The field '${field}' must be a path`, `${location}/${field}`);
  }
}

function oneOf(place: Place, state: Unchecked, fields: readonly string[]): void {
  if (fields.filter((field) => state[field] !== undefined).length === 1) return;
  place.report(SCHEMA, `A ${state.Type} state must have exactly one of ${fields.join(", ")}`, place.location);
}

function checkSeconds(place: Place, state: Unchecked, field: string, least: number): void {
  const value = state[field];
  if (value === undefined || isInteger(value, least, MAX_SECONDS)) return;
  if (typeof value === "string" && languageIn(place, state) === "JSONata") return;
  const message = `The field '${field}' must be an integer from ${least} to ${MAX_SECONDS}`;
  place.report(SCHEMA, message, `${place.location}/${field}`);
}
