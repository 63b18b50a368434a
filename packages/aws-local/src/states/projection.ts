import type { Json, MachineDefinition, StateDefinition, StatesBlock } from "./asl.ts";
import type { ExecutionStatus, HistoryEvent } from "./history.ts";
import type { ExecutionStart, Failure } from "./records.ts";

/** How far a state that a flow is in has come. */
type Position =
  | { readonly at: "entered" }
  | { readonly at: "waiting"; readonly until: number }
  | ScheduledTask
  | { readonly at: "children" }
  | { readonly at: "succeeded"; readonly result: Json }
  | { readonly at: "failed"; readonly failure: Failure; readonly final: boolean }
  | { readonly at: "backoff"; readonly until: number };

/** A task that was handed to its service, or is about to be, and has not come back. */
export interface ScheduledTask {
  readonly at: "scheduled";
  /** How the history names the service. */
  readonly resource: { readonly resourceType?: string; readonly resource: string };
  readonly arguments: Json;
  readonly token?: string;
  readonly deadline?: number;
  readonly heartbeatMs?: number;
  /** The call was made and answered; what is missing is the token. */
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
  /** The event that began the attempt of a Parallel or Map under way. */
  startedId?: number;
  /** The branches or iterations of the attempt under way; those that have not begun are holes. */
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
  /** The input of the state that follows. */
  input: Json;
  next?: string;
  visit?: Visit;
  output?: { readonly value: Json };
  /** A Map has recorded how this iteration ended. */
  settled?: "succeeded" | "failed";
  failure?: Failure;
}

/** Everything an execution knows, folded from its records. */
export interface Projection {
  readonly start: ExecutionStart;
  readonly machine: MachineDefinition;
  readonly input: Json;
  readonly history: HistoryEvent[];
  readonly flows: Map<string, Flow>;
  /** Every token that was given out, and the flow that waits or waited with it. */
  readonly tokens: Map<string, string>;
  /** The events that changed the status: a start and its end, then each redrive and its end. */
  readonly statusChanges: HistoryEvent[];
  /** Of how many of these, from the first, others were told; not in the records. */
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

/** The states among which a flow moves. */
export function blockOf(machine: MachineDefinition, flow: Flow): StatesBlock {
  if (!flow.parent) return machine;
  const owner = stateOf(machine, flow.parent);
  const block = owner.Branches?.[flow.index] ?? owner.ItemProcessor ?? owner.Iterator;
  if (!block) throw new Error(`flow ${flow.id} has no states`);
  return block;
}

/** The definition of the state that a flow is in. */
export function stateOf(machine: MachineDefinition, flow: Flow): StateDefinition {
  const state = flow.visit && blockOf(machine, flow).States[flow.visit.name];
  if (!state) throw new Error(`flow ${flow.id} is in no state`);
  return state;
}

/** The variables that a flow sees: its own and those of the flows around it. */
export function variablesOf(flow: Flow): Readonly<Record<string, Json>> {
  return flow.parent ? { ...variablesOf(flow.parent), ...flow.variables } : flow.variables;
}

/** True while a flow may still make history: nothing around it has ended, failed or moved on. */
export function isLive(projection: Projection, flow: Flow): boolean {
  if (projection.status !== "RUNNING" || projection.flows.get(flow.id) !== flow) return false;
  if (!flow.parent) return true;
  return flow.parent.visit?.position.at === "children" && isLive(projection, flow.parent);
}

/** Forgets the branches or iterations of a visit, and everything inside them. */
export function dropChildren(projection: Projection, visit: Visit): void {
  for (const child of visit.children) {
    // An iteration that has not begun leaves a hole.
    if (!child) continue;
    if (child.visit) dropChildren(projection, child.visit);
    projection.flows.delete(child.id);
  }
  visit.children = [];
  delete visit.startedId;
  delete visit.items;
}

/** How often a state was tried again, by whichever retrier. */
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
