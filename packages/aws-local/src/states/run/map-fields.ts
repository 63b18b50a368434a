import type { Json, StateDefinition } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { readPath } from "../query/index.ts";
import { evaluateTo, evaluationFailed, inputOf, inspected } from "./fields.ts";
import { type Frame, failRuntime, scopeOf } from "./frame.ts";

/** Most iterations at the same time: of an inline Map, whatever its definition says, and of a distributed one. */
const MAX_CONCURRENT = 40;
const MAX_CONCURRENT_DISTRIBUTED = 1_000;

/** Whether a Map's items would be separate executions on AWS; here they are ordinary iterations. */
export const isDistributed = ({ ItemProcessor }: StateDefinition): boolean =>
  ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";

/** A Map's limits of concurrency and of failures, from its definition. */
export interface MapLimits {
  /** 0: no limit. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** How many iterations run at the same time. */
export function concurrencyOf({ maxConcurrency }: MapLimits, state: StateDefinition): number {
  const most = isDistributed(state) ? MAX_CONCURRENT_DISTRIBUTED : MAX_CONCURRENT;
  return Math.min(maxConcurrency || most, most);
}

/** The failure of a Map of `count` iterations with `failed` failures; undefined while it tolerates them. */
export function thresholdFailure(limits: MapLimits, count: number, failed: number): StateFailure | undefined {
  const { toleratedFailureCount = Infinity, toleratedFailurePercentage: percentage } = limits;
  // With both limits, the one that is exceeded first counts.
  const tolerated = Math.min(
    toleratedFailureCount,
    percentage === undefined ? Infinity : (count * percentage) / 100,
  );
  if (failed <= tolerated) return undefined;
  return new StateFailure({
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  });
}

/** Whether a Map tolerates any failed iteration; otherwise the first failure fails the Map. */
export const tolerates = (limits: MapLimits): boolean =>
  limits.toleratedFailureCount !== undefined || limits.toleratedFailurePercentage !== undefined;

/** Evaluates the limits of a Map, from values, JSONata or paths. */
export async function limitsOf(frame: Frame): Promise<MapLimits> {
  const { state } = frame;
  const concurrency = await integerOf(
    frame,
    "MaxConcurrency",
    state.MaxConcurrency,
    state.MaxConcurrencyPath,
  );
  const count = await integerOf(
    frame,
    "ToleratedFailureCount",
    state.ToleratedFailureCount,
    state.ToleratedFailureCountPath,
  );
  const percentage = await integerOf(
    frame,
    "ToleratedFailurePercentage",
    state.ToleratedFailurePercentage,
    state.ToleratedFailurePercentagePath,
  );
  return {
    maxConcurrency: concurrency ?? 0,
    ...(count !== undefined && { toleratedFailureCount: count }),
    ...(percentage !== undefined && { toleratedFailurePercentage: percentage }),
  };
}

/** The array that a Map iterates over. */
export async function itemsOf(frame: Frame): Promise<readonly Json[]> {
  const { state, visit } = frame;
  if (frame.language === "JSONata") {
    if (state.Items !== undefined) return evaluateTo(frame, "Items", state.Items, "array", isArray);
    if (isArray(visit.input)) return visit.input;
    const detail = `Map state input must be an array but was: ${JSON.stringify(visit.input)}`;
    throw evaluationFailed(frame, "Items", "States.QueryEvaluationError", detail);
  }
  return itemsAtPath(frame, inputOf(frame));
}

/** JSONPath: the array at `ItemsPath` of an input. */
export function itemsAtPath(frame: Frame, input: Json): readonly Json[] {
  const path = frame.state.ItemsPath ?? "$";
  const items = readPath(path, input, scopeOf(frame));
  if (isArray(items)) return inspected(frame, "afterItemsPath", items);
  // AWS's message has no state's name, and shows a path of the context object like one of the input.
  const cause = `Reference path "${path.replace(/^\$\$/, "$")}" must point to array.`;
  throw new StateFailure({ error: "States.Runtime", cause });
}

/** A number from a field: a value, an expression, or a path in the field's `…Path`. */
export async function integerOf(
  frame: Frame,
  field: string,
  value: number | string | undefined,
  path: string | undefined,
): Promise<number | undefined> {
  if (path !== undefined) {
    const found = readPath(path, inputOf(frame), scopeOf(frame));
    if (isCount(found)) return found;
    return failRuntime(
      frame,
      `The ${field}Path field refers to value ${JSON.stringify(found)} which is not a valid integer: ${path}`,
    );
  }
  if (value === undefined || typeof value === "number") return value;
  if (typeof value !== "string") return failRuntime(frame, `The ${field} field is not a valid integer`);
  return evaluateTo(frame, field, value, "integer", isCount);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isCount(value: Json): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
