import type { Json, StateDefinition } from "../asl.ts";
import { readPath } from "../query/index.ts";
import { evaluateTo, evaluationFailed, inputOf } from "./fields.ts";
import { type Frame, failRuntime, scopeOf } from "./frame.ts";

/** Iterations that an inline Map runs at once, whatever its definition says, and a distributed one. */
const MOST_CONCURRENT = 40;
const MOST_CONCURRENT_DISTRIBUTED = 1_000;

/** Whether the items of a Map would be executions of their own on AWS; here they are iterations like any others. */
export const isDistributed = ({ ItemProcessor }: StateDefinition): boolean =>
  ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";

/** How much a Map does at once, and how much of it may fail. */
export interface MapLimits {
  readonly concurrency: number;
  /** How many of `count` iterations may fail; without it the first failure is the Map's. */
  readonly tolerated?: (count: number) => number;
}

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
  const tolerates = count !== undefined || percentage !== undefined;
  const most = isDistributed(state) ? MOST_CONCURRENT_DISTRIBUTED : MOST_CONCURRENT;
  return {
    concurrency: concurrency ? Math.min(concurrency, most) : most,
    ...(tolerates && {
      // With both, the first to be passed counts.
      tolerated: (all: number) =>
        Math.min(count ?? Infinity, percentage === undefined ? Infinity : (all * percentage) / 100),
    }),
    ...(!tolerates && isDistributed(state) && { tolerated: () => 0 }),
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
  const path = state.ItemsPath ?? "$";
  const items = readPath(path, inputOf(frame), scopeOf(frame));
  return isArray(items) ? items : failRuntime(frame, `Reference path "${path}" must point to array.`);
}

/** A count that a field says: a number, JSONata, or by the path beside it. */
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
  if (typeof value !== "string") return value;
  return evaluateTo(frame, field, value, "integer", isCount);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isCount(value: Json): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
