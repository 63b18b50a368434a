import type { RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { ana } from "../testing/memory-stage.ts";
import { HOUR, MINUTE, type NotifyStage, notifyStage } from "./testing/notify-stage.ts";

const soon = { notifyAfterSeconds: 60, timeoutSeconds: 86_400 };

/** A question that nobody has opened by the time of its notices. */
async function unopened(stage: NotifyStage, more: object = {}): Promise<RequestId> {
  const id = await stage.ask({ ...soon, ...more });
  await stage.advance(MINUTE);
  return id;
}

/** A stage on which something happens while a notice is prepared. */
function interruptible() {
  let between = async (): Promise<unknown> => undefined;
  const stage = notifyStage();
  const { read } = stage.ports.reach;
  (stage.ports.reach as { read: typeof read }).read = async (key) => {
    await between();
    return read(key);
  };
  return {
    stage,
    prepares(what: typeof between) {
      between = what;
    },
  };
}

it("notifies the people who are asked, through all their doors, and not again", async () => {
  const stage = notifyStage();
  await stage.reach("ana", { webhook: { url: "https://hooks.example/ana", secrets: ["whsec_1"] } });
  const id = await unopened(stage);
  await stage.handleNotices();
  expect(stage.mail.passed).toMatchObject([
    { target: { address: "ana@example.com" }, notice: { occasion: "asked", others: 0 } },
  ]);
  expect(stage.webhook.passed.map(({ target }) => target)).toEqual([
    { url: "https://hooks.example/ana", secrets: ["whsec_1"] },
  ]);
  expect(stage.webhook.passed[0]!.notice.id).toBe(stage.mail.passed[0]!.notice.id);
  expect(stage.request(id).notifyAt).toBeUndefined();
  await stage.live(3 * HOUR);
  expect(stage.mail.passed).toHaveLength(1);
});

it("sends the complete question, with a token that is only for this person and door", async () => {
  const stage = notifyStage();
  await stage.reach("ana", { lang: "ja", zone: "Asia/Tokyo" });
  const id = await unopened(stage, {
    title: "Otters",
    candidates: [
      { id: "a", title: "A title", description: "Why", image: "https://shop.example/a.png", price: 3 },
      { id: "b", title: "Another", image: "http://shop.example/b.png" },
    ],
  });
  await stage.handleNotices();
  const { notice } = stage.mail.passed[0]!;
  expect(notice.to).toEqual({ user: "ana", name: "Ana", lang: "ja", zone: "Asia/Tokyo" });
  const [question] = notice.questions;
  expect(question).toMatchObject({
    requestId: id,
    title: "Otters",
    prompt: "Which title?",
    digest: stage.request(id).digest,
    candidates: [
      { id: "a", title: "A title", description: "Why", picture: "https://shop.example/a.png" },
      { id: "b", title: "Another" },
    ],
  });
  expect(question!.candidates[1]).not.toHaveProperty("picture");
  expect(stage.sealed.get(question!.token)).toEqual({
    kind: "answer",
    requestId: id,
    person: { id: "ana", name: "Ana" },
    as: "user/ana",
    door: "mail",
    until: stage.request(id).timeoutAt,
  });
  expect(stage.sealed.get(notice.unsubscribeToken)).toEqual({
    kind: "unsubscribe",
    key: stage.keyOf("ana"),
    door: "mail",
  });
});

it("takes the title of the subject from reports if the question has none", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  await stage.report({ step: "pack", state: "started", title: "Order 7" });
  for (const more of [{ thread: "courier" }, { thread: "wrapping", title: "A gift" }]) {
    await unopened(stage, more);
    await stage.handleNotices();
  }
  expect(stage.mail.passed.map(({ notice }) => notice.questions[0]!.title)).toEqual(["Order 7", "A gift"]);
});

it("notifies each person once who is asked as a user and by several roles, also by a role in their last token", async () => {
  const stage = notifyStage();
  await stage.reach("ana", {}, { roles: ["role/editors", "role/night"] });
  await stage.reach("bob", {}, { roles: ["role/editors"] });
  await stage.reach("eve", {}, { roles: ["role/lawyers"] });
  await unopened(stage, { assignees: ["role/editors", "user/ana", "role/night"] });
  await stage.handleNotices();
  expect(stage.mail.passed.map(({ notice }) => notice.to.user).sort()).toEqual(["ana", "bob"]);
  const as = stage.mail.passed.map(({ notice }) => {
    const claims = stage.sealed.get(notice.questions[0]!.token);
    return [notice.to.user, claims?.kind === "answer" && claims.as];
  });
  expect(Object.fromEntries(as)).toEqual({ ana: "user/ana", bob: "role/editors" });
});

