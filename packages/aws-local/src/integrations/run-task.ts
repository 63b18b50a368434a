import { randomUUID } from "node:crypto";
import { defaultPlace } from "../arn.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import { isObject } from "../json.ts";
import {
  type Integration,
  type IntegrationCall,
  type Integrations,
  NotServed,
  TaskFailure,
} from "../states/integration.ts";
import { invalid, objectArguments, optionalString, requiredString } from "./arguments.ts";
import { serviceFailure } from "./service-failure.ts";
import { tasks } from "./tasks.ts";

/** A container's overrides for a run. */
interface ContainerRun {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs one task to its end, or until `signal` aborts it; a rejection means that the task could not be started. */
export type RunContainers = (task: {
  readonly taskDefinition: string;
  readonly containers: readonly ContainerRun[];
  readonly signal: AbortSignal;
}) => Promise<{ readonly exitCode: number; readonly reason?: string }>;

/** An event of ECS on the account's default bus: an entry of PutEvents, except that its detail is not text. */
export interface TaskStateChangeEntry {
  readonly Source: "aws.ecs";
  readonly DetailType: "ECS Task State Change";
  readonly Resources: readonly string[];
  readonly Detail: Readonly<Record<string, unknown>>;
}

/** The parts behind ECS. */
export interface EcsOptions {
  /** Returns what runs the tasks of a family, which is the definition's name; undefined if nothing does. */
  readonly runnerOf: (family: string) => RunContainers | undefined;
  /** Returns a sentence that says how to make a family run. */
  readonly remedy?: (family: string) => string;
  readonly clock?: Clock;
  /** Called for every task that has stopped, or could not be started, with ECS's description. */
  readonly onStopped?: (entry: TaskStateChangeEntry) => void;
}

/**
 * `arn:aws:states:::ecs:runTask`. With `.sync` the state waits and gets the task as DescribeTasks describes it; an exit
 * code other than 0 fails it with `States.TaskFailed`. Otherwise it continues, or waits for its token, once the task has
 * started. A task ends when the state that waits for it ends, by `.sync` or a token. AWS stops only tasks of `.sync`, and
 * refuses the heartbeats of the others. https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
export function ecsTasks(options: EcsOptions): Integrations {
  return tasks(["request", "sync", "waitForTaskToken"], { "ecs:runTask": runTask(options) });
}

function runTask({
  runnerOf,
  remedy = () => "",
  clock = systemClock,
  onStopped = () => {},
}: EcsOptions): Integration {
  return async (call) => {
    const input = objectArguments(call.arguments);
    const taskDefinition = requiredString(input, "TaskDefinition");
    const family = familyOf(taskDefinition);
    const run = runnerOf(family);
    if (!run) throw new NotServed(`nothing here runs the tasks of ${family}. ${remedy(family)}`.trim());
    const containers = containerRuns(input.Overrides);
    const task = startedTask(input, call, taskDefinition, clock.now());
    const signal = call.pattern === "request" ? new AbortController().signal : call.signal;
    const stopped = run({ taskDefinition, containers, signal }).then(
      ({ exitCode, reason }) => ({
        exitCode,
        task: stoppedTask(task, containers, clock.now(), exitCode, reason),
      }),
      (cause: unknown) => ({ cause, task: unstartedTask(task, containers, clock.now(), cause) }),
    );
    const reported = stopped.then((end) => {
      onStopped(stateChange(end.task));
      return end;
    });
    if (call.pattern !== "sync") return { Failures: [], Tasks: [task] };
    const end = await reported;
    if ("cause" in end) throw serviceFailure("ECS", end.cause);
    if (end.exitCode !== 0) throw new TaskFailure("States.TaskFailed", JSON.stringify(end.task));
    return end.task;
  };
}

/** `prepare` for `prepare`, `prepare:3` and `arn:aws:ecs:…:task-definition/prepare:3`. */
function familyOf(taskDefinition: string): string {
  return /^(?:arn:.*\/)?([^:]*)/.exec(taskDefinition)?.[1] ?? taskDefinition;
}

function startedTask(
  input: Readonly<Record<string, unknown>>,
  call: IntegrationCall,
  taskDefinition: string,
  now: number,
) {
  const [, , , region = defaultPlace.region, account = defaultPlace.accountId] = call.executionArn.split(":");
  const arn = `arn:aws:ecs:${region}:${account}`;
  const cluster = optionalString(input, "Cluster") ?? "default";
  const clusterName = cluster.split("/").at(-1);
  return {
    ClusterArn: cluster.startsWith("arn:") ? cluster : `${arn}:cluster/${cluster}`,
    CreatedAt: now,
    DesiredStatus: "RUNNING",
    LastStatus: "PROVISIONING",
    LaunchType: optionalString(input, "LaunchType") ?? "FARGATE",
    Overrides: input.Overrides ?? {},
    StartedBy: "AWS Step Functions",
    TaskArn: `${arn}:task/${clusterName}/${randomUUID().replaceAll("-", "")}`,
    TaskDefinitionArn: taskDefinition.startsWith("arn:")
      ? taskDefinition
      : `${arn}:task-definition/${taskDefinition}`,
  };
}

type StartedTask = ReturnType<typeof startedTask>;

function stoppedTask(
  task: StartedTask,
  containers: readonly ContainerRun[],
  now: number,
  exitCode: number,
  reason: string | undefined,
) {
  return {
    ...task,
    Containers: containers.map(({ name }) => ({
      ExitCode: exitCode,
      LastStatus: "STOPPED",
      Name: name,
      TaskArn: task.TaskArn,
      ...(reason === undefined ? {} : { Reason: reason }),
    })),
    DesiredStatus: "STOPPED",
    ExecutionStoppedAt: now,
    LastStatus: "STOPPED",
    StartedAt: task.CreatedAt,
    StopCode: "EssentialContainerExited",
    StoppedAt: now,
    StoppedReason: "Essential container in task exited",
  };
}

function unstartedTask(task: StartedTask, containers: readonly ContainerRun[], now: number, cause: unknown) {
  return {
    ...task,
    Containers: containers.map(({ name }) => ({ LastStatus: "STOPPED", Name: name, TaskArn: task.TaskArn })),
    DesiredStatus: "STOPPED",
    LastStatus: "STOPPED",
    StopCode: "TaskFailedToStart",
    StoppedAt: now,
    StoppedReason: cause instanceof Error ? cause.message : "the task could not be started",
  };
}

const stateChange = (task: StartedTask & { readonly StopCode: string }): TaskStateChangeEntry => ({
  Source: "aws.ecs",
  DetailType: "ECS Task State Change",
  Resources: [task.TaskArn],
  Detail: asEvent(task) as TaskStateChangeEntry["Detail"],
});

/** Events use camel case where Step Functions uses Pascal case, and have times as text. */
function asEvent(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => asEvent(item));
  if (typeof value === "number" && name.endsWith("At")) return new Date(value).toISOString();
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      asEvent(item, key),
    ]),
  );
}

function containerRuns(overrides: unknown): ContainerRun[] {
  const listed = isObject(overrides) ? (overrides.ContainerOverrides ?? []) : [];
  if (!Array.isArray(listed)) throw invalid("ContainerOverrides must be a list");
  return listed.map((override: unknown) => {
    if (!isObject(override)) throw invalid("a container override must be an object");
    return {
      name: requiredString(override, "Name"),
      command: strings(override.Command),
      environment: environment(override.Environment),
    };
  });
}

function strings(value: unknown): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw invalid("Command must be a list of strings");
}

function environment(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!Array.isArray(value)) throw invalid("Environment must be a list of Name and Value");
  return Object.fromEntries(
    value.map((pair: unknown) => {
      if (!isObject(pair) || typeof pair.Value !== "string")
        throw invalid("Environment values must be strings");
      return [requiredString(pair, "Name"), pair.Value];
    }),
  );
}
