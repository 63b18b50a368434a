import { isObject } from "../json.ts";
import { TaskFailure } from "../states/integration.ts";

/** A Task's arguments as an object; a service's request cannot be anything else. */
export function objectArguments(value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw invalid("the arguments must be an object");
}

/** A required string among the arguments. */
export function requiredString(from: Readonly<Record<string, unknown>>, name: string): string {
  const value = from[name];
  if (typeof value === "string" && value !== "") return value;
  throw invalid(`${name} must be a string`);
}

/** An optional string among the arguments. */
export function optionalString(from: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return from[name] === undefined || from[name] === null ? undefined : requiredString(from, name);
}

/** The failure of a Task whose arguments are invalid for the service; a retry does not help. */
export function invalid(why: string): TaskFailure {
  return new TaskFailure("States.Runtime", why);
}

/** The largest input or output of a Task, in bytes of UTF-8. */
export const MAX_DATA_BYTES = 262_144;

/** The failure of a Task whose answer is over the limit. */
export function tooMuchData(): TaskFailure {
  return new TaskFailure(
    "States.DataLimitExceeded",
    `The service returned a result with a size exceeding the maximum number of bytes service limit (${MAX_DATA_BYTES}).`,
  );
}