describe("nobody is notified of", () => {
  it.each([
    ["a question that was answered meanwhile", (stage: NotifyStage, id: RequestId) => stage.reply(id)],
    [
      "a question that somebody has opened",
      (stage: NotifyStage, id: RequestId) =>
        stage.app.feedback.attend({ connectionId: "c1", caller: ana }, id, "shown"),
    ],
    ["a question past its deadline", async (stage: NotifyStage) => stage.pass(2 * 86_400_000)],
  ])("%s, though the event was put before", async (_, act) => {
    const stage = notifyStage();
    await stage.reach("ana");
    const id = await unopened(stage);
    await act(stage, id);
    expect(await stage.handleNotices()).toBe(1);
    expect(stage.mail.passed).toEqual([]);
  });

  it("a question that is unknown", async () => {
    const stage = notifyStage();
    await expect(stage.notify.noticeDue("req_000000000000")).resolves.toBeUndefined();
  });

  it("a question that is opened while the notice is prepared", async () => {
    const { stage, prepares } = interruptible();
    await stage.reach("ana");
    const id = await unopened(stage);
    prepares(() => stage.app.feedback.attend({ connectionId: "c1", caller: ana }, id, "shown"));
    await stage.handleNotices();
    expect(stage.mail.passed).toEqual([]);
  });

  it("a question to a person who was erased", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    const id = await unopened(stage);
    await stage.app.feedback.erase("user/ana");
    await stage.notify.noticeDue(id);
    expect(stage.mail.passed).toEqual([]);
    expect(stage.request(id).assignees.every((one) => one.startsWith("user/erased-"))).toBe(true);
  });

  // https://github.com/in2code-de/luxletter/issues/74, https://github.com/PicPeak/picpeak/issues/1593
  it.each([
    ["is erased", (stage: NotifyStage) => stage.app.feedback.erase("user/ana")],
    ["loses the role", (stage: NotifyStage) => stage.reach("ana", {}, { roles: ["role/lawyers"] })],
    [
      "turns mail off",
      async (stage: NotifyStage) => {
        const { key } = await stage.ports.reach.read(stage.keyOf("ana")).then((found) => found!);
        const token = await stage.ports.doorTokens.seal({ kind: "unsubscribe", key, door: "mail" });
        return stage.app.doors.turnOff(token);
      },
    ],
  ])("anything if the person %s while their turn is taken", async (_, act) => {
    const stage = notifyStage();
    const key = await stage.reach("ana", {}, { roles: ["role/editors"] });
    const id = await unopened(stage, { assignees: ["role/editors"] });
    const { claim } = stage.ports.notices;
    (stage.ports.notices as { claim: typeof claim }).claim = async (before, after) => {
      await act(stage);
      return claim(before, after);
    };
    await stage.handleNotices();
    expect(stage.mail.passed).toEqual([]);
    expect(await stage.ports.notices.records(key, [id])).toEqual(new Map());
    await stage.live(5 * MINUTE);
    expect(stage.mail.passed).toEqual([]);
    expect(stage.request(id).notifyAt).toBeUndefined();
  });
});

it("notifies nobody who wants no mail or has no door, and does not try again", async () => {
  const stage = notifyStage();
  await stage.reach("ana", { off: ["mail"] });
  await stage.reach("bob", {}, { issuer: {} });
  await stage.reach("eve", { paused: { mail: { reason: "bounced", at: 1 } } });
  const id = await unopened(stage, { assignees: ["user/ana", "user/bob", "user/eve", "user/nobody"] });
  await stage.handleNotices();
  expect(stage.mail.passed).toEqual([]);
  expect(stage.request(id).notifyAt).toBeUndefined();
});

describe("an event that is delivered three times", () => {
  it("at once is one mail", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    const id = await unopened(stage);
    await stage.handleNotices(3);
    expect(stage.mail.passed).toHaveLength(1);
    await stage.live(HOUR);
    expect(stage.mail.passed).toHaveLength(1);
    expect(stage.request(id).notifyAt).toBeUndefined();
  });

  it("one after the other is one mail", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    const id = await unopened(stage);
    for (let n = 0; n < 3; n++) await stage.notify.noticeDue(id);
    await stage.live(HOUR);
    expect(stage.mail.passed).toHaveLength(1);
  });
});

