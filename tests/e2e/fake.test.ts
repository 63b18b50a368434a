import { fileURLToPath } from "node:url";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { type Callboard, type Channel, connect, type Receipt, type ReplyInput } from "@callboard/client";
import { type FakeAsk, fakeCallboard } from "@callboard/client/testing";
import type { RequestId } from "@callboard/protocol";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { startAsking } from "./asking.ts";
import { openBrowser, openPage } from "./browser.ts";
import { eventually } from "./people.ts";
import { openStage } from "./stage.ts";

const subject = "order/7";
const channels: Channel[] = [
  `watch:${subject}`,
  `work:${subject}`,
  "inbox:user/ana",
  "inbox:user/bob",
  "list:order",
  "list:order/user/ana",
];

type User = "ana" | "bob";
type Question = Omit<FakeAsk, "subject" | "thread"> & { readonly thread: string };

/** A question: its id, and the result with which its workflow continued. */
interface Asked {
  readonly requestId: RequestId;
  /** The ARN of the execution that asks. */
  readonly execution: string;
  answer(): Promise<unknown>;
}

/** What a story needs from a Callboard: the service or the fake. */
interface World {
  /** The ids of the questions, in their order. */
  readonly ids: string[];
  put(type: "Progress Reported" | "Candidates Proposed" | "Feedback Closed", detail: object): Promise<void>;
  ask(question: Question): Promise<Asked>;
  reply(user: User, reply: Omit<ReplyInput, "round">): Promise<Receipt>;
  values(channel: Channel): Promise<Readonly<Record<string, unknown>>>;
}

const schema = { type: "object", required: ["price"], properties: { price: { type: "number", minimum: 1 } } };
const assignees = ["user/ana", "user/bob"] as const;
const candidates = ["left", "right"].map((id) => ({ id, title: id.toUpperCase() }));

/** Reports, questions and answers, valid and invalid; returns all answers to replies. */
async function play({ put, ask, reply }: World): Promise<unknown[]> {
  const told: unknown[] = [];
  const report = (step: string, state: string, more: object = {}) =>
    put("Progress Reported", { subject, execution: progress, step, state, ...more });
  await report("execution", "started", { at: at(1), title: "Seven", owners: ["user/ana"] });
  await report("pack", "running", { at: at(2), percent: 40, message: "Packing" });
  await report("pack", "failed", { at: at(3), cause: "The box is too small" });
  await report("pack", "running", { at: at(4), attempt: 2, percent: 400, message: "m".repeat(5_000) });
  await report("pack", "running", { at: at(3.5), attempt: 2, percent: 1 });
  await report("ship", "started", { at: at(5), data: { truck: 3, avatar: "no picture" } });
  const side = { subject, execution: progress, thread: "side", round: 1, source: "A model", candidates };
  await put("Candidates Proposed", side);

  const pick = await ask({ thread: "side-1", prompt: "Which side?", verbs: ["pick"], candidates, assignees });
  told.push(await reply("bob", { requestId: pick.requestId, replyId: "r0", verb: "approve" }));
  told.push(
    await reply("bob", { requestId: pick.requestId, replyId: "r1", verb: "pick", candidateId: "up" }),
  );
  told.push(
    await reply("ana", { requestId: pick.requestId, replyId: "r2", verb: "pick", candidateId: "left" }),
  );
  told.push(await pick.answer());
  told.push(
    await reply("bob", { requestId: pick.requestId, replyId: "r3", verb: "pick", candidateId: "right" }),
  );

  const price = await ask({ thread: "price", prompt: "How much?", verbs: ["answer"], schema, assignees });
  for (const [replyId, value] of Object.entries({ r4: { price: 0 }, r5: {}, r6: { price: 12.5 } }))
    told.push(await reply("ana", { requestId: price.requestId, replyId, verb: "answer", value }));
  told.push(await price.answer());

  const ship = await ask({ thread: "ship", prompt: "Ship it?", verbs: ["approve", "reject"], assignees });
  const { requestId } = ship;
  told.push(await reply("bob", { requestId, replyId: "r7", verb: "reject", comment: "It rains" }));
  told.push(await ship.answer());

  const { execution } = await ask({ thread: "sold", prompt: "Sell it?", verbs: ["approve"], assignees });
  await put("Feedback Closed", { subject, execution, thread: "sold", reason: "sold" });
  await ask({
    thread: "open",
    prompt: "And now?",
    verbs: ["approve"],
    assignees: ["user/bob"],
    title: "Seven!",
  });
  await report("ship", "succeeded", { at: at(6) });
  return told;
}

/** The workflow's times of its reports, in seconds of a past year. */
const at = (second: number) => Date.UTC(2025, 0, 1) + second * 1000;
const thisYear = Date.UTC(2026, 0, 1);
const progress = "arn:aws:states:us-east-1:000000000000:execution:workflow:order-7";

