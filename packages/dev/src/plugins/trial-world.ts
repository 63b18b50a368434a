import {
  type Bus,
  type Clock,
  createBus,
  createDynamodb,
  createEndpoint,
  createLambda,
  createStates,
  dynamodbTasks,
  eventsTasks,
  firstOf,
  type Lambda,
  memoryStore,
  type States,
  virtualClock,
} from "@callboard/aws-local";
import type { Log } from "@callboard/core";
import {
  composePlugins,
  composeRelay,
  dynamoDbOf,
  environment,
  layoutRow,
  pluginsHandler,
  relayHandler,
  systemClock,
  TTL,
  tableDefinition,
} from "@callboard/functions";
import { busRules, lifecycleTable } from "@callboard/functions/deployment";
import { lifecycleDefinition, lifecycleRules, type RegisteredPlugin } from "@callboard/video/plugins";
import { busName, functionArn, putRule } from "../bus-rules.ts";
import { functionTarget, machineTarget } from "../bus-targets.ts";
import type { Closers } from "../closers.ts";
import { credentials, region } from "../sdk.ts";
import { createTable, tableName } from "../table.ts";
import { rowItem } from "./plugin-folder.ts";

/** What Callboard said of an event that a plugin put: what came of it, or why it is not taken. */
export type Said = { readonly outcome: string } | { readonly code: string } | { readonly problem: string };

/** The life cycle with one plugin, on embedded services of its own in memory; nothing of it is seen anywhere else. */
export interface TrialWorld {
  readonly bus: Bus;
  readonly lambda: Lambda;
  readonly states: States;
  readonly lifecycleArn: string;
  /** Where the plugin finds EventBridge. */
  readonly url: string;
  /** What Callboard said, by the ids of the events that plugins put. */
  readonly said: ReadonlyMap<string, Said>;
  readonly now: () => number;
  /** Resolves when everything is taken that was put, and no function runs. */
  idle(): Promise<void>;
  /** Lets time pass at once. */
  skip(ms: number): Promise<void>;
}

const PUMP_MS = 5;

/** Makes the world of a trial. Its time is the machine's, and can be skipped. */
export async function openTrialWorld(plugin: RegisteredPlugin, closers: Closers): Promise<TrialWorld> {
  const clock = virtualClock(systemClock.now());
  const passing = passTime(clock);
  closers.add(passing.stop);
  const store = memoryStore();
  const dynamodb = createDynamodb({ store, clock });
  // One try of each: what would fail again is not waited for.
  const lambda = createLambda({ clock, store, retryDelaysMs: [], concurrency: 1, log: () => {} });
  closers.add(() => lambda.close());
  const bus = await createBus({
    clock,
    store,
    targetOf: (arn) => functionTarget(lambda, arn) ?? machineTarget(states, arn),
  });
  closers.add(() => bus.close());
  const states: States = createStates({
    clock,
    store,
    integrations: firstOf(dynamodbTasks(dynamodb.operations), eventsTasks(bus.operations.PutEvents)),
  });
  closers.add(() => states.close());
  const endpoint = await createEndpoint({ port: 0, services: [bus] });
  closers.add(() => endpoint.close());

  const variables = {
    TABLE_NAME: tableName,
    BUS_NAME: busName,
    // Of no use: there is no clock whom messages would wake up.
    WAKEUPS_QUEUE_URL: `${endpoint.url}/000000000000/none`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const inProcess = { dynamodb: dynamodb.call, events: bus.call, states: states.call };
  const said = new Map<string, Said>();
  const wire = { inProcess, clock: { ...clock, wait: waitOn(clock) }, wakeups: { send: async () => {} } };
  register(lambda, said, (log) => ({
    plugins: pluginsHandler(composePlugins(environment("plugins", variables), { ...wire, log })),
    relay: relayHandler(composeRelay(environment("relay", variables), { ...wire, log })),
  }));

  const table = dynamoDbOf(environment("plugins", variables), { inProcess, clock: wire.clock });
  await createTable(table, tableDefinition, layoutRow, TTL);
  await table.call("DynamoDB_20120810.PutItem", { TableName: tableName, Item: rowItem(plugin) });
  await bus.operations.CreateEventBus({ Name: busName });
  for (const rule of busRules("all"))
    if (rule.target === "plugins" || rule.target === "relay")
      await putRule(bus, { ...rule, arn: functionArn(rule.target) });
  const lifecycleArn = await putLifecycle(states, bus);
  const idle = async () => {
    // What one has taken another may have been given meanwhile.
    for (let round = 0; round < 4; round++) {
      await bus.idle();
      await lambda.idle();
    }
  };
  return {
    bus,
    lambda,
    states,
    lifecycleArn,
    url: endpoint.url,
    said,
    now: clock.now,
    idle,
    skip: passing.skip,
  };
}

/** Callboard's functions; of each event it is kept what they said of it. */
function register(
  lambda: Lambda,
  said: Map<string, Said>,
  make: (log: Log) => Readonly<Record<"plugins" | "relay", (event: unknown) => Promise<void>>>,
): void {
  let last: Said | undefined;
  const log: Log = {
    info() {},
    metric(name, _, fields) {
      if (name === "plugin_answers") last = { outcome: String(fields?.outcome) };
      if (name === "plugin_refusals") last = { code: String(fields?.code) };
    },
    warn() {},
  };
  const handlers = make(log);
  lambda.register("relay", handlers.relay);
  lambda.register("plugins", async (event: { readonly id: string }) => {
    last = undefined;
    try {
      await handlers.plugins(event);
    } catch (cause) {
      last = { problem: ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message };
      throw cause;
    } finally {
      if (last) said.set(event.id, last);
    }
  });
}

/** The state machine of the life cycle as it is deployed, and the rule that starts it. */
async function putLifecycle({ operations }: States, bus: Bus): Promise<string> {
  const { stateMachineArn } = await operations.CreateStateMachine({
    name: "plugin-lifecycle",
    roleArn: "arn:aws:iam::000000000000:role/local",
    definition: lifecycleDefinition({ BusName: busName, TableName: tableName, ...lifecycleTable }),
  });
  const [start] = lifecycleRules(stateMachineArn);
  await putRule(bus, { ...start, bus: "default", target: "lifecycle", arn: stateMachineArn });
  return stateMachineArn;
}

const waitOn =
  (clock: Clock) =>
  (ms: number): Promise<void> =>
    new Promise((over) => clock.after(ms, over));

/** Has a clock go as the machine's does, but for what is skipped. */
function passTime(clock: ReturnType<typeof virtualClock>) {
  let skipped = 0;
  let moving = Promise.resolve();
  const begun = clock.now() - performance.now();
  const move = () => {
    moving = moving.then(() => clock.advance(Math.max(0, begun + skipped + performance.now() - clock.now())));
    return moving;
  };
  const timer = setInterval(() => void move(), PUMP_MS);
  return {
    skip(ms: number): Promise<void> {
      skipped += ms;
      return move();
    },
    stop: async () => {
      clearInterval(timer);
      await moving;
    },
  };
}
