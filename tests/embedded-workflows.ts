import {
  createBus,
  createEndpoint,
  createStates,
  eventsTasks,
  memoryStore,
  virtualClock,
} from "@callboard/aws-local";
import type { Caller } from "@callboard/core";
import { memoryStage } from "@callboard/core/testing";
import { busName, functionArn, putRules } from "@callboard/dev";
import {
  eventBridgeBus,
  eventBridgeOf,
  ingestHandler,
  relayHandler,
  sfnExecutions,
  socketHandler,
  stepFunctionsOf,
} from "@callboard/functions";
import { messageEvent } from "@callboard/functions/testing/gateway-events.ts";
import type { RequestId } from "@callboard/protocol";
import { onTestFinished } from "vitest";

const caller = (id: string, name: string, capabilities: string[]): Caller => ({
  id,
  name,
  roles: [],
  capabilities,
  expiresAt: Date.UTC(2100, 0, 1),
});
export const ana = caller("ana", "Ana", []);
export const vic = caller("vic", "Vic", ["watch:*"]);

type Values = Record<string, Record<string, unknown>>;

/** The workflows on the embedded services. */
interface Embedded {
  /** State machines by name, as ASL. */
  readonly machines: Readonly<Record<string, string>>;
  /** The prefixes of each source's subjects, if publishers are named. */
  readonly publishers?: Readonly<Record<string, readonly string[]>>;
  /** The bus is unavailable. */
  readonly away?: boolean;
}

/** State machines on the embedded services, with Callboard's handlers behind their bus. */
export async function embeddedWorkflows({ machines, publishers, away = false }: Embedded) {
  const clock = virtualClock(Date.now());
  const bus = await createBus({
    clock,
    store: memoryStore(),
    targetOf: (arn) =>
      ({
        [functionArn("ingest")]: (event: object) => handlers.ingest(event),
        [functionArn("relay")]: (event: object) => handlers.relay(event),
      })[arn],
  });
  const states = createStates({
    clock,
    store: memoryStore(),
    random: () => 0.5,
    integrations: eventsTasks(async (request) => {
      if (away) throw Object.assign(new Error("no such bus"), { name: "ResourceNotFoundException" });
      return bus.operations.PutEvents(request);
    }),
    onStatusChange: async ({ source, "detail-type": DetailType, resources, detail }) => {
      const Detail = JSON.stringify(detail);
      await bus.putEvents([{ Source: source, DetailType, Resources: resources, Detail }]);
    },
  });
  const endpoint = await createEndpoint({
    port: 0,
    services: [states, bus],
  });
  const client = {
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "callboard", secretAccessKey: "callboard" },
  };
  const variables = {
    AWS_REGION: client.region,
    AWS_ENDPOINT_URL: client.endpoint,
    AWS_ACCESS_KEY_ID: client.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: client.credentials.secretAccessKey,
  };
  onTestFinished(async () => {
    await states.close();
    await bus.close();
    await endpoint.close();
  });

  const clocks = { now: clock.now, wait: async () => {} };
  const { app, ports, requests } = memoryStage({
    clock: clocks,
    bus: eventBridgeBus({ events: eventBridgeOf(variables), busName, clock: clocks }),
    executions: sfnExecutions(stepFunctionsOf(variables)),
  });
  const { log } = ports;
  const handlers = {
    ingest: ingestHandler({ app, log, ...(publishers ? { publishers } : {}) }),
    relay: relayHandler({ app, log }),
    socket: socketHandler({ app, clock: clocks, log }),
  };

  const arns = new Map<string, string>();
  for (const [name, definition] of Object.entries(machines)) {
    const roleArn = `arn:aws:iam::123456789012:role/${name}`;
    arns.set(
      name,
      (await states.operations.CreateStateMachine({ name, roleArn, definition })).stateMachineArn,
    );
  }
  await putRules(bus);

  /** The socket's answer to a person's message. */
  const say = async (who: Caller, message: object) => {
    const { body } = await handlers.socket(messageEvent(who, { id: "m1", ...message }));
    return JSON.parse(body!);
  };
  let sub = 0;
  const told = {
    bus,
    say,
    /** What a new follower of a channel sees. */
    async follow(who: Caller, channel: string): Promise<Values> {
      const { channels } = await say(who, { type: "subscribe", channels: { [channel]: { sub: ++sub } } });
      const live = (channels[channel].items as { key: string; value: Values }[]).filter(({ value }) => value);
      return Object.fromEntries(live.map(({ key, value }) => [key, value]));
    },
    questions: () => requests.all(),
    /** The state of each question, in the order in which they were asked. */
    standing: () => requests.all().map(({ order, status }) => `${order} ${status.state}`),
    /** Resolves with the n-th question, from 1, after it was announced. */
    question: (n = 1) =>
      until(async () => {
        await bus.idle();
        return requests.all()[n - 1];
      }),
    /** Advances time in steps; Callboard's clock polls after each, unless it is stopped. */
    async pass(ms: number, { stepMs = 300_000, polls = true } = {}) {
      for (const end = clock.now() + ms; clock.now() < end; ) {
        await clock.advance(Math.min(stepMs, end - clock.now()));
        await bus.idle();
        if (polls) await app.clock.pollDue();
        await bus.idle();
      }
    },
    /** Starts an execution of a machine. */
    async start(machine: string, input: object, name?: string) {
      const stateMachineArn = arns.get(machine)!;
      const started = {
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name === undefined ? {} : { name }),
      };
      const { executionArn } = await states.operations.StartExecution(started);
      const run = {
        /** The status of the execution. */
        async described() {
          const { status, output } = await states.operations.DescribeExecution({ executionArn });
          return { status, ...(output === undefined ? {} : { output: JSON.parse(output) }) };
        },
        /** Resolves with the execution's result, after Callboard knows it. */
        async ended() {
          await until(async () => {
            await clock.advance(1000);
            return (await run.described()).status === "RUNNING" ? undefined : true;
          });
          await bus.idle();
          return run.described();
        },
        stop: () => states.operations.StopExecution({ executionArn }),
        redrive: () => states.operations.RedriveExecution({ executionArn }),
      };
      return run;
    },
    /** Ana's answer to a question. */
    reply: (requestId: RequestId, answer: object) =>
      say(ana, { type: "reply", requestId, replyId: `r-${requestId}`.slice(0, 64), round: 1, ...answer }),
  };
  return told;
}

/** Yields to input and output until there is an answer; the test's timeout ends an endless wait. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((done) => setImmediate(done));
  }
}
