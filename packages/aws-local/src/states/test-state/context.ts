import { isObject, type Json } from "../../json.ts";
import type { StateDefinition } from "../asl.ts";
import { parseResource } from "../run/resource.ts";

type Kind = "string" | "integer" | "any";

/** The allowed members of a given context object, all optional. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Execution: {
    Id: "string",
    Input: "any",
    Name: "string",
    RoleArn: "string",
    StartTime: "string",
    RedriveCount: "integer",
    RedriveTime: "string",
  },
  State: { EnteredTime: "string", Name: "string", RetryCount: "integer" },
  StateMachine: { Id: "string", Name: "string" },
  Task: { Token: "string" },
};

/** The problem of a context object for a test, in AWS's words; undefined if there is none. */
export function contextProblem(context: Json, state: StateDefinition): string | undefined {
  if (!isObject(context)) return "it must be a JSON object";
  for (const [name, part] of Object.entries(context)) {
    if (name === "Map") return "'Map' field is not supported when mocking a Context object";
    const fields = Object.hasOwn(FIELDS, name) ? FIELDS[name]! : undefined;
    if (!fields) return `Field '${name}' is not allowed`;
    if (!isObject(part)) return `${name} must be an object`;
    for (const [field, value] of Object.entries(part)) {
      const kind = Object.hasOwn(fields, field) ? fields[field]! : undefined;
      if (!kind) return `Field '${field}' is not allowed`;
      if (!isOf(kind, value))
        return `${name}.${field} must be ${kind === "string" ? "a string" : "an integer"}`;
    }
  }
  if (context.Task !== undefined && !waitsOrSyncs(state)) {
    return "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern";
  }
  return undefined;
}

const isOf = (kind: Kind, value: Json): boolean =>
  kind === "any" || (kind === "string" ? typeof value === "string" : Number.isInteger(value));

const waitsOrSyncs = ({ Type, Resource }: StateDefinition): boolean =>
  Type === "Task" && Resource !== undefined && parseResource(Resource).pattern !== "request";
