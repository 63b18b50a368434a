import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  createBus,
  createEndpoint,
  createStates,
  memoryStore,
  putEvents,
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
import { describe, expect, it, onTestFinished } from "vitest";
import { readSettings } from "../stacks/settings.ts";

const require = createRequire(import.meta.url);
const validate = require("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

const page = readFileSync(new URL("../docs/use-with-your-workflow.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => text!);
const machines = blocks("json").map((text) => ({ text, machine: JSON.parse(text) }));
const settings = blocks("sh").map((line) => /^(\w+)='?(.*?)'?\n$/.exec(line)!.slice(1) as [string, string]);

const subject = "article/a_1";
const day = 86_400_000;
const caller = (id: string, name: string, capabilities: string[]): Caller => ({
  id,
  name,
  roles: [],
  capabilities,
  expiresAt: Date.UTC(2100, 0, 1),
});
const ana = caller("ana", "Ana", []);
const vic = caller("vic", "Vic", ["watch:*"]);

type Values = Record<string, Record<string, unknown>>;

/** One of the page's state machines on the embedded services, with Callboard's handlers behind its bus. */
async function stage(definition: string, away = false) {
  const clock = virtualClock(Date.now());
  // Callboard names who may publish, in the words of the page.
  const { publishers } = readSettings("test", Object.fromEntries(settings));
  const subjects = Object.fromEntries(publishers.map((one) => [one.source, one.subjects]));
  const bus = await createBus({
    clock,
    store: memoryStore(),
    targets: {
      [functionArn("ingest")]: (event) => handlers.ingest(event),
      [functionArn("relay")]: (event) => handlers.relay(event),
    },
  });
  const states = createStates({
    clock,
    store: memoryStore(),
    random: () => 0.5,
    integrations: {
      "arn:aws:states:::events:putEvents": putEvents(async (request) => {
        if (away) throw Object.assign(new Error("no such bus"), { name: "ResourceNotFoundException" });
        return bus.operations.PutEvents(request);
      }),
    },
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
    ingest: ingestHandler({ app, log, publishers: subjects }),
    relay: relayHandler({ app, log }),
    socket: socketHandler({ app, clock: clocks, log }),
  };

  const { stateMachineArn } = await states.operations.CreateStateMachine({
    name: "newsroom",
    roleArn: "arn:aws:iam::123456789012:role/newsroom",
    definition,
  });
  await putRules(bus, [stateMachineArn]);
  const { executionArn } = await states.operations.StartExecution({
    stateMachineArn,
    input: JSON.stringify({ subject, editors: ["user/ana"] }),
  });

  /** What the socket answers to somebody's message. */
  const say = async (who: Caller, message: object) => {
    const { body } = await handlers.socket(messageEvent(who, { id: "m1", ...message }));
    return JSON.parse(body!);
  };
  let sub = 0;
  const told = {
    bus,
    say,
    /** What somebody sees who follows a channel now, without the ids of the execution. */
    async follow(who: Caller, channel: string): Promise<Values> {
      const { channels } = await say(who, { type: "subscribe", channels: { [channel]: { sub: ++sub } } });
      const live = (channels[channel].items as { key: string; value: Values }[]).filter(({ value }) => value);
      return Object.fromEntries(
        live.map(({ key, value }) => [key.replace(/^(step|execution)\/[^/]+/, "$1"), value]),
      );
    },
    questions: () => requests.all(),
    /** How each question stands, in the order in which they were asked. */
    standing: () => requests.all().map(({ order, status }) => `${order} ${status.state}`),
    /** Resolves with the n-th question, from 1, once it was told. */
    question: (n = 1) =>
      until(async () => {
        await bus.idle();
        return requests.all()[n - 1];
      }),
    /** Lets time pass in steps, after each of which Callboard's clock polls, unless it is away. */
    async pass(ms: number, { stepMs = 300_000, polls = true } = {}) {
      for (const end = clock.now() + ms; clock.now() < end; ) {
        await clock.advance(Math.min(stepMs, end - clock.now()));
        await bus.idle();
        if (polls) await app.clock.pollDue();
        await bus.idle();
      }
    },
    /** How the execution stands. */
    async described() {
      const { status, output } = await states.operations.DescribeExecution({ executionArn });
      return { status, ...(output === undefined ? {} : { output: JSON.parse(output) }) };
    },
    /** Resolves with what the execution ended with, once Callboard was told. */
    async ended() {
      await until(async () => {
        await clock.advance(1000);
        return (await told.described()).status === "RUNNING" ? undefined : true;
      });
      await bus.idle();
      return told.described();
    },
    stop: () => states.operations.StopExecution({ executionArn }),
    redrive: () => states.operations.RedriveExecution({ executionArn }),
    pick: (requestId: RequestId, candidateId: string) =>
      say(ana, { type: "reply", requestId, replyId: "r1", round: 1, verb: "pick", candidateId }),
  };
  return told;
}

/** Gives up turns to input and output until there is an answer; the test's own limit ends what never comes. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((done) => setImmediate(done));
  }
}

it("shows one state machine in each language", () => {
  expect(machines.map(({ machine }) => machine.QueryLanguage)).toEqual(["JSONata", "JSONPath"]);
  const [jsonata, jsonPath] = machines.map(({ machine }) => Object.keys(machine.States));
  expect(jsonPath).toEqual(jsonata);
});

it("shows settings that a deployment takes", () => {
  const { publishers, stateMachineArns } = readSettings("test", Object.fromEntries(settings));
  expect(publishers).toHaveLength(1);
  expect(stateMachineArns).toHaveLength(1);
});

describe.each(machines.map(({ text, machine }) => [machine.QueryLanguage as string, text, machine] as const))(
  "the state machine in %s",
  (_, text, machine) => {
    it("is valid", () => {
      const { isValid, errorsText } = validate(machine);
      expect(isValid ? "" : errorsText()).toBe("");
    });

    it("tells its progress, asks, and goes on with the answer", async () => {
      const { question, follow, pick, ended, bus } = await stage(text);
      const { id } = await question();
      expect(await follow(vic, `watch:${subject}`)).toMatchObject({
        execution: { state: "running" },
        "step/headline": { state: "started", attempt: 1, message: "Looking for a headline" },
        waiting: {},
      });
      const inbox = await follow(ana, "inbox:user/ana");
      expect(inbox[`request/${id}`]).toMatchObject({ subject });
      const work = await follow(ana, `work:${subject}`);
      expect(work[`request/${id}`]).toMatchObject({
        prompt: "Which headline shall the article have?",
        verbs: ["pick", "reject"],
        candidates: ["short", "long"],
      });
      expect(work["candidate/headline/1/short"]).toMatchObject({ title: "Queues beat locks" });

      expect(await pick(id, "long")).toMatchObject({ status: "accepted" });
      await bus.idle();
      const { status, output } = await ended();
      expect([status, output.headlines.length]).toEqual(["SUCCEEDED", 2]);
      expect(output.answer).toEqual({
        requestId: id,
        replyId: "r1",
        verb: "pick",
        candidateId: "long",
        round: 1,
        by: { id: "ana", name: "Ana" },
        at: expect.any(Number),
      });
      expect(await follow(vic, `watch:${subject}`)).toMatchObject({
        execution: { state: "succeeded" },
        "step/headline": { state: "succeeded" },
      });
      expect(bus.deadLetters()).toEqual([]);
    });

    it("waits a day, heartbeat by heartbeat, and goes on without an answer", async () => {
      const { question, pass, ended, standing, described, follow, bus } = await stage(text);
      const { deadline, askedAt } = await question();
      expect(deadline! - askedAt).toBe(day - 60_000);
      await pass(day - 600_000);
      expect([await described(), standing()]).toEqual([{ status: "RUNNING" }, ["0,1,0 open"]]);
      await pass(600_000, { stepMs: 5000 });
      const { status, output } = await ended();
      expect([status, Object.keys(output)]).toEqual(["SUCCEEDED", ["headlines"]]);
      expect(standing()).toEqual(["0,1,0 expired"]);
      const watch = await follow(vic, `watch:${subject}`);
      expect(watch).toMatchObject({ execution: { state: "succeeded" } });
      expect(watch).not.toHaveProperty("waiting");
      expect(bus.deadLetters()).toEqual([]);
    });

    it("asks again when heartbeats stop, and closes the question when it has asked often enough", async () => {
      const { question, pass, ended, standing } = await stage(text);
      await question();
      await pass(3_700_000, { polls: false });
      await question(2);
      expect(standing()).toEqual(["0,1,0 superseded", "0,1,1 open"]);
      await pass(4 * 3_700_000, { polls: false });
      expect(await ended()).toMatchObject({ status: "SUCCEEDED" });
      expect(standing().slice(2)).toEqual(["0,1,2 superseded", "0,1,3 withdrawn"]);
    });

    it("asks anew in a redriven execution, whose old question was withdrawn when it was stopped", async () => {
      const { question, stop, redrive, standing, pick, ended, follow, bus } = await stage(text);
      await question();
      await stop();
      await until(async () => {
        await bus.idle();
        return standing()[0] === "0,1,0 withdrawn" || undefined;
      });
      expect(await follow(vic, `watch:${subject}`)).toMatchObject({ execution: { state: "aborted" } });
      await redrive();
      const { id } = await question(2);
      expect(standing()).toEqual(["0,1,0 withdrawn", "1,1,0 open"]);
      await pick(id, "short");
      await bus.idle();
      expect(await ended()).toMatchObject({ status: "SUCCEEDED", output: { answer: { requestId: id } } });
      expect(await follow(vic, `watch:${subject}`)).toMatchObject({
        execution: { state: "succeeded" },
        "step/headline": { state: "succeeded", attempt: 2 },
      });
    });

    it("does its work when Callboard is away", async () => {
      const { ended, questions } = await stage(text, true);
      const { status, output } = await ended();
      expect([status, Object.keys(output), questions()]).toEqual(["SUCCEEDED", ["headlines"], []]);
    });
  },
);
