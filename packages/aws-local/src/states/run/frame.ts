import type { Clock } from "../../clock/clock.ts";
import { type Json, languageOf, type QueryLanguage, type StateDefinition } from "../asl.ts";
import type { Execution } from "../execution.ts";
import { dataLimitExceeded, NOT_SERVED, StateFailure, shortened } from "../failure.ts";
import { MAX_DATA_SIZE } from "../history.ts";
import {
  type HttpTrace,
  type Integration,
  type Integrations,
  NotServed,
  type Pattern,
} from "../integration.ts";
import { type Flow, retriesOf, stateOf, type Visit, variablesOf } from "../projection.ts";
import type { Scope } from "../query/index.ts";
import type { Failure } from "../records.ts";

/** What running a state needs from outside. */
export interface Surroundings {
  readonly clock: Clock;
  readonly integrations: Integrations;
  readonly remedy: (resource: string) => string;
  readonly region: string;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newToken: (execution: Execution) => string;
}

/** A running state: its flow, its definition, and its input. */
export interface Frame {
  readonly around: Surroundings;
  readonly execution: Execution;
  readonly flow: Flow;
  readonly visit: Visit;
  readonly state: StateDefinition;
  readonly language: QueryLanguage;
  /** Aborted when the flow is cancelled. */
  readonly signal: AbortSignal;
  /** Set in TestState, to inspect the state. */
  readonly probe?: Probe;
}

/** The options of a state in TestState, and where it reports what its fields made of its data. */
interface Probe {
  /** Replaces the execution's own context object. */
  readonly context: Readonly<Record<string, Json>>;
  readonly inspect: (field: InspectedField, value: Json) => void;
  readonly trace?: HttpTrace;
}

/** TestState's report about a running state, by the names in `inspectionData`. */
export type InspectedField =
  | "afterArguments"
  | "afterInputPath"
  | "afterItemBatcher"
  | "afterItemSelector"
  | "afterItemsPath"
  | "afterItemsPointer"
  | "afterParameters"
  | "afterResultPath"
  | "afterResultSelector"
  | "maxConcurrency"
  | "request"
  | "response"
  | "result"
  | "toleratedFailureCount"
  | "toleratedFailurePercentage";

/** The result of a state; without `next` its flow ends. */
export interface Exit {
  readonly output: Json;
  readonly assigned?: Readonly<Record<string, Json>>;
  readonly next?: string;
}

/** The frame of a flow's current state. */
export function frameOf(around: Surroundings, execution: Execution, flow: Flow, signal: AbortSignal): Frame {
  const { machine } = execution.projection;
  const visit = flow.visit;
  if (!visit) throw new Error(`flow ${flow.id} is in no state`);
  const state = stateOf(machine, flow);
  return { around, execution, flow, visit, state, language: languageOf(machine, state), signal };
}

const RETRYABLE = new Set(["Task", "Parallel", "Map"]);

/** The context object: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
export function contextOf(frame: Frame, extra: Readonly<Record<string, Json>> = {}): Json {
  if (frame.probe) return { ...frame.probe.context, ...extra };
  const { start, input, redriveCount, redrivenAt } = frame.execution.projection;
  const { visit, state } = frame;
  const item = iterationOf(frame.flow);
  return {
    Execution: {
      Id: start.executionArn,
      Input: input,
      Name: start.name,
      RoleArn: start.roleArn,
      StartTime: new Date(start.startedAt).toISOString(),
      RedriveCount: redriveCount,
      ...(redrivenAt !== undefined && { RedriveTime: new Date(redrivenAt).toISOString() }),
    },
    StateMachine: { Id: start.stateMachineArn, Name: start.stateMachineName },
    State: {
      Name: visit.name,
      EnteredTime: new Date(visit.enteredAt).toISOString(),
      ...(RETRYABLE.has(state.Type) && {
        RetryCount: retriesOf(visit),
      }),
    },
    ...(item && { Map: { Item: { Index: item.index, Value: item.item } } }),
    ...extra,
  };
}

/** The innermost Map iteration around a flow. */
function iterationOf(flow: Flow): Flow | undefined {
  if (!flow.parent) return undefined;
  return flow.item === undefined ? iterationOf(flow.parent) : flow;
}

/** What paths in a frame can use besides their input. */
export function scopeOf(frame: Frame, context = contextOf(frame)): Scope {
  return { context, variables: variablesOf(frame.flow) };
}

/** A failure in AWS's words: which state, and the event that entered it. */
export function failureIn(frame: Frame, error: string, detail: string): Failure {
  const { name, enteredId } = frame.visit;
  const cause = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${detail}`;
  return shortened({ error, cause });
}

/** The service for a state's call. Throws `NotServed` if there is none. */
export function integrationOf({ around }: Frame, resource: string, pattern: Pattern): Integration {
  const found = around.integrations.find(resource, pattern);
  if (found) return found;
  throw new NotServed(`nothing here serves that. ${around.remedy(resource)}`.trim());
}

/** The failure of a state whose service is not available here: which state, what it calls, what to do. */
export function notServed({ visit }: Frame, called: string, cause: NotServed): Failure {
  return { error: NOT_SERVED, cause: `State '${visit.name}' calls ${called}: ${cause.message}` };
}

/** Ends an attempt with `States.Runtime`, which nothing retries or catches. */
export function failRuntime(frame: Frame, detail: string): never {
  throw new StateFailure(failureIn(frame, "States.Runtime", detail));
}

/** The text of a JSON value for the history; throws `States.DataLimitExceeded` if it is too large. */
export function serialize(value: Json, name: string): string {
  const text = JSON.stringify(value ?? null);
  // No UTF-16 character takes more than three bytes of UTF-8.
  if (text.length * 3 > MAX_DATA_SIZE && Buffer.byteLength(text) > MAX_DATA_SIZE) {
    throw new StateFailure(dataLimitExceeded(name));
  }
  return text;
}
