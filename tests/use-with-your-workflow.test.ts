import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
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
const machines = shown.slice(0, 2);
const settings = blocks("sh").map((line) => /^(\w+)='?(.*?)'?\n$/.exec(line)!.slice(1) as [string, string]);

const subject = "article/a_1";
const day = 86_400_000;
/** One of the page's state machines on the embedded services, with Callboard's handlers behind its bus. */
async function stage(
  definition: string,
  { away = false, ...input }: { away?: boolean; [field: string]: unknown } = {},
) {
  // Callboard names who may publish, in the words of the page.
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
    /** What somebody sees who follows a channel now, without the ids of the execution. */
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

describe("the state machine that asks about each item of a Map", () => {
  const map = shown[2]!;

  it("is valid", () => {
    const { isValid, errorsText } = validate(map.machine);
    expect(isValid ? "" : errorsText()).toBe("");
  });

  it("asks about ten items at once, and goes on when all are answered", async () => {
    const items = Array.from({ length: 10 }, (_, n) => `Item ${n + 1}`);
    const { ended, question, questions, reply, follow, bus } = await stage(map.text, { items });
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
      const { ended, questions } = await stage(text, { away: true });
      const { status, output } = await ended();
      expect([status, Object.keys(output), questions()]).toEqual(["SUCCEEDED", ["headlines"], []]);
    });
  },
);
