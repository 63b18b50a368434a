import type { Json, StateDefinition } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { readPath } from "../query/index.ts";
import { evaluateTo, evaluationFailed, inputOf, inspected } from "./fields.ts";
import { type Frame, failRuntime, scopeOf } from "./frame.ts";

/** Iterations that an inline Map runs at once, whatever its definition says, and a distributed one. */
const MOST_CONCURRENT = 40;
const MOST_CONCURRENT_DISTRIBUTED = 1_000;

/** Whether the items of a Map would be executions of their own on AWS; here they are iterations like any others. */
export const isDistributed = ({ ItemProcessor }: StateDefinition): boolean =>
  ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";

/** How much a Map does at once, and how much of it may fail, as its definition says. */
export interface MapLimits {
  /** 0 for as many as there may be. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** How many iterations run at once. */
export function concurrencyOf({ maxConcurrency }: MapLimits, state: StateDefinition): number {
  const most = isDistributed(state) ? MOST_CONCURRENT_DISTRIBUTED : MOST_CONCURRENT;
  return Math.min(maxConcurrency || most, most);
}

/** The failure of a Map of `count` iterations of which `failed` have failed; none while it tolerates them. */
export function thresholdFailure(limits: MapLimits, count: number, failed: number): StateFailure | undefined {
  const { toleratedFailureCount = Infinity, toleratedFailurePercentage: percentage } = limits;
  // With both, the first to be passed counts.
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

/** Whether a Map lets any iteration fail; otherwise the first failure is the Map's. */
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

/** JSONPath: the array to which `ItemsPath` leads from an input. */
export function itemsAtPath(frame: Frame, input: Json): readonly Json[] {
  const path = frame.state.ItemsPath ?? "$";
  const items = readPath(path, input, scopeOf(frame));
  if (isArray(items)) return inspected(frame, "afterItemsPath", items);
  // As AWS says it: without the state, and a path of the context object as one of the input.
  const cause = `Reference path "${path.replace(/^\$\$/, "$")}" must point to array.`;
  throw new StateFailure({ error: "States.Runtime", cause });
}

/** A number that stands in a field, is evaluated there, or is found at the path of another one. */
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