describe("reminding", () => {
  it("reminds the people who were notified, once", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    await unopened(stage, { remindAfterSeconds: 600 });
    await stage.live(HOUR);
    expect(stage.mail.passed.map(({ notice }) => notice.occasion)).toEqual(["asked", "reminded"]);
    expect(new Set(stage.mail.passed.map(({ notice }) => notice.id)).size).toBe(2);
  });

  it("sends the first notice when the reminder is due, if the question was opened and then left", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    const id = await stage.ask({ ...soon, remindAfterSeconds: 600 });
    await stage.app.feedback.attend({ connectionId: "c1", caller: ana }, id, "shown");
    await stage.live(HOUR);
    expect(stage.mail.passed.map(({ notice }) => notice.occasion)).toEqual(["asked"]);
  });
});

describe("assigning a question to others", () => {
  const reassign = async (stage: NotifyStage, id: RequestId, ...assignees: ("user/ana" | "user/bob")[]) => {
    const acted = await stage.app.feedback.reassign(
      { caller: ana, origin: { way: "socket", device: "c1" } },
      id,
      assignees,
    );
    expect(acted.status).toBe("accepted");
  };
  const owned = { owners: ["user/ana" as const], step: "mp4", state: "started" as const };

  it("notifies new assignees, and not again those who stay", async () => {
    const stage = notifyStage();
    await stage.report(owned);
    await stage.reach("ana");
    await stage.reach("bob");
    const id = await unopened(stage);
    await stage.handleNotices();
    await reassign(stage, id, "user/ana", "user/bob");
    await stage.live(HOUR);
    expect(stage.mail.sentTo("ana")).toHaveLength(1);
    expect(stage.mail.sentTo("bob")).toHaveLength(1);
  });

  it("notifies a person again who is asked again after a break", async () => {
    const stage = notifyStage();
    await stage.report(owned);
    await stage.reach("ana");
    await stage.reach("bob");
    const id = await unopened(stage);
    await stage.handleNotices();
    await reassign(stage, id, "user/bob");
    await stage.live(10 * MINUTE);
    await reassign(stage, id, "user/ana");
    await stage.live(HOUR);
    expect(stage.mail.sentTo("ana").map(({ notice }) => notice.occasion)).toEqual(["asked", "asked"]);
    expect(stage.mail.sentTo("bob")).toHaveLength(1);
  });

  it("notifies nobody after a current assignee has opened it, even if others opened it before", async () => {
    const stage = notifyStage();
    await stage.report(owned);
    await stage.reach("bob");
    const id = await stage.ask(soon);
    await stage.app.feedback.attend({ connectionId: "c1", caller: ana }, id, "shown");
    await reassign(stage, id, "user/bob");
    await stage.app.feedback.attend({ connectionId: "c2", caller: { ...ana, id: "bob" } }, id, "shown");
    await stage.live(HOUR);
    expect(stage.mail.passed).toEqual([]);
  });

  it("notifies people whom an escalation adds, and nobody else again", async () => {
    const stage = notifyStage();
    await stage.reach("ana");
    await stage.reach("bob");
    await unopened(stage, { escalate: { afterSeconds: 600, to: ["user/bob"] } });
    await stage.live(HOUR);
    expect(stage.mail.sentTo("ana")).toHaveLength(1);
    expect(stage.mail.sentTo("bob")).toHaveLength(1);
  });
});

describe("quiet hours", () => {
  it("postpone a notice to their end, in the person's zone", async () => {
    const stage = notifyStage();
    // The stage begins at midnight of UTC, which is 9 in Tokyo.
    await stage.reach("ana", { zone: "Asia/Tokyo", quiet: { from: 8 * 60, to: 10 * 60 } });
    await stage.reach("bob");
    const id = await unopened(stage, { assignees: ["user/ana", "user/bob"] });
    await stage.handleNotices();
    expect(stage.mail.passed.map(({ notice }) => notice.to.user)).toEqual(["bob"]);
    expect(stage.request(id).notifyAt).toBe(Date.UTC(2026, 0, 1, 1));
    await stage.live(58 * MINUTE);
    expect(stage.mail.sentTo("ana")).toEqual([]);
    await stage.live(3 * MINUTE);
    expect(stage.mail.sentTo("ana")).toHaveLength(1);
    expect(stage.mail.sentTo("bob")).toHaveLength(1);
  });
});