/** The same without what differs in every run: wall-clock times, and ids of requests. */
function settledOf(what: unknown, { ids }: World): unknown {
  const text = JSON.stringify(what, (_, value: unknown) =>
    typeof value === "number" && value >= thisYear ? "time" : value,
  );
  return JSON.parse(
    text
      .replace(/req_[0-9a-z]{10,64}/g, (id) => `req_${ids.indexOf(id)}`)
      // Each makes them in its own way; they are opaque.
      .replace(/"digest":"[0-9a-z]{12,64}"/g, '"digest":"of what was shown"'),
  );
}

async function mapsOf({ values }: World): Promise<unknown> {
  return Promise.all(channels.map(async (channel) => [channel, await values(channel)]));
}

async function theService(): Promise<World & { readonly executions: readonly string[] }> {
  const stage = await openStage({}, { lists: "order" });
  onTestFinished(() => stage.close());
  const people: Record<User, Callboard> = {
    ana: stage.person("ana", "creator"),
    bob: stage.person("bob", "creator"),
  };
  const executions: string[] = [];
  const ids: string[] = [];
  return {
    ids,
    executions,
    async put(type, detail) {
      await stage.aws.put(type, [detail]);
      await stage.settled();
    },
    async ask(question) {
      const asked = { candidates: [], ...question };
      const [execution = ""] = await startAsking(stage.aws, question.thread, [subject], asked);
      executions.push(execution);
      const open = () => stage.aws.stores.requests.threads(execution);
      const [thread] = await eventually(open, (threads) => threads.length === 1);
      await stage.settled();
      ids.push(thread!.requestId);
      return {
        requestId: thread!.requestId,
        execution,
        async answer() {
          const describe = () =>
            stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
          const { output } = await eventually(describe, ({ status }) => status === "SUCCEEDED");
          await stage.settled();
          return JSON.parse(output!);
        },
      };
    },
    async reply(user, reply) {
      const receipt = await people[user].reply({ round: 1, ...reply });
      await stage.settled();
      return receipt;
    },
    async values(channel) {
      const items = Object.entries(await stage.tableMap(channel));
      return Object.fromEntries(items.map(([key, item]) => [key, (item as { value: unknown }).value]));
    },
  };
}

/** `executions` are the ARNs of those that ask, in their order. */
function theFake(executions: readonly string[]): World {
  const fake = fakeCallboard({ lists: ["order"] });
  const capabilities = ["watch:*", "work:*"];
  const people: Record<User, Callboard> = {
    ana: connect(fake.as("user/ana", { name: "Ana", roles: ["creator"], capabilities })),
    bob: connect(fake.as("user/bob", { name: "Bob", roles: ["creator"], capabilities })),
  };
  onTestFinished(() => Object.values(people).forEach((client) => void client.close()));
  const ids: string[] = [];
  const puts = {
    "Progress Reported": fake.report,
    "Candidates Proposed": fake.propose,
    "Feedback Closed": fake.withdraw,
  };
  return {
    ids,
    put: (type, detail) => puts[type](detail as never),
    async ask(question) {
      const execution = executions[ids.length]!;
      const usual = { timeoutSeconds: 600, candidates: [] };
      const made = await fake.ask({ ...usual, ...question, subject, execution });
      const { requestId } = made;
      ids.push(requestId);
      return { requestId, execution, answer: async () => made.answers[0] };
    },
    async reply(user, reply) {
      const receipt = await people[user].reply({ round: 1, ...reply });
      await fake.settled();
      return receipt;
    },
    values: fake.values,
  };
}

it("works in a browser as in Node", async () => {
  const script = `
    import { connect } from "@callboard/client";
    import { fakeCallboard } from "@callboard/client/testing";
    const fake = fakeCallboard();
    const client = connect(fake.as("user/ana"));
    const asked = { subject: "order/7", prompt: "How much?", verbs: ["answer"], assignees: ["user/ana"] };
    const schema = ${JSON.stringify(schema)};
    const { requestId, round } = await fake.ask({ ...asked, schema });
    const answer = (price) => client.reply({ requestId, round, verb: "answer", value: { price } });
    window.told = [await answer(0), await answer(2)].map(({ code, status }) => code ?? status);`;
  const built = await build({
    stdin: { contents: script, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const { page, problems } = await openPage(browser, "about:blank");
  await page.addScriptTag({ type: "module", content: built.outputFiles[0]!.text });
  const told = await page.waitForFunction(() => (window as unknown as { told?: string[] }).told);
  expect([await told.jsonValue(), problems]).toEqual([["invalid", "accepted"], []]);
});

it("gives the same values and answers as the service, for the same reports, questions and answers", async () => {
  const service = await theService();
  const told = await play(service);
  const fake = theFake(service.executions);
  expect(settledOf(await play(fake), fake)).toEqual(settledOf(told, service));
  const maps = settledOf(await mapsOf(service), service);
  expect(JSON.stringify(maps)).toContain("It rains");
  expect(settledOf(await mapsOf(fake), fake)).toEqual(maps);
}, 120_000);
