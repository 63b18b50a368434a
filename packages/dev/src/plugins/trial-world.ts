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

/** Callboard's result for a plugin's event: its outcome, or why it was not accepted. */
export type Said = { readonly outcome: string } | { readonly code: string } | { readonly problem: string };

/** The life cycle with one plugin, on its own embedded services in memory; separate from everything else. */
export interface TrialWorld {
  readonly bus: Bus;
  readonly lambda: Lambda;
  readonly states: States;
  readonly lifecycleArn: string;
  /** The EventBridge endpoint for the plugin. */
  readonly url: string;
  /** Callboard's results, by the ids of the plugins' events. */
  readonly said: ReadonlyMap<string, Said>;
  readonly now: () => number;
  /** Resolves when every event is processed and no function runs. */
  idle(): Promise<void>;
  /** Advances the time at once. */
  skip(ms: number): Promise<void>;
}

const PUMP_MS = 5;

/** Creates the services of a trial. Its time is the machine's, and can be skipped. */
export async function openTrialWorld(plugin: RegisteredPlugin, closers: Closers): Promise<TrialWorld> {
  const clock = virtualClock(systemClock.now());
  const passing = passTime(clock);
  closers.add(passing.stop);
  const store = memoryStore();
  const dynamodb = createDynamodb({ store, clock });
  // No retries: they would only fail again.
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
    // Not needed: there is no clock that the messages could wake up.
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
    // After one event is processed, the functions may have put another.
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

/** Callboard's functions; their result for each event is kept. */
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

/** The life cycle's state machine as deployed, and the rule that starts it. */
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

/** Advances a virtual clock with the machine's time, in addition to skipped time. */
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
