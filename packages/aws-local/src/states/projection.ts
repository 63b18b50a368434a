import type { Json, MachineDefinition, StateDefinition, StatesBlock } from "./asl.ts";
import type { ExecutionStatus, HistoryEvent } from "./history.ts";
import type { ExecutionStart, Failure } from "./records.ts";

/** How far the current state of a flow has come. */
type Position =
  | { readonly at: "entered" }
  | { readonly at: "waiting"; readonly until: number }
  | ScheduledTask
  | { readonly at: "children" }
  | { readonly at: "succeeded"; readonly result: Json }
  | { readonly at: "failed"; readonly failure: Failure; readonly final: boolean }
  | { readonly at: "backoff"; readonly until: number };

/** A task that was or will be passed to its service, and has no result yet. */
export interface ScheduledTask {
  readonly at: "scheduled";
  /** The service's name in the history. */
  readonly resource: { readonly resourceType?: string; readonly resource: string };
  readonly arguments: Json;
  readonly token?: string;
  readonly deadline?: number;
  readonly heartbeatMs?: number;
  /** The call was made and answered; only the token is missing. */
  readonly submitted: boolean;
  readonly scheduledAt: number;
  /** The last heartbeat, or when the task was scheduled. */
  readonly aliveAt: number;
}

/** A flow's stay in one state, over all its attempts. */
export interface Visit {
  readonly name: string;
  readonly enteredId: number;
  readonly enteredAt: number;
  /** When it was entered, or its execution redriven since. */
  readonly begunAt: number;
  readonly input: Json;
  readonly retries: number[];
  position: Position;
  /** What a Map iterates over. */
  items?: readonly Json[];
  /** The event that started the current attempt of a Parallel or Map. */
  startedId?: number;
  /** The branches or iterations of the current attempt; those that have not started are missing elements. */
  children: Flow[];
}

/** One thread of an execution: the whole machine, a branch of a Parallel, an iteration of a Map. */
export interface Flow {
  readonly id: string;
  readonly parent?: Flow;
  readonly index: number;
  /** The item of an iteration. */
  readonly item?: Json;
  variables: Readonly<Record<string, Json>>;
  lastEventId: number;
  /** The input of the next state. */
  input: Json;
  next?: string;
  visit?: Visit;
  output?: { readonly value: Json };
  /** A Map has recorded how this iteration ended. */
  settled?: "succeeded" | "failed";
  failure?: Failure;
}

/** The whole state of an execution, folded from its records. */
export interface Projection {
  readonly start: ExecutionStart;
  readonly machine: MachineDefinition;
  readonly input: Json;
  readonly history: HistoryEvent[];
  readonly flows: Map<string, Flow>;
  /** Every token that was issued, and the flow that waits or waited with it. */
  readonly tokens: Map<string, string>;
  /** The events that changed the status: a start and its end, then each redrive and its end. */
  readonly statusChanges: HistoryEvent[];
  /** How many of these, from the first, were reported; not in the records. */
  announced: number;
  status: ExecutionStatus;
  redriveCount: number;
  redrivenAt?: number;
  /** The client tokens of the latest redrives, oldest first. */
  clientTokens: readonly { readonly token: string; readonly at: number }[];
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
}

/** The id of the flow that is the machine itself. */
export const ROOT = "0";

/** The states that a flow moves through. */
export function blockOf(machine: MachineDefinition, flow: Flow): StatesBlock {
  if (!flow.parent) return machine;
  const owner = stateOf(machine, flow.parent);
  const block = owner.Branches?.[flow.index] ?? owner.ItemProcessor ?? owner.Iterator;
  if (!block) throw new Error(`flow ${flow.id} has no states`);
  return block;
}

/** The definition of a flow's current state. */
export function stateOf(machine: MachineDefinition, flow: Flow): StateDefinition {
  const state = flow.visit && blockOf(machine, flow).States[flow.visit.name];
  if (!state) throw new Error(`flow ${flow.id} is in no state`);
  return state;
}

/** The variables that a flow sees: its own and those of the flows around it. */
export function variablesOf(flow: Flow): Readonly<Record<string, Json>> {
  return flow.parent ? { ...variablesOf(flow.parent), ...flow.variables } : flow.variables;
}

/** True while a flow may still add to the history: nothing around it has ended, failed or moved on. */
export function isLive(projection: Projection, flow: Flow): boolean {
  if (projection.status !== "RUNNING" || projection.flows.get(flow.id) !== flow) return false;
  if (!flow.parent) return true;
  return flow.parent.visit?.position.at === "children" && isLive(projection, flow.parent);
}

/** Deletes the branches or iterations of a visit, and everything inside them. */
export function dropChildren(projection: Projection, visit: Visit): void {
  for (const child of visit.children) {
    // An iteration that has not started is a missing element.
    if (!child) continue;
    if (child.visit) dropChildren(projection, child.visit);
    projection.flows.delete(child.id);
  }
  visit.children = [];
  delete visit.startedId;
  delete visit.items;
}

/** How often a state was retried, by all retriers together. */
export const retriesOf = ({ retries }: Visit): number =>
  retries.reduce((sum, count) => sum + (count ?? 0), 0);

/** When a task times out if nothing comes, in milliseconds since the epoch. */
export function expiryOf(task: ScheduledTask): number {
  const missed = task.heartbeatMs === undefined ? Infinity : task.aliveAt + task.heartbeatMs;
  return Math.min(task.deadline ?? Infinity, missed);
}

/** The last event of a flow or of anything inside it. */
export function lastEventIn(flow: Flow): number {
  const children = flow.visit?.children ?? [];
  return children.reduce((last, child) => Math.max(last, lastEventIn(child)), flow.lastEventId);
}
