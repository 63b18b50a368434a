import { seconds } from "@callboard/protocol";
import { expect, it, onTestFinished, vi } from "vitest";
import { type Callboard, connect } from "../callboard.ts";
import { fakeCallboard } from "../testing/fake/index.ts";
import type { FakeCallboard, FakeUser } from "./index.ts";

const subject = "order/7";
const question = {
  subject,
  prompt: "Ship it?",
  verbs: ["approve", "reject"],
  assignees: ["user/ana"],
} as const;

function come(fake: FakeCallboard, user: `user/${string}` = "user/ana", says?: FakeUser): Callboard {
  const client = connect({ ...fake.as(user, says) });
  onTestFinished(() => client.close());
  return client;
}

it("lets a page follow a workflow without waiting for anything", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const view = client.channel(`watch:${subject}`);
  onTestFinished(view.follow());
  await fake.report({ subject, step: "pack", state: "running", percent: 40 });
  const key = "step/workflow:order-7/pack";
  expect(view.get(key)).toMatchObject({ state: "running", percent: 40, at: fake.now });
  await fake.report({ subject, step: "pack", state: "running", percent: 60 });
  expect(view.get(key)).toMatchObject({ percent: 60 });
  expect(client.state).toMatchObject({ state: "connected", user: { id: "ana" } });
  expect(await fake.values(`watch:${subject}`)).toEqual(
    Object.fromEntries([...view.items].map(([key, { value }]) => [key, value])),
  );
});

it("delivers a question to its assignees, and the answer to the workflow, once", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const inbox = client.channel("inbox:user/ana");
  onTestFinished(inbox.follow());
  const asked = await fake.ask(question);
  expect(inbox.get(`request/${asked.requestId}`)).toMatchObject({ prompt: "Ship it?" });
  expect([asked.state, asked.answers]).toEqual(["open", []]);
  const reply = { requestId: asked.requestId, round: 1, verb: "approve", replyId: "r1" } as const;
  const receipts = await Promise.all([client.reply(reply), client.reply(reply)]);
  expect(receipts.map(({ status }) => status)).toEqual(["accepted", "accepted"]);
  await fake.settled();
  expect(asked.state).toBe("relayed");
  expect(asked.answers).toEqual([
    expect.objectContaining({ verb: "approve", by: { id: "ana", name: "ana" } }),
  ]);
  expect(await client.reply({ ...reply, replyId: "r2", verb: "reject" })).toMatchObject({
    status: "refused",
    code: "already_answered",
  });
  expect(asked.answers).toHaveLength(1);
});

it("answers within an await without moving time", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const { requestId } = await fake.ask(question);
  expect(await client.reply({ requestId, round: 1, verb: "approve" })).toMatchObject({ status: "accepted" });
});

it("lets deadlines pass only when time is moved", async () => {
  const fake = fakeCallboard();
  const asked = await fake.ask({ ...question, deadlineSeconds: 60 });
  await fake.advance(seconds(55));
  expect(asked.state).toBe("open");
  await fake.advance(seconds(10));
  expect(asked.state).toBe("expired");
  const byDefault = await fake.ask({ ...question, deadlineSeconds: 60, default: { verb: "reject" } });
  await fake.advance(seconds(65));
  expect(byDefault.answers).toEqual([expect.objectContaining({ verb: "reject", by: expect.anything() })]);
});

it("reports an answer that is too late for its workflow as undeliverable", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const asked = await fake.ask(question);
  asked.stopWaiting();
  await client.reply({ requestId: asked.requestId, round: 1, verb: "approve" });
  await fake.settled();
  expect([asked.state, asked.answers]).toEqual(["undeliverable", []]);
});

