import {
  jsonBytes,
  limits,
  type Principal,
  type RequestId,
  type RequestValue,
  type WaitingValue,
} from "@callboard/protocol";
import { expect, it } from "vitest";
import { ana, itemsOf, memoryStage, metaOf, overSocket } from "../testing/index.ts";
import { work } from "./testing/staged.ts";

const longSchema = (bytes: number) => ({ type: "string", description: "s".repeat(bytes) });
const answer = { verb: "edit", value: "v".repeat(8000), comment: "\u0001".repeat(1000) } as const;
const verbs = ["edit" as const, "approve" as const];

const valuesOf = async ({ ports }: ReturnType<typeof memoryStage>): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await itemsOf(ports, work)).filter(({ value }) => value !== null).map(({ key, value }) => [key, value]),
  );
const requestIn = (values: Readonly<Record<string, unknown>>, id: RequestId) =>
  values[`request/${id}`] as RequestValue | undefined;

it("shows that a question was answered, however long it and its answer are", async () => {
  const stage = memoryStage();
  const id = await stage.ask({
    verbs,
    schema: longSchema(1500),
    prompt: "\u0001".repeat(1000),
    candidates: Array.from({ length: 20 }, (_, n) => ({ id: `${n}`.padStart(64, "c"), title: "One" })),
  });
  const assignees = Array.from(
    { length: 20 },
    (_, n): Principal => (n === 0 ? "user/ana" : `user/${`${n}`.padStart(128, "a")}`),
  );
  await stage.report({ step: "s", state: "started", owners: ["user/ana"] });
  expect(await stage.app.feedback.reassign(overSocket(ana), id, assignees)).toMatchObject({
    status: "accepted",
  });
  await stage.reply(id, answer);
  await stage.pump();
  const shown = requestIn(await valuesOf(stage), id)!;
  expect(shown).toMatchObject({ state: "relayed", reply: { verb: "edit" } });
  expect(jsonBytes(shown)).toBeLessThanOrEqual(limits.valueBytes);
  expect(stage.requests.all()[0]).toMatchObject({ announced: stage.requests.all()[0]!.version });
});

it("shows that questions were answered, and those that wait for room, in a subject full of open ones", async () => {
  const stage = memoryStage();
  const ids: RequestId[] = [];
  for (let n = 0; n < 36; n++)
    ids.push(await stage.ask({ thread: `t${n}`, verbs, schema: longSchema(7000) }));
  const before = await valuesOf(stage);
  const untold = ids.filter((id) => !requestIn(before, id));
  expect(untold.length).toBeGreaterThan(0);
  expect(requestIn(before, ids[0]!)).toMatchObject({ state: "open" });
  for (const id of ids.slice(0, 5)) {
    await stage.reply(id, answer);
    await stage.pump();
    const shown = requestIn(await valuesOf(stage), id);
    if (shown) expect(shown.state).toBe("relayed");
  }
  expect((await metaOf(stage.ports, work))!.bytes).toBeLessThanOrEqual(limits.channelBytes);
  await stage.advance(120_000);
  const after = await valuesOf(stage);
  for (const id of untold) expect(requestIn(after, id)).toMatchObject({ state: "open" });
});

it("shows that a question was answered if even its short answer exceeds the subject's bytes", async () => {
  const stage = memoryStage();
  const ids: RequestId[] = [];
  for (let n = 0; n < 150; n++)
    ids.push(await stage.ask({ thread: `t${n}`, verbs, prompt: "p".repeat(900), schema: longSchema(300) }));
  for (const id of ids.filter((_, n) => n % 3 === 0)) {
    const isShown = requestIn(await valuesOf(stage), id) !== undefined;
    await stage.reply(id, { ...answer, value: "v" });
    stage.queue.splice(1);
    await stage.app.feedback.announce(id, 2);
    if (isShown) expect(requestIn(await valuesOf(stage), id)?.state).toBe("answered");
  }
});

it("shows a question and its candidates though steps under way of its execution fill the subject", async () => {
  const stage = memoryStage();
  for (let n = 0; n < 510; n++) await stage.report({ step: `s${n}`, state: "started" });
  const id = await stage.ask();
  const values = await valuesOf(stage);
  expect(requestIn(values, id)).toMatchObject({ state: "open" });
  expect(Object.keys(values).filter((key) => key.startsWith("candidate/"))).toHaveLength(2);
  expect(Object.keys(values).filter((key) => key.includes("/s509"))).toHaveLength(1);
});

it("shows every question with its candidates though too many wait for one value for viewers", async () => {
  const stage = memoryStage();
  const ids: RequestId[] = [];
  const candidates = [{ id: "a", title: "One" }];
  const deadlines = { timeoutSeconds: 3600, candidates };
  for (let n = 0; n < 200; n++) {
    ids.push(await stage.ask({ thread: `${n}`.padStart(60, "t"), ...deadlines }));
    await stage.advance(100);
  }
  const values = await valuesOf(stage);
  for (const id of ids) expect(requestIn(values, id)).toMatchObject({ state: "open" });
  expect(Object.keys(values).filter((key) => key.startsWith("candidate/"))).toHaveLength(200);
  const waiting = async () =>
    (await itemsOf(stage.ports, "watch:video/v_1")).find(({ key }) => key === "waiting")!;
  const before = await waiting();
  const told = Object.keys((before.value as WaitingValue).requests);
  expect(jsonBytes(before.value)).toBeLessThanOrEqual(limits.valueBytes);
  expect(told.length).toBeGreaterThan(90);
  expect(told.sort()).toEqual(ids.slice(-told.length).sort());
  await stage.app.feedback.extend(overSocket(ana), ids[0]!, stage.now() + 600_000);
  await stage.pump();
  expect(await waiting()).toEqual(before);
});
