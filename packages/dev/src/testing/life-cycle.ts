import {
  createDynamodb,
  createStates,
  dynamodbTasks,
  eventsTasks,
  firstOf,
  type Integration,
  type IntegrationCall,
  memoryStore,
  type StatusChangeEvent,
  virtualClock,
} from "@callboard/aws-local";
import { lifecycleTable, pluginRow, tableDefinition } from "@callboard/functions/deployment";
import { lifecycleDefinition, lifecycleRules, type RegisteredPlugin } from "@callboard/video/plugins";
import { tableName } from "../table.ts";

/** A detail as far as tests look into it. */
// biome-ignore lint/suspicious/noExplicitAny: each event has a shape of its own.
type Detail = Readonly<Record<string, any>>;

/** An event that a state machine put. */
interface PutEvent {
  readonly source: string;
  readonly type: string;
  readonly detail: Detail;
}

/** A fault that a test injects: throws the failure of a call. */
export type Fault = (call: IntegrationCall) => void;

/**
 * The plugin life cycle on the embedded services and a virtual clock; the test acts as Callboard and the
 * plugins.
 */
export async function lifecycleStage(
  plugins: readonly (Partial<RegisteredPlugin> & { readonly name: string })[] = [],
) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const store = memoryStore();
  const dynamodb = createDynamodb({ store, clock });
  const events: PutEvent[] = [];
  const ended: StatusChangeEvent[] = [];
  let fault: Fault = () => {};
  const faulty =
    (integration: Integration): Integration =>
    async (call) => {
      fault(call);
      return integration(call);
    };
  const put = async ({ Entries }: { Entries: readonly Record<string, unknown>[] }) => {
    for (const { Source, DetailType, Detail } of Entries)
      events.push({ source: String(Source), type: String(DetailType), detail: JSON.parse(String(Detail)) });
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "1" })) };
  };
  const services = firstOf(eventsTasks(put), dynamodbTasks(dynamodb.operations));
  const states = createStates({
    clock,
    random: () => 0.5,
    store,
    integrations: {
      find(resource, pattern) {
        const integration = services.find(resource, pattern);
        return integration && faulty(integration);
      },
    },
    onStatusChange: (event) => {
      if (event.detail.status !== "RUNNING") ended.push(event);
    },
  });
  const call = (operation: string, input: object) =>
    (dynamodb.operations[operation] as unknown as (input: object) => Promise<object>)(input);
  await call("CreateTable", { ...tableDefinition, TableName: tableName });
  for (const [order, plugin] of plugins.entries()) {
    const row = pluginRow({ hook: "preValidate", order, required: true, timeoutSeconds: 3600, ...plugin });
    const Item = Object.fromEntries(Object.entries(row).map(([name, text]) => [name, { S: text }]));
    await call("PutItem", { TableName: tableName, Item });
  }
  const { operations } = states;
  const { stateMachineArn } = await operations.CreateStateMachine({
    name: "plugin-lifecycle",
    roleArn: "arn:aws:iam::000000000000:role/local",
    definition: lifecycleDefinition({ BusName: "callboard", TableName: tableName, ...lifecycleTable }),
  });
  const [, rule] = lifecycleRules(stateMachineArn);

  /** Advances time until `read` finds something. */
  async function until<T>(read: () => T | undefined, stepMs = 250): Promise<T> {
    for (let turn = 0; turn < 4000; turn++) {
      const found = read();
      if (found !== undefined) return found;
      await clock.advance(stepMs);
    }
    throw new Error("it never came");
  }

  return {
    clock,
    events,
    ended,
    operations,
    until,
    break: (next: Fault) => {
      fault = next;
    },
    /** A recording is ready. */
    async begin(id = "v1"): Promise<string> {
      const detail = { id, author: "ana", durationmillis: 60_000 };
      const input = JSON.stringify({ source: "serverlessVideo.videoManager", detail });
      return (await operations.StartExecution({ stateMachineArn, input })).executionArn;
    },
    /** The n-th time that a plugin was called. */
    turn: (plugin: string, nth = 1) =>
      until(
        () =>
          events.filter(({ type, detail }) => type === "Plugin Requested" && detail.plugin === plugin)[
            nth - 1
          ]?.detail,
      ),
    /** Sends a plugin's answer, as Callboard does. */
    answer: ({ taskToken }: Detail, value: unknown) =>
      operations.SendTaskSuccess({ taskToken, output: JSON.stringify({ verb: "answer", value }) }),
    /** The n-th end of an execution. */
    end: (nth = 1, stepMs?: number) => until(() => ended[nth - 1], stepMs),
    /** Processes an execution's end as the rule does, if the rule matches it. */
    async settle(event: StatusChangeEvent): Promise<void> {
      if (!rule.pattern.detail.status.some((status) => status === event.detail.status)) return;
      await operations.StartExecution({ stateMachineArn, input: JSON.stringify(event) });
    },
    /** The reported statuses, in order. */
    statuses: () =>
      events.filter(({ type }) => type === "VideoStatusUpdated").map(({ detail }) => detail.status),
    completes: () => events.filter(({ type }) => type === "LifeCycleComplete").map(({ detail }) => detail),
    /** The last state of a plugin's step. */
    step: (plugin: string) =>
      events
        .filter(({ type, detail }) => type === "Progress Reported" && detail.step.endsWith(`.${plugin}`))
        .at(-1)?.detail,
    close: () => states.close(),
  };
}
