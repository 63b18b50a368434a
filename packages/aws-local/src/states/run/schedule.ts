import type { Json } from "../asl.ts";
import { readPath } from "../query/index.ts";
import { argumentsOf, evaluate, evaluationFailed, inputOf } from "./fields.ts";
import { contextOf, type Frame, failRuntime, scopeOf, serialize } from "./frame.ts";
import type { TaskResource } from "./resource.ts";

const MAX_SECONDS = 99_999_999;

/** Evaluates a task's arguments and limits and records it, with a new token if it waits for one. */
export async function schedule(frame: Frame, resource: TaskResource): Promise<void> {
  const { around, execution, flow } = frame;
  const token = resource.pattern === "waitForTaskToken" ? around.newToken(execution) : undefined;
  const context = contextOf(frame, token === undefined ? {} : { Task: { Token: token } });
  const { seconds, heartbeat, parameters } = await planTask(frame, resource, context);
  const limits = {
    ...(seconds !== undefined && { timeoutInSeconds: seconds }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  const memo = {
    ...(token !== undefined && { token }),
    ...(seconds !== undefined && { deadline: around.clock.now() + seconds * 1000 }),
    ...(heartbeat !== undefined && { heartbeatMs: heartbeat * 1000 }),
  };
  if (resource.isFunction) {
    const details = { ...resource.details, input: parameters, inputDetails: { truncated: false }, ...limits };
    execution.write(flow, "LambdaFunctionScheduled", details, { memo });
    execution.write(flow, "LambdaFunctionStarted");
  } else {
    const details = { ...resource.details, region: around.region, parameters, ...limits };
    execution.write(flow, "TaskScheduled", details, { memo });
    execution.write(flow, "TaskStarted", resource.details);
  }
}

/** Evaluates a task's timeouts, in seconds, and its service's input, as text. */
export async function planTask(frame: Frame, resource: TaskResource, context = contextOf(frame)) {
  const { state } = frame;
  const seconds = await secondsOf(frame, "TimeoutSeconds", state.TimeoutSeconds, state.TimeoutSecondsPath);
  const heartbeat =
    resource.pattern === "waitForTaskToken"
      ? await secondsOf(frame, "HeartbeatSeconds", state.HeartbeatSeconds, state.HeartbeatSecondsPath)
      : undefined;
  const parameters = serialize(await argumentsOf(frame, context), state.Resource ?? "");
  return { seconds, heartbeat, parameters };
}

async function secondsOf(
  frame: Frame,
  field: string,
  value: number | string | undefined,
  path: string | undefined,
): Promise<number | undefined> {
  if (path !== undefined) {
    const found = readPath(path, inputOf(frame), scopeOf(frame));
    if (isSeconds(found)) return found;
    return failRuntime(
      frame,
      `The ${field}Path parameter does not reference an integer from 1 to ${MAX_SECONDS}: ${path} == ${JSON.stringify(found)}`,
    );
  }
  if (typeof value !== "string") return value;
  const found = await evaluate(frame, field, value);
  if (isSeconds(found)) return found;
  const detail = `The JSONata expression '${value.slice(2, -2).trim()}' specified for the field '${field}' did not return an integer from 1 to ${MAX_SECONDS}: ${JSON.stringify(found)}`;
  throw evaluationFailed(frame, field, "States.QueryEvaluationError", detail);
}

function isSeconds(value: Json): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SECONDS;
}
