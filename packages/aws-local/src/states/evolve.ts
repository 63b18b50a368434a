import type { Json, MachineDefinition } from "./asl.ts";
import { evolveRedrive } from "./evolve-redrive.ts";
import { detailsOf, type HistoryEvent, statusAfter } from "./history.ts";
import {
  dropChildren,
  type Flow,
  lastEventIn,
  type Projection,
  ROOT,
  type ScheduledTask,
  stateOf,
  type Visit,
} from "./projection.ts";
import type { ExecutionRecord, ExecutionStart, Failure, Memo } from "./records.ts";

/** Folds the records of an execution. The first is its `start`. */
export function replay(records: readonly ExecutionRecord[]): Projection {
  const [first, ...rest] = records;
  if (first?.kind !== "start") throw new Error("the records of an execution begin with its start");
  const projection = begin(first.start);
  for (const record of rest) evolve(projection, record);
  return projection;
}

/** A new execution. */
export function begin(start: ExecutionStart): Projection {
  return {
    start,
    machine: JSON.parse(start.definition) as MachineDefinition,
    input: JSON.parse(start.input),
    history: [],
    flows: new Map(),
    tokens: new Map(),
    statusChanges: [],
    announced: 0,
    status: "RUNNING",
    redriveCount: 0,
    clientTokens: [],
  };
}

/** Applies one record. A running execution and a replayed one are the same, because both use only this function. */
export function evolve(projection: Projection, record: ExecutionRecord): void {
  if (record.kind === "start") throw new Error("an execution starts once");
  if (record.kind === "event") {
    projection.history.push(record.event);
    takeEvent(projection, record);
    return;
  }
  const flow = flowOf(projection, record.flow);
  const visit = visitOf(flow);
  switch (record.kind) {
    case "wait":
      visit.position = { at: "waiting", until: record.until };
      return;
    case "retry":
      visit.retries[record.retrier] = (visit.retries[record.retrier] ?? 0) + 1;
      visit.position = { at: "backoff", until: record.until };
      flow.lastEventId = lastEventIn(flow);
      dropChildren(projection, visit);
      return;
    case "heartbeat":
      if (visit.position.at === "scheduled") visit.position = { ...visit.position, aliveAt: record.at };
  }
}

function takeEvent(
  projection: Projection,
  { event, flow, memo = {} }: Extract<ExecutionRecord, { kind: "event" }>,
): void {
  if (event.type.startsWith("Execution")) evolveExecution(projection, event, memo);
  else if (event.type.startsWith("MapIteration")) {
    evolveIteration(projection, flowOf(projection, flow), event, memo);
  } else evolveFlow(projection, flowOf(projection, flow), event, memo);
}

function evolveExecution(projection: Projection, event: HistoryEvent, memo: Memo): void {
  projection.status = statusAfter(event);
  projection.statusChanges.push(event);
  if (event.type === "ExecutionStarted") {
    addFlow(projection, {
      id: ROOT,
      index: 0,
      variables: {},
      // AWS gives the first state's event the previous event 0, not the start's 1.
      lastEventId: 0,
      input: projection.input,
      next: projection.machine.StartAt,
    });
    return;
  }
  if (event.type === "ExecutionRedriven") {
    evolveRedrive(projection, event, memo);
    return;
  }
  const { output, error, cause } = detailsOf(event) as { output?: string } & Failure;
  projection.stoppedAt = event.timestamp;
  if (output !== undefined) projection.output = output;
  if (error !== undefined) projection.error = error;
  if (cause !== undefined) projection.cause = cause;
}

function evolveFlow(projection: Projection, flow: Flow, event: HistoryEvent, memo: Memo): void {
  // As on AWS, the event after the end of a Parallel or a Map refers to the last event inside it.
  if (!/^(Parallel|Map)StateSucceeded$/.test(event.type)) flow.lastEventId = event.id;
  if (event.type.endsWith("StateEntered")) enter(flow, event);
  else if (event.type.endsWith("StateExited")) exit(projection, flow, event, memo);
  else evolveVisit(projection, flow, event, memo);
}