it("breaks connections, refuses new ones, and then lets clients catch up", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const view = client.channel(`watch:${subject}`);
  onTestFinished(view.follow());
  await fake.settled();
  fake.disconnect();
  await fake.settled();
  expect(client.state).toMatchObject({ state: "waiting", reason: "lost" });
  await fake.report({ subject, step: "pack", state: "succeeded" });
  await fake.advance(seconds(120));
  expect(client.state.state).toBe("waiting");
  expect(view.items.size).toBe(0);
  fake.reconnect();
  await fake.advance(seconds(31));
  expect(client.state.state).toBe("connected");
  expect(view.get("step/workflow:order-7/pack")).toMatchObject({ state: "succeeded" });
});

it("keeps a reply until the connection is back", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const asked = await fake.ask(question);
  fake.disconnect();
  const receipt = client.reply({ requestId: asked.requestId, round: 1, verb: "approve" });
  await fake.advance(seconds(1));
  expect(asked.state).toBe("open");
  fake.reconnect();
  await fake.advance(seconds(31));
  expect(await receipt).toMatchObject({ status: "accepted" });
  expect(asked.answers).toHaveLength(1);
});

it("makes a network silent, which a client finds out by its heartbeat", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  onTestFinished(client.channel("inbox:user/ana").follow());
  await fake.settled();
  fake.silence();
  await fake.advance(seconds(1));
  expect(client.state.state).toBe("connected");
  await fake.advance(seconds(60));
  const opened = fake.frames.filter(({ message }) => message.type === "hello");
  expect(opened).toHaveLength(2);
  expect(client.state.state).toBe("connected");
});

it("refuses tokens when connections open, until it accepts them again", async () => {
  const fake = fakeCallboard();
  fake.refuseTokens();
  const client = come(fake);
  await fake.advance(seconds(30));
  expect(client.state).toMatchObject({ state: "waiting", reason: "unauthorized_or_unreachable" });
  fake.refuseTokens(false);
  await fake.advance(seconds(31));
  expect(client.state.state).toBe("connected");
});

it("loses frames on request, and the client finds the gap", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const view = client.channel(`watch:${subject}`);
  onTestFinished(view.follow());
  await fake.settled();
  fake.drop(1);
  await fake.report({ subject, step: "pack", state: "running", percent: 10 });
  expect(view.items.size).toBe(0);
  await fake.report({ subject, step: "ship", state: "running" });
  await fake.advance(seconds(10));
  expect([...view.items.keys()].filter((key) => key.startsWith("step/")).sort()).toEqual([
    "step/workflow:order-7/pack",
    "step/workflow:order-7/ship",
  ]);
});

it("delays frames, so that what is on its way can be seen", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const { requestId } = await fake.ask(question);
  fake.delay(500);
  let status = "on its way";
  void client.reply({ requestId, round: 1, verb: "approve" }).then((receipt) => {
    status = receipt.status;
  });
  await fake.advance(999);
  expect(status).toBe("on its way");
  await fake.advance(1);
  expect(status).toBe("accepted");
});

it("delays an opening for so long that the client gives up", async () => {
  const fake = fakeCallboard();
  fake.delay(15_000);
  const client = come(fake);
  await fake.advance(20_001);
  expect(client.state).toMatchObject({ state: "waiting", reason: "cannot_connect" });
  fake.delay(0);
  await fake.advance(seconds(21));
  expect(client.state.state).toBe("connected");
});

it("counts followers, even after somebody has closed", async () => {
  const fake = fakeCallboard();
  const [ana, bob] = [come(fake), come(fake, "user/bob")];
  for (const client of [ana, bob]) client.channel(`watch:${subject}`).follow();
  await fake.report({ subject, step: "pack", state: "running" });
  await fake.advance(seconds(60));
  expect(await fake.values(`watch:${subject}`)).toMatchObject({ viewers: { count: 2 } });
  bob.close();
  await fake.advance(seconds(60));
  expect(await fake.values(`watch:${subject}`)).toMatchObject({ viewers: { count: 1 } });
});

