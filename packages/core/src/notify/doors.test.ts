import { describe, expect, it } from "vitest";
import type { DoorOutcome } from "../ports/index.ts";
import { HOUR, MINUTE, type NotifyStage, notifyStage } from "./testing/notify-stage.ts";

const soon = { notifyAfterSeconds: 60, timeoutSeconds: 86_400 };
const again: DoorOutcome = { outcome: "again", reason: "down" };
const refused: DoorOutcome = { outcome: "refused", reason: "bad_address" };
const webhook = { url: "https://hooks.example/ana", secrets: ["whsec_1"] };

const unopened = async (stage: NotifyStage, more: object = {}) => {
  const id = await stage.ask({ ...soon, ...more });
  await stage.advance(MINUTE);
  return id;
};

describe("a door that cannot take a notice for now", () => {
  it("is tried after 1, 5 and 15 minutes, and then each hour, until the question is closed", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    stage.mail.answer = () => again;
    const times: number[] = [];
    const from = stage.now();
    const id = await unopened(stage);
    let seen = 0;
    for (let n = 0; n < 300; n++) {
      await stage.handleNotices();
      if (stage.mail.passed.length > seen) times.push((stage.now() - from) / MINUTE);
      seen = stage.mail.passed.length;
      await stage.advance(MINUTE);
      if (n === 250) await stage.reply(id);
    }
    expect(times.map((at, n) => Math.round(at - (times[n - 1] ?? 0)))).toEqual([1, 1, 5, 15, 60, 60, 60]);
    expect(new Set(stage.mail.passed.map(({ notice }) => notice.id)).size).toBe(1);
  });

  it("is not used for as long as it asks for", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    stage.mail.answer = () => ({ ...again, afterMs: 20 * MINUTE });
    const id = await unopened(stage);
    await stage.handleNotices();
    expect(stage.request(id).notifyAt).toBe(stage.now() + 20 * MINUTE);
  });

  it("is retried alone: another door that took the notice does not get it twice", async () => {
    const stage = notifyStage();
    await stage.reach("ana", { webhook });
    stage.webhook.answer = () => again;
    const id = await unopened(stage);
    await stage.handleNotices();
    stage.webhook.answer = () => ({ outcome: "sent" });
    await stage.live(HOUR);
    expect(stage.mail.passed).toHaveLength(1);
    expect(stage.webhook.passed.map(({ outcome }) => outcome)).toEqual(["again", "sent"]);
    expect(stage.request(id).notifyAt).toBeUndefined();
  });

  it("does not stop other doors when it throws", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    await stage.reach("bob");
    stage.mail.answer = (_, { to }) => {
      if (to.user === "ana") throw new Error("a bug");
      return { outcome: "sent" };
    };
    await unopened(stage, { assignees: ["user/ana", "user/bob"] });
    await stage.handleNotices();
    expect(stage.mail.sentTo("bob")).toHaveLength(1);
    stage.mail.answer = () => ({ outcome: "sent" });
    await stage.live(5 * MINUTE);
    expect(stage.mail.sentTo("ana")).toHaveLength(1);
    expect(stage.mail.sentTo("bob")).toHaveLength(1);
  });
});

describe("a door that refuses", () => {
  it("is paused for that person, and other doors still work", async () => {
    const stage = notifyStage();
    await stage.reach("ana", { webhook });
    stage.mail.answer = () => refused;
    const id = await unopened(stage);
    await stage.handleNotices();
    expect(await stage.paused("ana")).toEqual({ mail: { reason: "refused", at: stage.now() } });
    expect(stage.webhook.sentTo("ana")).toHaveLength(1);
    expect(stage.request(id).notifyAt).toBeUndefined();
    await unopened(stage, { thread: "other" });
    await stage.handleNotices();
    expect(stage.mail.passed).toHaveLength(1);
    expect(stage.webhook.passed).toHaveLength(2);
  });

  it("is not paused if it leads elsewhere by now", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    stage.mail.answer = async () => {
      await stage.reach("ana", {}, { issuer: { address: "new@example.com" } });
      return refused;
    };
    await unopened(stage);
    await stage.handleNotices();
    expect(await stage.paused("ana")).toBeUndefined();
  });
});

it("does not pause a door that refuses one notice, and does not retry that notice", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  stage.mail.answer = () => ({ outcome: "unfit", reason: "rejected" });
  const id = await unopened(stage);
  await stage.live(3 * HOUR);
  expect(stage.mail.passed).toHaveLength(1);
  expect(stage.request(id).notifyAt).toBeUndefined();
  expect(await stage.paused("ana")).toBeUndefined();
  stage.mail.answer = () => ({ outcome: "sent" });
  await unopened(stage, { thread: "other" });
  await stage.handleNotices();
  expect(stage.mail.sentTo("ana")).toHaveLength(1);
});

it("notifies a hundred people of a role, ten in parallel, and those who are left by the next event", async () => {
  const stage = notifyStage();
  const people = Array.from({ length: 100 }, (_, n) => `p${n}`);
  for (const user of people) await stage.reach(user, {}, { roles: ["role/all"] });
  let [under, most] = [0, 0];
  stage.mail.answer = async () => {
    most = Math.max(most, ++under);
    await Promise.resolve();
    // Each takes ten seconds, ten at a time.
    stage.pass(1000);
    under--;
    return { outcome: "sent" };
  };
  const id = await stage.ask({ ...soon, assignees: ["role/all"] });
  await stage.advance(MINUTE);
  await stage.handleNotices();
  expect(most).toBeLessThanOrEqual(10);
  expect(stage.mail.passed.length).toBeLessThan(50);
  expect(stage.request(id).notifyAt).toBeLessThanOrEqual(stage.now());
  await stage.live(10 * MINUTE);
  for (const user of people) expect(stage.mail.sentTo(user)).toHaveLength(1);
  expect(stage.request(id).notifyAt).toBeUndefined();
});

it("sends nothing when so much of a turn has passed that another process may take it", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  const open = stage.ports.heads.open;
  let slow = true;
  (stage.ports.heads as { open: typeof open }).open = (name) => {
    if (slow) stage.pass(25_000);
    slow = false;
    return open(name);
  };
  const id = await unopened(stage);
  slow = true;
  await stage.handleNotices();
  expect(stage.mail.passed).toEqual([]);
  expect(stage.request(id).notifyAt).toBeGreaterThan(stage.now());
  await stage.live(5 * MINUTE);
  expect(stage.mail.passed).toHaveLength(1);
});
