import { readFileSync, writeFileSync } from "node:fs";
import {
  answerRoutes,
  ClientMessage,
  pluginCompleteType,
  pluginRequestedType,
  requestRoutes,
  settingsRoutes,
  workflowEventTypes,
} from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { innerEventTargets } from "../producers/callboard.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { rareAudiences } from "./testing/audience-cases.ts";
import { callsText, costs } from "./testing/costs.ts";
import {
  checkedAnswers,
  fullSubjects,
  names,
  overHttp,
  pictures,
  sameCalls,
  settings,
  teams,
  throughMails,
} from "./testing/http-cases.ts";
import { recordedCalls } from "./testing/iam-calls.ts";
import { callFromProcess, type Process, runProcess } from "./testing/process.ts";
import { inLanes, type Rehearsal, rehearse } from "./testing/rehearse.ts";
import { useCases } from "./testing/use-cases.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** Rewritten by `CALLBOARD_WRITE_CALLS=1`; tests/stacks checks that a stage's roles allow these calls. */
const calls = new URL("./recorded-calls.json", import.meta.url);

/** What an invocation costs: its AWS calls, their steps, the time that it waits, and its request units. */
const costOf = (process: Process) => ({
  calls: callsText(process),
  steps: process.steps,
  waitedMs: process.waitedMs,
  ...process.units,
});

let rehearsals: Rehearsal[];
beforeAll(async () => {
  rehearsals = await inLanes(
    [
      ...useCases,
      ...overHttp,
      ...throughMails,
      ...checkedAnswers,
      ...names,
      ...settings,
      ...teams,
      ...fullSubjects,
      ...sameCalls,
      ...pictures,
      ...rareAudiences,
    ],
    (useCase) => rehearse(engine, useCase),
  );
}, 120_000);

it("gives the expected result without a fault", () => {
  const withRequests = rehearsals.slice(0, -sameCalls.length - pictures.length - rareAudiences.length);
  expect(withRequests.flatMap(({ problems }) => problems)).toEqual([]);
});

it("makes the recorded AWS calls, at the recorded cost", () => {
  const made = useCases.map(({ name, of }, i) => [
    name,
    { invocation: of.join(" "), ...costOf(rehearsals[i]!.disturbed!) },
  ]);
  if (process.env.CALLBOARD_WRITE_COSTS)
    writeFileSync(costs, `${JSON.stringify(Object.fromEntries(made), null, 2)}\n`);
  expect(Object.fromEntries(made)).toEqual(JSON.parse(readFileSync(costs, "utf8")));
});

it("makes the recorded calls, with which the roles of a deployment are tested", () => {
  const recorded = recordedCalls(rehearsals.flatMap(({ processes }) => processes));
  if (process.env.CALLBOARD_WRITE_CALLS) writeFileSync(calls, `${JSON.stringify(recorded, null, 2)}\n`);
  expect(recorded).toEqual(JSON.parse(readFileSync(calls, "utf8")));
});

it("has recorded calls for everything that invokes a function", () => {
  const recorded = JSON.parse(readFileSync(calls, "utf8")) as Record<string, Record<string, unknown>>;
  const own = (target: string) =>
    Object.entries(innerEventTargets).flatMap(([type, function_]) => (function_ === target ? [type] : []));
  const messages = ClientMessage.def.options.map((option) => option.def.shape.type.def.values[0]!);
  const routes = Object.values({ ...requestRoutes, ...answerRoutes, ...settingsRoutes }).map(
    ({ method, path }) => `${method} ${path}`,
  );
  const wanted: Record<string, string[]> = {
    socket: ["connect", "disconnect", ...messages],
    requests: routes,
    ingest: [...workflowEventTypes, ...own("ingest"), "Step Functions Execution Status Change"],
    relay: own("relay"),
    fanout: own("fanout"),
    notify: [...own("notify"), "Email Bounced"],
    plugins: [pluginRequestedType, pluginCompleteType, ...own("plugins")],
    clock: ["poll", "wake-up"],
  };
  const known = Object.entries(recorded).map(([name, paths]): [string, string[]] => [
    name,
    Object.keys(paths).map((path) => path.replace(/req_\w+/, "{id}")),
  ]);
  const missing = Object.entries(wanted).flatMap(([name, paths]) =>
    paths
      .filter((path) => !Object.fromEntries(known)[name]?.includes(path))
      .map((path) => `no recorded call of ${name} for ${path}`),
  );
  expect(missing).toEqual([]);
});

it("makes no more calls for a listed subject if its line in the lists does not change", async () => {
  const [listed, unlisted] = await inLanes(["video", "order,vide,videos"], (lists) =>
    rehearse(engine, {
      name: "a percentage",
      lists,
      of: ["ingest", "Progress Reported"],
      async prepare({ progress, world }) {
        progress("mp4", "started", { owners: ["user/ana"], title: "A title" });
        await world.settle(60_000);
      },
      act: async ({ progress }) => progress("mp4", "running", { percent: 50, title: "A title" }),
    }),
  );
  expect(costOf(listed!.disturbed!)).toEqual(costOf(unlisted!.disturbed!));
  expect([...listed!.problems, ...unlisted!.problems]).toEqual([]);
});

it("counts concurrent calls as one step, in whatever order they are answered", async () => {
  const call = (turns: number) =>
    callFromProcess(
      { service: "DynamoDB", operation: "GetItem", request: "{}" },
      {
        async effect() {
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        },
        brokenAnswer() {},
        discard() {},
      },
    );
  const oneByOne = async (turns: readonly number[]) => {
    for (const of of turns) await call(of);
  };
  const stepsOf = async (work: () => Promise<unknown>) =>
    (await runProcess("ingest", "work", undefined, work)).process.steps;
  expect(await stepsOf(() => oneByOne([0, 5, 0]))).toBe(3);
  expect(await stepsOf(() => Promise.all([call(0), call(9), call(3)]))).toBe(1);
  expect(await stepsOf(() => Promise.all([oneByOne([9, 9]), oneByOne([0, 1, 0])]))).toBe(3);
});

it("relays an answer with the fewest calls", async () => {
  const reply = useCases.find(({ name }) => name === "a reply: pick")!;
  const { processes } = await rehearse(engine, reply);
  expect(processes.slice(0, 2).map((process) => [process.name, callsText(process)])).toEqual([
    ["socket", "BatchGetItem SendMessageBatch TransactWriteItems PutEvents"],
    ["relay", "BatchGetItem SendTaskSuccess SendMessageBatch TransactWriteItems PutEvents"],
  ]);
});
