import type { RequestId } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { DoorOutcome } from "../ports/index.ts";
import { HOUR, MINUTE, type NotifyStage, notifyStage } from "./testing/notify-stage.ts";

const soon = { notifyAfterSeconds: 60, timeoutSeconds: 86_400 };

/** That many questions, each in a thread of its own, with notices after a minute. */
async function ask(stage: NotifyStage, count: number, from = 0, more: object = {}): Promise<RequestId[]> {
  const ids: RequestId[] = [];
  for (let n = from; n < from + count; n++) ids.push(await stage.ask({ ...soon, thread: `t${n}`, ...more }));
  return ids;
}

const toldOf = (stage: NotifyStage) =>
  stage.mail.passed.map(({ notice }) => notice.questions.map(({ requestId }) => requestId));

it("sends up to five waiting questions one by one", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  const ids = await ask(stage, 5);
  await stage.live(10 * MINUTE);
  expect(toldOf(stage).flat().sort()).toEqual([...ids].sort());
  expect(stage.mail.passed).toHaveLength(5);
  expect(stage.mail.passed[0]!.notice.others).toBe(4);
});

it("sends more than five that wait as one digest, and none of them again", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  const ids = await ask(stage, 25);
  await stage.live(3 * HOUR);
  expect(stage.mail.passed).toHaveLength(1);
  const { questions, others, occasion } = stage.mail.passed[0]!.notice;
  expect(questions).toHaveLength(20);
  expect([others, occasion]).toEqual([5, "asked"]);
  for (const id of ids) expect(stage.request(id).notifyAt).toBeUndefined();
});

it("sends a digest at most hourly, with what came since the last one", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  await ask(stage, 6);
  await stage.live(2 * MINUTE);
  expect(stage.mail.passed).toHaveLength(1);
  const later = [...(await ask(stage, 1, 6)), ...(await ask(stage, 1, 7))];
  await stage.live(50 * MINUTE);
  expect(stage.mail.passed).toHaveLength(1);
  await stage.live(20 * MINUTE);
  expect(stage.mail.passed).toHaveLength(2);
  expect(toldOf(stage)[1]!.sort()).toEqual(later.sort());
  expect(stage.mail.passed[1]!.notice.others).toBe(6);
});

it("makes one digest of simultaneous events, even if each is delivered several times", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  await ask(stage, 12);
  await stage.advance(MINUTE);
  expect(await stage.handleNotices(3)).toBe(12);
  await stage.live(3 * HOUR);
  expect(stage.mail.passed).toHaveLength(1);
  expect(toldOf(stage)[0]).toHaveLength(12);
});

it("leaves out of a digest questions that have no notices, were opened or answered, or wait for others", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  const ids = await ask(stage, 7);
  await ask(stage, 1, 100, { notifyAfterSeconds: undefined });
  await ask(stage, 1, 101, { assignees: ["user/bob"] });
  await stage.reply(ids[6]!, { replyId: "r" });
  await stage.live(2 * MINUTE);
  expect(toldOf(stage)[0]!.sort()).toEqual(ids.slice(0, 6).sort());
  expect(stage.mail.passed[0]!.notice.others).toBe(0);
});

it("tries a digest again that a door could not take, and then counts it", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  const again: DoorOutcome = { outcome: "again", reason: "throttled" };
  stage.mail.answer = () => again;
  await ask(stage, 8);
  await stage.live(MINUTE);
  expect(stage.mail.passed.map(({ outcome }) => outcome)).toEqual(["again"]);
  stage.mail.answer = () => ({ outcome: "sent" });
  await stage.live(3 * HOUR);
  expect(stage.mail.passed.map(({ outcome }) => outcome)).toEqual(["again", "sent"]);
  expect(new Set(stage.mail.passed.map(({ notice }) => notice.id)).size).toBe(1);
});

it("sends reminders and new questions in one digest, as questions", async () => {
  const stage = notifyStage();
  await stage.reach("ana");
  await ask(stage, 6, 0, { remindAfterSeconds: 7200 });
  await stage.live(HOUR);
  await stage.live(HOUR + 2 * MINUTE);
  expect(stage.mail.passed.map(({ notice }) => notice.occasion)).toEqual(["asked", "reminded"]);
});
