import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { ana, embeddedWorkflows, vic } from "./embedded-workflows.ts";

// It is typed with SST's globals, which its states do not use.
const { articleStates } = (await import(new URL("../examples/minimal/article.ts", import.meta.url).href)) as {
  articleStates(bus: string): string;
};

const validate = createRequire(import.meta.url)("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

it("is what docs/component.md shows", () => {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  expect(read("docs/component.md")).toContain(`\`\`\`ts\n${read("examples/minimal/sst.config.ts")}\`\`\``);
});

const subject = "article/a_1";
/** An execution that waits for this many seconds in place of a day, with heartbeats in half of that. */
const start = async (waitSeconds = 86_400) => {
  const definition = articleStates("callboard")
    .replaceAll(/(?<=:)86400\b/g, `${waitSeconds}`)
    .replaceAll(/(?<=:)3600\b/g, `${Math.min(3600, waitSeconds / 2)}`);
  const workflows = await embeddedWorkflows({
    machines: { newsroom: definition },
    publishers: { newsroom: ["article/"] },
  });
  return { ...workflows, ...(await workflows.start("newsroom", { subject, editors: ["user/ana"] })) };
};
/** The values that a person sees, by keys without the ids of executions. */
const seen = (items: Record<string, object>) =>
  Object.fromEntries(
    Object.entries(items).map(([key, value]) => [key.replace(/^(step|execution)\/[^/]+/, "$1"), value]),
  );

it("is a state machine that Step Functions accepts, and names the given bus", () => {
  const text = articleStates("newsroom-ana-Bus");
  const { isValid, errorsText } = validate(JSON.parse(text));
  expect(isValid ? "" : errorsText()).toBe("");
  expect(text.match(/"EventBusName":"newsroom-ana-Bus"/g)).toHaveLength(5);
});

it("reports its progress, asks, and continues with the answer", async () => {
  const { question, follow, reply, ended, bus } = await start();
  const { id } = await question();
  expect(seen(await follow(vic, `watch:${subject}`))).toMatchObject({
    execution: { state: "running" },
    "step/headline": { state: "running", message: "Looking for a headline" },
  });
  expect(await follow(ana, "inbox:user/ana")).toHaveProperty([`request/${id}`]);
  expect(await reply(id, { verb: "pick", candidateId: "short" })).toMatchObject({ status: "accepted" });
  expect(await ended()).toMatchObject({
    status: "SUCCEEDED",
    output: { answer: { verb: "pick", candidateId: "short" } },
  });
  expect(seen(await follow(vic, `watch:${subject}`))).toMatchObject({
    execution: { state: "succeeded" },
    "step/headline": { state: "succeeded", percent: 100 },
  });
  expect(bus.deadLetters()).toEqual([]);
});

it("withdraws its question when nobody answers in time", async () => {
  const { question, questions, ended, bus } = await start(600);
  await question();
  expect(await ended()).toMatchObject({ status: "SUCCEEDED" });
  expect(questions().map(({ status }) => status.state)).not.toContain("open");
  expect(bus.deadLetters()).toEqual([]);
});
