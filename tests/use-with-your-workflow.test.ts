import { readFileSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expand } from "@callboard/asl";
import { run } from "callboard";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { readStageSettings as readSettings } from "../stacks/stage-settings.ts";
import { ana, embeddedWorkflows, until, vic } from "./embedded-workflows.ts";

const require = createRequire(import.meta.url);
const validate = require("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

const page = readFileSync(new URL("../docs/use-with-your-workflow.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => text!);
const shown = blocks("json").map((text) => ({ text, machine: JSON.parse(text) }));
/** The short forms in both languages and of the Map, then the written-out forms of the first two. */
const [jsonata, jsonPath, map, ...machines] = shown as [Shown, Shown, Shown, ...Shown[]];
type Shown = (typeof shown)[number];
const settings = blocks("sh")
  .map((line) => /^(\w+)='?(.*?)'?\n$/.exec(line))
  .filter((line) => line !== null)
  .map((line) => line.slice(1) as [string, string]);

const subject = "article/a_1";
const day = 86_400_000;
/** One of the page's state machines on the embedded services, with Callboard's handlers behind its bus. */
async function stage(
  definition: string,
  { away = false, ...input }: { away?: boolean; [field: string]: unknown } = {},
) {
  // Callboard has the publishers of the page.
  const { publishers } = readSettings("test", Object.fromEntries(settings));
  const workflows = await embeddedWorkflows({
    machines: { newsroom: definition },
    publishers: Object.fromEntries(publishers.map((one) => [one.source, one.subjects])),
    away,
  });
  const run = await workflows.start("newsroom", { subject, editors: ["user/ana"], ...input });
  return {
    ...workflows,
    ...run,
    /** The values of a channel for a new follower, without the ids of the execution. */
    async follow(...following: Parameters<typeof workflows.follow>) {
      const values = Object.entries(await workflows.follow(...following));
      return Object.fromEntries(
        values.map(([key, value]) => [key.replace(/^(step|execution)\/[^/]+/, "$1"), value]),
      );
    },
    pick: (requestId: Parameters<typeof workflows.reply>[0], candidateId: string) =>
      workflows.reply(requestId, { replyId: "r1", verb: "pick", candidateId }),
  };
}

it("shows one state machine in each language, and its complete definition", () => {
  expect(machines.map(({ machine }) => machine.QueryLanguage)).toEqual(["JSONata", "JSONPath"]);
  expect(machines.map(({ machine }) => machine)).toEqual([expand(jsonata.machine), expand(jsonPath.machine)]);
  const names = machines.map(({ machine }) => Object.keys(machine.States));
  expect(names[1]).toEqual(names[0]);
});

it("shows commands that, one after the other, write the definition out for this machine and for a stage", async () => {
  const folder = await mkdtemp(join(tmpdir(), "callboard-guide-"));
  const lines = blocks("sh").find((block) => block.startsWith("npx callboard asl"))!;
  await writeFile(join(folder, "newsroom.json"), jsonata.text);
  const warned: string[] = [];
  const terminal = {
    env: {},
    print: () => {},
    warn: (line: string) => void warned.push(line),
    ask: async () => undefined,
    readInput: async () => "",
  };
  const type = (line: string) => {
    const args = line.split(" ").slice(2);
    return run(
      args.map((arg) => (arg.endsWith(".json") ? join(folder, arg) : arg)),
      terminal,
    );
  };
  const made = async (file: string) => JSON.parse(await readFile(join(folder, file), "utf8"));
  const commands = lines.trim().split("\n");
  for (const line of commands) expect(await type(line)).toBe(0);
  expect(warned).toEqual([]);
  // The next commands create a state machine from this file.
  expect(page).toContain("--definition file://newsroom.asl.json");
  expect(await made("newsroom.asl.json")).toEqual(machines[0]!.machine);
  const deployed = expand(jsonata.machine, { bus: "callboard-production" });
  expect(await made("newsroom.production.asl.json")).toEqual(deployed);
  const check = commands.find((line) => line.endsWith("--check"))!;
  await writeFile(join(folder, "newsroom.json"), JSON.stringify(deployed));
  expect(await type(check)).toBe(1);
  expect(warned).toEqual([expect.stringContaining("is not up to date with the definition")]);
});

it("shows settings that a deployment accepts", () => {
  const { publishers, stateMachineArns } = readSettings("test", Object.fromEntries(settings));
  expect(publishers).toHaveLength(1);
  expect(stateMachineArns).toHaveLength(1);
});

describe("the state machine that asks about each item of a Map", () => {
  const text = JSON.stringify(expand(map.machine));

  it("is valid", () => {
    const { isValid, errorsText } = validate(JSON.parse(text));
    expect(isValid ? "" : errorsText()).toBe("");
  });

  it("asks about ten items at once, and continues when all are answered", async () => {
    const items = Array.from({ length: 10 }, (_, n) => `Item ${n + 1}`);
    const { ended, question, questions, reply, follow, bus } = await stage(text, { items });
    await question(10);
    await bus.idle();
    expect(
      Object.keys(await follow(ana, `work:${subject}`)).filter((key) => key.startsWith("warning/")),
    ).toEqual([]);
    const answers = items.map((_, n) => (n % 2 ? "reject" : "approve"));
    for (const { id, thread, prompt, status } of questions()) {
      const n = Number(thread.replace("approve-", ""));
      expect([status.state, prompt]).toEqual(["open", `Item ${n + 1}: shall it go out?`]);
      expect(await reply(id, { verb: answers[n] })).toMatchObject({ status: "accepted" });
    }
    await bus.idle();
    expect(await ended()).toEqual({ status: "SUCCEEDED", output: answers });
    expect(bus.deadLetters()).toEqual([]);
  });

  it("continues without missing answers, and closes their questions", async () => {
    const { ended, question, questions, reply, pass, bus } = await stage(text, { items: ["One", "Two"] });
    await question(2);
    const one = questions().find(({ prompt }) => prompt.startsWith("One"))!;
    await reply(one.id, { verb: "approve" });
    await pass(day, { stepMs: 60_000 });
    expect(await ended()).toEqual({ status: "SUCCEEDED", output: ["approve", "unanswered"] });
    expect(
      questions()
        .map(({ status }) => status.state)
        .sort(),
    ).toEqual(["expired", "relayed"]);
    expect(bus.deadLetters()).toEqual([]);
  });
});

describe.each(machines.map(({ text, machine }) => [machine.QueryLanguage as string, text, machine] as const))(
  "the state machine in %s",
  (_, text, machine) => {
    it("is valid", () => {
      const { isValid, errorsText } = validate(machine);
      expect(isValid ? "" : errorsText()).toBe("");
    });

    it("reports its progress, asks, and continues with the answer", async () => {
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
        prompt: "Which headline should the article have?",
        verbs: ["pick", "reject"],
        candidates: ["short", "long"],
      });
      expect(work[`candidate/headline/1/${id}/short`]).toMatchObject({ title: "Queues beat locks" });

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
        via: "socket",
        digest: expect.any(String),
        at: expect.any(Number),
      });
      expect(await follow(vic, `watch:${subject}`)).toMatchObject({
        execution: { state: "succeeded" },
        "step/headline": { state: "succeeded" },
      });
      expect(bus.deadLetters()).toEqual([]);
    });

    it("waits a day, heartbeat by heartbeat, and continues without an answer", async () => {
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

    it("asks again in a redriven execution; its old question was withdrawn when it was stopped", async () => {
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

    it("does its work while Callboard is unavailable", async () => {
      const { ended, questions } = await stage(text, { away: true });
      const { status, output } = await ended();
      expect([status, Object.keys(output), questions()]).toEqual(["SUCCEEDED", ["headlines"], []]);
    });
  },
);

/** CDK and SST are replaced by stand-ins that record their inputs. */
async function runSnippet(code: string, given: Readonly<Record<string, string>>) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "given",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^(\.\/newsroom\.js|aws-cdk-lib.*)$/ }, ({ path }) => ({
            path,
            namespace: "given",
          }));
          onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => ({
            contents: given[path]!,
            resolveDir: import.meta.dirname,
          }));
        },
      },
    ],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString("base64")}`);
}

describe("the state machine in code", () => {
  const [newsroom, cdk, sst, standIn, ...others] = blocks("js");
  const given = { "./newsroom.js": newsroom! };
  const machine = async (bus: string) => (await runSnippet(newsroom!, given)).newsroom(bus);

  it("is valid, asks, and continues with the answer or without", async () => {
    expect([standIn, ...others]).toEqual([expect.stringContaining("ChannelNotBroadcasting")]);
    const { isValid, errorsText } = validate(await machine("callboard"));
    expect(isValid ? "" : errorsText()).toBe("");
    const answered = await stage(JSON.stringify(await machine("callboard")));
    const { id } = await answered.question();
    await answered.pick(id, "short");
    await answered.bus.idle();
    expect(await answered.ended()).toMatchObject({
      status: "SUCCEEDED",
      output: { answer: { candidateId: "short" } },
    });
    const away = await stage(JSON.stringify(await machine("callboard")), { away: true });
    expect(await away.ended()).toMatchObject({ status: "SUCCEEDED" });
  });

  it("is passed to CDK as text", async () => {
    const { Newsroom } = await runSnippet(cdk!, {
      ...given,
      "aws-cdk-lib": "export class Stack {}",
      "aws-cdk-lib/aws-events":
        "export const EventBus = { fromEventBusName: (_, __, eventBusName) => ({ eventBusName, grantPutEventsTo: (machine) => { machine.granted = eventBusName; } }) };",
      "aws-cdk-lib/aws-stepfunctions":
        "export const DefinitionBody = { fromString: (text) => text }; export class StateMachine { constructor(stack, id, props) { stack.machine = Object.assign(this, props); } }",
    });
    const made = new Newsroom(undefined, "Newsroom", { stage: "production" }).machine;
    expect(made.granted).toBe("callboard-production");
    expect(JSON.parse(made.definitionBody)).toEqual(await machine("callboard-production"));
  });

  it("is passed to SST as text", async () => {
    const { made } = await runSnippet(
      `export const made = [];
      const role = { arn: "arn:aws:iam::123456789012:role/newsroom" };
      const $app = { stage: "production" };
      const aws = { sfn: { StateMachine: class { constructor(name, props) { made.push(props); } } } };
      ${sst}`,
      given,
    );
    expect(made).toHaveLength(1);
    expect(JSON.parse(made[0].definition)).toEqual(await machine("callboard-production"));
  });
});
