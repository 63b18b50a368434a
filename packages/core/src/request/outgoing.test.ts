import { type OutgoingEventType, outgoingEvents, outgoingEventTypes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { ana, connectionOf, memoryStage, overSocket } from "../testing/memory-stage.ts";

type Stage = ReturnType<typeof memoryStage>;

const toldBy = ({ put }: Stage) =>
  put.flatMap((event) => {
    const { type, ...detail } = event;
    return type in outgoingEvents ? [{ type: type as OutgoingEventType, detail }] : [];
  });

/** Everything that can happen to questions, in a few questions. */
async function everything(): Promise<Stage> {
  const stage = memoryStage();
  await stage.report({ step: "probe", state: "started", owners: ["user/ana"] });
  const seen = await stage.ask({
    thread: "seen",
    taskToken: "seen",
    title: "A talk",
    lang: "en",
    remindAfterSeconds: 60,
    escalate: { afterSeconds: 90, to: ["user/eve"] },
  });
  await stage.app.feedback.attend(connectionOf(ana), seen, "shown");
  await stage.pump();
  await stage.advance(120_000);
  const acting = overSocket(ana);
  await stage.app.feedback.extend(acting, seen, stage.now() + 900_000);
  await stage.pump();
  await stage.app.feedback.reassign(acting, seen, ["user/ana", "user/bob"]);
  await stage.pump();
  await stage.reply(seen);
  await stage.pump();
  const lost = await stage.ask({ thread: "lost", taskToken: "lost" });
  stage.executions.waits.delete("lost");
  await stage.reply(lost, { replyId: "r2" });
  await stage.pump();
  await stage.ask({ thread: "twice", taskToken: "first" });
  await stage.ask({ thread: "twice", taskToken: "second", round: 2 });
  await stage.ask({ thread: "short", taskToken: "short", timeoutSeconds: 60, deadlineSeconds: 20 });
  await stage.pump();
  await stage.advance(30_000);
  const detail = { subject: "video/v_1", thread: "twice", reason: "not needed" } as const;
  await stage.app.feedback.close(detail, stage.envelope());
  await stage.pump();
  return stage;
}

it("publishes everything that happens to a question, each event with its own id", async () => {
  const stage = await everything();
  const told = toldBy(stage);
  expect([...new Set(told.map(({ type }) => type))].sort()).toEqual([...outgoingEventTypes].sort());
  for (const { type, detail } of told) expect(outgoingEvents[type].parse(detail)).toEqual(detail);
  const ids = told.map(({ detail }) => (detail as { eventId: string }).eventId);
  expect(new Set(ids).size).toBe(ids.length);
  const tokens = ["seen", "lost", "first", "second", "short"].map((token) => `"${token}"`);
  const words = JSON.stringify(told.map(({ detail }) => ({ ...detail, thread: undefined })));
  for (const token of tokens) expect(words).not.toContain(token);
});

it("has one event for each row of the ledger", async () => {
  const stage = await everything();
  const told = toldBy(stage).map(({ detail }) => (detail as { eventId: string }).eventId);
  for (const { id } of stage.requests.all())
    for (const { n } of await stage.requests.ledger(id)) expect(told).toContain(`${id}.${n}`);
});

it("publishes an opened question with everything that a notice needs, and a link if the address of the pages is known", async () => {
  const stage = memoryStage({ pages: "https://pages.example" });
  const id = await stage.ask({ title: "A talk" });
  const [opened] = toldBy(stage);
  expect(opened).toMatchObject({
    type: "Feedback Opened",
    detail: {
      eventId: `${id}.1`,
      requestId: id,
      title: "A talk",
      assignees: ["user/ana"],
      candidates: [{ id: "a" }, { id: "b" }],
      link: `https://pages.example/creator.html#/q/${id}`,
    },
  });
});

it("publishes what was missed before along with the next change", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  // It is seen, and the process dies before it publishes that; then it is answered.
  const dying = memoryStage({ ...stage.ports, bus: { put: () => Promise.reject(new Error("died")) } });
  await expect(dying.app.feedback.attend(connectionOf(ana), id, "shown")).rejects.toThrow("died");
  const seen = await stage.app.feedback.attend(connectionOf(ana), id, "shown");
  expect(seen).toEqual({ status: "accepted" });
  stage.queue.length = 0;
  await stage.reply(id);
  await stage.pump();
  const types = toldBy(stage).map(({ type }) => type);
  expect(types).toEqual(["Feedback Opened", "Feedback Seen", "Feedback Answered", "Feedback Relayed"]);
});

it("publishes no opening for a question that was closed from the start", async () => {
  const stage = memoryStage();
  await stage.ask({ round: 2, taskToken: "second" });
  const late = await stage.ask({ round: 1, taskToken: "first" });
  const types = toldBy(stage).filter(({ detail }) => (detail as { requestId: string }).requestId === late);
  expect(types.map(({ type }) => type)).toEqual(["Feedback Superseded"]);
});