it("is independent: another fake has other data, and its time does not move", async () => {
  const [fake, other] = [fakeCallboard(), fakeCallboard()];
  const client = come(other);
  await fake.ask({ ...question, deadlineSeconds: 60 });
  await fake.advance(seconds(120));
  expect(other.now).toBe(fake.now - seconds(120));
  expect(await other.values("inbox:user/ana")).toEqual({});
  await other.settled();
  expect(client.state.state).toBe("connected");
});

it("lets only permitted users see and answer", async () => {
  const fake = fakeCallboard();
  const asked = await fake.ask(question);
  const bob = come(fake, "user/bob", { capabilities: [] });
  const views = [`watch:${subject}`, `work:${subject}`, "inbox:user/ana"].map((name) =>
    bob.channel(name as "watch:order/7"),
  );
  for (const view of views) onTestFinished(view.follow());
  await fake.settled();
  expect(views.map(({ status }) => status)).toEqual(views.map(() => ({ error: "forbidden" })));
  expect(await bob.reply({ requestId: asked.requestId, round: 1, verb: "approve" })).toMatchObject({
    code: "forbidden",
  });
});

it("checks an answer against the question's schema as the service does", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  const schema = {
    type: "object",
    required: ["price"],
    properties: { price: { type: "number", minimum: 1 } },
  };
  const { requestId } = await fake.ask({ ...question, verbs: ["answer"], schema });
  const reply = { requestId, round: 1, verb: "answer" } as const;
  expect(await client.reply({ ...reply, value: { price: 0 } })).toMatchObject({
    code: "invalid",
    details: { issues: [expect.stringContaining("value.price")] },
  });
  expect(await client.reply({ ...reply, value: { price: 2 } })).toMatchObject({ status: "accepted" });
});

it.each<[string, (fake: FakeCallboard) => unknown, string]>([
  ["a verb", (fake) => fake.ask({ ...question, verbs: ["aprove" as "approve"] }), "verbs.0"],
  [
    "a subject",
    (fake) => fake.report({ subject: "order 7" as "order/7", step: "a", state: "running" }),
    "subject",
  ],
  ["a state", (fake) => fake.report({ subject, step: "a", state: "done" as "running" }), "state"],
  ["a step", (fake) => fake.report({ subject, step: "a b", state: "running" }), "step"],
  ["an assignee", (fake) => fake.ask({ ...question, assignees: ["ana" as "user/ana"] }), "assignees.0"],
  ["a schema", (fake) => fake.ask({ ...question, verbs: ["answer"], schema: { type: "no" } }), "schema.type"],
  ["no event", (fake) => fake.report(undefined as never), "subject"],
  ["a role", (fake) => fake.as("user/ana", { roles: ["a b"] }), "roles.0"],
  ["a user", (fake) => fake.as("ana" as "user/ana"), "user"],
  ["a user that nobody may be", (fake) => fake.as("user/system"), "user"],
  ["a capability", (fake) => fake.as("user/ana", { capabilities: ["*"] }), "capabilities.0"],
  ["a lifetime", (fake) => fake.as("user/ana", { expiresInSeconds: 0 }), "expiresInSeconds"],
  ["a time", (fake) => fake.advance(-1), "ms"],
  ["a year", (fake) => fake.advance(seconds(366 * 86_400)), "ms"],
  ["a delay", (fake) => fake.delay(Number.NaN), "ms"],
  ["a number of frames", (fake) => fake.drop(-1), "frames"],
  ["a channel", (fake) => fake.values("orders" as "watch:order/7"), "channel"],
  ["a thread", (fake) => fake.propose({ subject, thread: "a b", candidates: [] }), "thread"],
])("names the field when %s is invalid", async (_, act, field) => {
  const fake = fakeCallboard();
  const done = (async () => act(fake))();
  await expect(done).rejects.toThrow(new RegExp(`(^|: )${field.replace(".", "\\.")}[:. ]`));
});

it("continues after a refusal", async () => {
  const fake = fakeCallboard();
  await expect(fake.ask({ ...question, prompt: "" })).rejects.toThrow("prompt");
  expect((await fake.ask(question)).state).toBe("open");
});

