import { isObject } from "../json.ts";
import type { StateType } from "./asl.ts";
import { checkPaths } from "./check-fields.ts";
import { isInteger, type Place, SCHEMA, type Unchecked } from "./checking.ts";

const RECOVERABLE: readonly StateType[] = ["Task", "Parallel", "Map"];

/** Checks a state's Retry and Catch. */
export function checkHandlers(place: Place, type: StateType, state: Unchecked): void {
  for (const field of ["Retry", "Catch"] as const) {
    const handlers = state[field];
    const location = `${place.location}/${field}`;
    if (handlers === undefined) continue;
    if (!RECOVERABLE.includes(type)) {
      place.report(SCHEMA, `A ${type} state has no '${field}'`, location);
    } else if (!Array.isArray(handlers)) {
      place.report(SCHEMA, `The field '${field}' must be a list`, location);
    } else {
      checkErrors({ ...place, location }, handlers);
      for (const [at, handler] of handlers.entries()) {
        const inner = { ...place, location: `${location}[${at}]` };
        if (isObject(handler)) checkPaths(inner, handler);
        if (field === "Retry") checkRetrier(inner, handler);
        else if (!isObject(handler) || typeof handler.Next !== "string") {
          place.report(SCHEMA, "A catcher must have 'Next'", inner.location);
        }
      }
    }
  }
}

function checkErrors({ report, location }: Place, handlers: readonly unknown[]): void {
  for (const [at, handler] of handlers.entries()) {
    const errors = isObject(handler) ? handler.ErrorEquals : undefined;
    const here = `${location}[${at}]/ErrorEquals`;
    if (!Array.isArray(errors) || errors.length === 0 || !errors.every((name) => typeof name === "string")) {
      report(SCHEMA, "The field 'ErrorEquals' must be a list of names that is not empty", here);
    } else if (errors.includes("States.ALL") && (errors.length > 1 || at < handlers.length - 1)) {
      report(SCHEMA, "'States.ALL' must stand alone, and last", here);
    }
  }
}

function checkRetrier({ report, location }: Place, retrier: unknown): void {
  if (!isObject(retrier)) return;
  const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
  const refuse = (field: string, rule: string) =>
    report(SCHEMA, `${field} must be ${rule}`, `${location}/${field}`);
  if (IntervalSeconds !== undefined && !isInteger(IntervalSeconds, 1, 99_999_999)) {
    refuse("IntervalSeconds", "an integer from 1 to 99999999");
  }
  if (MaxAttempts !== undefined && !isInteger(MaxAttempts, 0, 99_999_999)) {
    refuse("MaxAttempts", "an integer from 0 to 99999999");
  }
  if (BackoffRate !== undefined && !(typeof BackoffRate === "number" && BackoffRate >= 1)) {
    refuse("BackoffRate", "a number of at least 1");
  }
  if (MaxDelaySeconds !== undefined && !isInteger(MaxDelaySeconds, 1, 31_622_400)) {
    refuse("MaxDelaySeconds", "an integer from 1 to 31622400");
  }
  if (JitterStrategy !== undefined && JitterStrategy !== "FULL" && JitterStrategy !== "NONE") {
    refuse("JitterStrategy", "FULL or NONE");
  }
}
