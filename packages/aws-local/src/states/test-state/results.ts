import { AwsError } from "../../endpoint/aws-json.ts";
import type { Json } from "../../json.ts";
import { StateFailure } from "../failure.ts";
import { argumentsOf, inspected } from "../run/fields.ts";
import type { Frame } from "../run/frame.ts";
import { limitsOf, type MapLimits, thresholdFailure, tolerates } from "../run/map-fields.ts";
import { parseResource } from "../run/resource.ts";
import { planTask } from "../run/schedule.ts";
import { runTask } from "../run/task.ts";
import { countIterations } from "./map-inputs.ts";
import type { Mock } from "./mock.ts";
import { readItems } from "./read-items.ts";
import type { Configuration } from "./state-test.ts";

/** A Task's result: its mock, after its arguments were evaluated, or its service's answer. */
export async function taskResult(frame: Frame, mock: Mock | undefined): Promise<Json> {
  if (mock) await planTask(frame, parseResource(frame.state.Resource ?? ""));
  return inspected(frame, "result", mock ? given(mock) : await runTask(frame));
}

/** A Parallel's assumed result. As on AWS, its branches' inputs are not shown. */
export async function parallelResult({ probe, ...frame }: Frame, mock: Mock): Promise<Json> {
  await argumentsOf({ ...frame, ...(probe && { probe: { ...probe, inspect: () => {} } }) });
  return given(mock);
}

/** A Map's assumed result; the Map fails when more iterations have failed than it tolerates. */
export async function mapResult(
  frame: Frame,
  mock: Mock,
  { mapItemReaderData, mapIterationFailureCount: failed }: Configuration,
): Promise<Json> {
  const items = await readItems(frame, mapItemReaderData);
  const limits = await limitsOf(frame);
  for (const [field, limit] of Object.entries(limits)) inspected(frame, field as keyof MapLimits, limit);
  const count = items ? await countIterations(frame, items) : lengthOf(mock);
  if (failed !== undefined && count !== undefined && failed > count) {
    throw new AwsError(
      "ValidationException",
      "Map iteration failure count must be less than or equal to the number of Map iterations",
    );
  }
  const result = given(mock);
  const exceeded = tolerates(limits) && thresholdFailure(limits, count ?? 0, failed ?? 0);
  if (exceeded) throw exceeded;
  return result;
}

function given(mock: Mock): Json {
  if ("result" in mock) return mock.result;
  throw new StateFailure(mock.failure);
}

/** The number of iterations in a result; undefined if it does not say. */
const lengthOf = (mock: Mock): number | undefined =>
  "result" in mock && Array.isArray(mock.result) ? mock.result.length : undefined;
