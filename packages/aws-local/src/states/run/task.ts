import { StoreFailure } from "../../store/store.ts";
import type { Json } from "../asl.ts";
import { Cancelled, StateFailure, shortened } from "../failure.ts";
import { NotServed, TaskFailure } from "../integration.ts";
import { expiryOf, retriesOf } from "../projection.ts";
import type { Failure } from "../records.ts";
import { type Frame, integrationOf, notServed, serialize } from "./frame.ts";
import { failureFrom } from "./leave.ts";
import { parseResource, type TaskResource } from "./resource.ts";
import { schedule } from "./schedule.ts";
import { sleepUntil } from "./wait.ts";

/** Wait before a service that cannot write is called again. */
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/**
 * Task: calls its service, and with `.waitForTaskToken` waits for the token. If a task has no result when the execution
 * continues after a restart, its call is repeated, with the same arguments and token.
 */
export async function runTask(frame: Frame): Promise<Json> {
  const { visit, execution } = frame;
  const resource = parseResource(frame.state.Resource ?? "");
  if (visit.position.at !== "scheduled") await schedule(frame, resource);
  // The process must not forget that it made the call.
  await execution.written();
  await untilSettled(frame, resource);
  return settledResult(frame);
}

function settledResult(frame: Frame): Json {
  const { position } = frame.visit;
  if (position.at === "succeeded") return position.result;
  if (position.at === "failed") throw new StateFailure(position.failure);
  throw new Cancelled();
}

type Happening =
  | { readonly kind: "answered"; readonly value: Json }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "look" };

async function untilSettled(frame: Frame, resource: TaskResource): Promise<void> {
  const { visit, around } = frame;
  const over = new AbortController();
  let call = calls(frame, resource) ? invoke(frame, resource, over.signal) : undefined;
  try {
    for (;;) {
      const task = visit.position;
      if (task.at !== "scheduled") return;
      const expiry = expiryOf(task);
      if (around.clock.now() >= expiry) return timeOut(frame, resource, expiry !== task.deadline);
      const happening = await nextHappening(frame, expiry, call);
      // The token may have come back before the call that issued it.
      if (happening.kind === "look" || visit.position.at !== "scheduled") continue;
      call = undefined;
      if (happening.kind === "answered") answered(frame, resource, happening.value);
      else failed(frame, resource, happening.failure);
    }
  } finally {
    over.abort();
  }
}

/** With a token, a call that was answered before is not repeated. */
function calls(frame: Frame, resource: TaskResource): boolean {
  const { position } = frame.visit;
  return position.at === "scheduled" && !(resource.pattern === "waitForTaskToken" && position.submitted);
}

/** Makes the call, and repeats it while its service cannot write. */
async function invoke(frame: Frame, resource: TaskResource, signal: AbortSignal): Promise<Happening> {
  const { clock } = frame.around;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    const happening = await attempt(frame, resource, signal);
    if (happening !== "unwritten") return happening;
    const isOver = await sleepUntil(clock, clock.now() + pause, signal).then(
      () => false,
      () => true,
    );
    if (isOver) return { kind: "look" };
  }
}

async function attempt(
  frame: Frame,
  resource: TaskResource,
  signal: AbortSignal,
): Promise<Happening | "unwritten"> {
  const { execution, visit, probe } = frame;
  const { position } = visit;
  if (position.at !== "scheduled") return { kind: "look" };
  const { start, redriveCount } = execution.projection;
  try {
    const integration = integrationOf(frame, resource.resource, resource.pattern);
    const value = await integration({
      resource: resource.resource,
      arguments: position.arguments,
      pattern: resource.pattern,
      executionArn: start.executionArn,
      stateMachineArn: start.stateMachineArn,
      stateName: visit.name,
      id: [visit.enteredId, redriveCount, retriesOf(visit)].join("."),
      scheduledAt: position.scheduledAt,
      signal,
      ...(probe?.trace && { trace: probe.trace }),
    });
    return { kind: "answered", value };
  } catch (cause) {
    if (cause instanceof StoreFailure) return "unwritten";
    if (cause instanceof NotServed)
      return { kind: "refused", failure: notServed(frame, frame.state.Resource ?? "", cause) };
    if (cause instanceof TaskFailure) {
      return { kind: "refused", failure: { error: cause.error, cause: cause.detail } };
    }
    const detail = cause instanceof Error ? cause.message : String(cause);
    return { kind: "refused", failure: { error: "States.TaskFailed", cause: detail } };
  }
}

/** The next event that concerns the task; throws `Cancelled` when its flow is cancelled. */
function nextHappening(
  { around, execution, flow, signal }: Frame,
  expiry: number,
  call: Promise<Happening> | undefined,
): Promise<Happening> {
  return new Promise((done, fail) => {
    const check = () => finish(() => done({ kind: "look" }));
    const abort = () => finish(() => fail(new Cancelled()));
    const forget = execution.onTask(flow, check);
    const cancel = Number.isFinite(expiry)
      ? around.clock.after(Math.max(0, expiry - around.clock.now()), check)
      : () => {};
    const finish = (end: () => void) => {
      forget();
      cancel();
      signal.removeEventListener("abort", abort);
      end();
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    call?.then((happening) => finish(() => done(happening)));
  });
}

function answered(frame: Frame, resource: TaskResource, value: Json): void {
  const { execution, flow } = frame;
  try {
    const output = serialize(value, frame.state.Resource ?? "");
    const details = { output, outputDetails: { truncated: false } };
    if (resource.isFunction) execution.write(flow, "LambdaFunctionSucceeded", details);
    else {
      // Without its TaskSubmitted, the task is only submitted again, with the same token.
      const mayBeLost = resource.pattern === "waitForTaskToken";
      const type = mayBeLost ? "TaskSubmitted" : "TaskSucceeded";
      execution.write(flow, type, { ...resource.details, ...details }, { mayBeLost });
    }
  } catch (cause) {
    failed(frame, resource, failureFrom(frame, cause));
  }
}

function failed(frame: Frame, resource: TaskResource, failure: Failure): void {
  const { execution, flow } = frame;
  const { error, cause } = shortened(failure);
  if (resource.isFunction) execution.write(flow, "LambdaFunctionFailed", { error, cause });
  else {
    const type = resource.pattern === "waitForTaskToken" ? "TaskSubmitFailed" : "TaskFailed";
    execution.write(flow, type, { ...resource.details, error, cause });
  }
}

function timeOut(frame: Frame, resource: TaskResource, heartbeatMissed: boolean): void {
  const { execution, flow } = frame;
  const memo = heartbeatMissed ? { heartbeatMissed } : {};
  if (resource.isFunction)
    execution.write(flow, "LambdaFunctionTimedOut", { error: "States.Timeout" }, { memo });
  else execution.write(flow, "TaskTimedOut", { ...resource.details, error: "States.Timeout" }, { memo });
}