it("ends what waits when its execution fails", async () => {
  const fake = fakeCallboard();
  const asked = await fake.ask(question);
  await fake.end({ subject, error: "Broken", cause: "The truck is broken" });
  expect(asked.state).toBe("withdrawn");
  expect(await fake.values(`work:${subject}`)).toMatchObject({
    "execution/workflow:order-7": { state: "failed" },
  });
});

it("accepts proposals and withdrawals", async () => {
  const fake = fakeCallboard();
  const asked = await fake.ask({ ...question, thread: "name", verbs: ["pick"] });
  await fake.propose({ subject, thread: "name", candidates: [{ id: "a", title: "A" }] });
  expect(
    Object.keys(await fake.values(`work:${subject}`)).filter((key) => key.startsWith("candidate/")),
  ).toEqual([expect.stringMatching(/^candidate\/name\/1\/.+\/a$/)]);
  await fake.withdraw({ subject, thread: "name", reason: "sold" });
  expect(asked.state).toBe("withdrawn");
});

it("lists recent subjects of the given kinds", async () => {
  const fake = fakeCallboard({ lists: ["order"] });
  await fake.report({ subject, step: "execution", state: "started", title: "Seven" });
  expect(await fake.values("list:order")).toMatchObject({ [`subject/${subject}`]: { title: "Seven" } });
});

async function story(seed?: number): Promise<unknown> {
  const fake = fakeCallboard(seed === undefined ? {} : { seed });
  const [ana, bob] = [come(fake), come(fake, "user/bob")];
  for (const client of [ana, bob]) onTestFinished(client.channel(`watch:${subject}`).follow());
  await fake.report({ subject, step: "pack", state: "running" });
  const { requestId } = await fake.ask({ ...question, deadlineSeconds: 600 });
  await fake.advance(seconds(90));
  fake.disconnect();
  await fake.advance(seconds(3));
  fake.reconnect();
  await fake.advance(seconds(31));
  await ana.reply({ requestId, round: 1, verb: "approve", replyId: "r1" });
  await fake.settled();
  return { frames: fake.frames, now: fake.now };
}

it("gives the same frames for the same calls, and others for another seed", async () => {
  const first = await story();
  expect(await story()).toEqual(first);
  expect(await story(2)).not.toEqual(first);
});

it.each(["before the fake is made", "while it is in use"])(
  "needs no timers: it works with fake ones that are installed %s",
  async (when) => {
    onTestFinished(() => void vi.useRealTimers());
    const install = () => void vi.useFakeTimers();
    if (when.startsWith("before")) install();
    const fake = fakeCallboard();
    const client = come(fake);
    const view = client.channel(`watch:${subject}`);
    onTestFinished(view.follow());
    await fake.settled();
    install();
    await fake.report({ subject, step: "pack", state: "running" });
    await fake.advance(seconds(300));
    expect(client.state.state).toBe("connected");
    expect(view.items.size).toBeGreaterThan(0);
    expect(vi.getTimerCount()).toBe(0);
  },
);

it("moves time once for each call, even if calls are not awaited one by one", async () => {
  const fake = fakeCallboard();
  const start = fake.now;
  await Promise.all([fake.advance(100), fake.advance(100)]);
  expect(fake.now).toBe(start + 200);
});

it("answers an invalid message as the service does", async () => {
  const client = come(fakeCallboard());
  const reply = { requestId: "req_0123456789", round: 1, verb: "aprove" as "approve" } as const;
  await expect(client.reply(reply)).rejects.toMatchObject({ code: "bad_message" });
});

it("keeps only the latest frames, without tokens", async () => {
  const fake = fakeCallboard();
  const client = come(fake);
  onTestFinished(client.channel("inbox:user/ana").follow());
  await fake.advance(seconds(6 * 3600));
  expect(fake.frames).toHaveLength(1000);
  expect(JSON.stringify(fake.frames)).not.toMatch(/fake-\d/);
  expect(client.state.state).toBe("connected");
});