function evolveVisit(projection: Projection, flow: Flow, event: HistoryEvent, memo: Memo): void {
  const details = detailsOf(event) as { input?: string; output?: string; parameters?: string } & Failure;
  const visit = visitOf(flow);
  switch (event.type) {
    case "TaskScheduled":
    case "LambdaFunctionScheduled": {
      const task: ScheduledTask = {
        at: "scheduled",
        resource: resourceOf(event),
        arguments: JSON.parse(details.parameters ?? details.input ?? "null"),
        ...(memo.token === undefined ? {} : { token: memo.token }),
        ...(memo.deadline === undefined ? {} : { deadline: memo.deadline }),
        ...(memo.heartbeatMs === undefined ? {} : { heartbeatMs: memo.heartbeatMs }),
        submitted: false,
        scheduledAt: event.timestamp,
        aliveAt: event.timestamp,
      };
      visit.position = task;
      if (memo.token !== undefined) projection.tokens.set(memo.token, flow.id);
      return;
    }
    case "TaskSubmitted":
      if (visit.position.at === "scheduled") visit.position = { ...visit.position, submitted: true };
      return;
    case "TaskSucceeded":
    case "LambdaFunctionSucceeded":
      visit.position = { at: "succeeded", result: JSON.parse(details.output ?? "null") };
      return;
    case "TaskFailed":
    case "TaskSubmitFailed":
    case "TaskTimedOut":
    case "LambdaFunctionFailed":
    case "LambdaFunctionTimedOut":
    case "EvaluationFailed":
      visit.position = { at: "failed", failure: failureOf(details, memo), final: false };
      return;
    case "ParallelStateStarted":
      visit.position = { at: "children" };
      visit.startedId = event.id;
      visit.children = (stateOf(projection.machine, flow).Branches ?? []).map((branch, index) =>
        addFlow(projection, {
          ...childOf(flow, event.id, index),
          input: memo.input,
          next: branch.StartAt,
        }),
      );
      return;
    case "MapStateStarted":
      visit.position = { at: "children" };
      visit.startedId = event.id;
      visit.items = memo.items ?? [];
      visit.children = [];
      return;
    case "ParallelStateSucceeded":
    case "MapStateSucceeded":
      // The children stay until the state is left: if leaving it fails, a redrive need not run them again.
      visit.position = {
        at: "succeeded",
        result: "result" in memo ? memo.result : visit.children.map(outputOf),
      };
      flow.lastEventId = event.previousEventId;
      return;
    case "ParallelStateFailed":
    case "MapStateFailed":
      // The children stay: a redrive continues those that have not succeeded.
      visit.position = { at: "failed", failure: memo.failure ?? {}, final: true };
      return;
  }
}

/** An iteration's events belong to its own flow; the one that starts it belongs to the Map's. */
function evolveIteration(projection: Projection, flow: Flow, event: HistoryEvent, memo: Memo): void {
  if (event.type !== "MapIterationStarted") {
    flow.lastEventId = event.id;
    if (event.type === "MapIterationSucceeded") flow.settled = "succeeded";
    if (event.type === "MapIterationFailed") {
      flow.settled = "failed";
      flow.failure = memo.failure ?? {};
    }
    return;
  }
  const visit = visitOf(flow);
  const { index } = detailsOf(event) as { index: number };
  const owner = stateOf(projection.machine, flow);
  const child: Flow = {
    ...childOf(flow, event.previousEventId, index),
    lastEventId: event.id,
    item: visit.items?.[index],
    input: memo.input,
    next: (owner.ItemProcessor ?? owner.Iterator)?.StartAt ?? "",
  };
  visit.children[index] = addFlow(projection, child);
}

function enter(flow: Flow, event: HistoryEvent): void {
  const { name, input } = detailsOf(event) as { name: string; input: string };
  delete flow.next;
  flow.visit = {
    name,
    enteredId: event.id,
    enteredAt: event.timestamp,
    begunAt: event.timestamp,
    input: JSON.parse(input),
    retries: [],
    position: { at: "entered" },
    children: [],
  };
}

function exit(projection: Projection, flow: Flow, event: HistoryEvent, memo: Memo): void {
  const { output, assignedVariables } = detailsOf(event) as {
    output: string;
    assignedVariables?: Record<string, string>;
  };
  if (flow.visit) dropChildren(projection, flow.visit);
  delete flow.visit;
  flow.input = JSON.parse(output);
  if (assignedVariables) {
    const assigned = Object.entries(assignedVariables).map(([name, text]) => [name, JSON.parse(text)]);
    flow.variables = { ...flow.variables, ...Object.fromEntries(assigned) };
  }
  if (memo.next === undefined) flow.output = { value: flow.input };
  else flow.next = memo.next;
}

function flowOf(projection: Projection, id: string): Flow {
  const flow = projection.flows.get(id);
  if (!flow) throw new Error(`the records name the flow ${id}, which does not exist`);
  return flow;
}

function visitOf(flow: Flow): Visit {
  if (!flow.visit) throw new Error(`the flow ${flow.id} is in no state`);
  return flow.visit;
}

function addFlow(projection: Projection, flow: Flow): Flow {
  projection.flows.set(flow.id, flow);
  return flow;
}

function childOf(parent: Flow, startedId: number, index: number) {
  return { id: `${startedId}.${index}`, parent, index, variables: {}, lastEventId: startedId };
}

/** A child's result; a failed iteration that was tolerated gives its error. */
export function outputOf(child: Flow): Json {
  if (child.output && child.settled !== "failed") return child.output.value;
  return { Error: child.failure?.error ?? "", Cause: child.failure?.cause ?? "" };
}

function failureOf(details: Failure, memo: Memo): Failure {
  return {
    ...(details.error === undefined ? {} : { error: details.error }),
    ...(details.cause === undefined ? {} : { cause: details.cause }),
    ...(memo.heartbeatMissed ? { heartbeatMissed: true } : {}),
  };
}

function resourceOf(event: HistoryEvent): ScheduledTask["resource"] {
  const { resourceType, resource } = detailsOf(event) as { resourceType?: string; resource: string };
  return resourceType === undefined ? { resource } : { resourceType, resource };
}
