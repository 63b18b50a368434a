import { describe, expect, it } from "vitest";
import { ana, executionArn, memoryStage, viewer } from "../testing/memory-stage.ts";

const work = "work:video/v_1";
const watch = "watch:video/v_1";
const inbox = "inbox:user/ana";

async function followed() {
  const stage = memoryStage();
  const client = stage.client("c1");
  for (const channel of [work, watch, inbox] as const) await client.follow(channel);
  return { stage, client };
}

describe("a question", () => {
  it("is shown to its owners, listed in the assignee's inbox, and viewers see only that it waits", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "open", prompt: "Which title?", candidates: ["a", "b"] },
      "candidate/title/1/a": { title: "A title" },
    });
    expect(client.values(inbox)).toMatchObject({ [`request/${id}`]: { prompt: "Which title?" } });
    expect(client.values(watch)).toEqual({
      waiting: {
        requests: {
          [id]: { thread: "title", round: 1, since: expect.any(Number), deadline: expect.any(Number) },
        },
      },
    });
  });

  it("keeps its task token out of everything that is sent, put or shown", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "very-secret-token" });
    await stage.reply(id);
    await stage.pump();
    await stage.advance(60_000);
    const seen = JSON.stringify([
      stage.deliveries,
      stage.put,
      client.values(work),
      stage.requests.all(),
      await stage.requests.ledger(id),
    ]);
    expect(seen).not.toContain("very-secret-token");
  });

  it("that comes twice is stored once and told again", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    const before = stage.deliveries.length;
    await stage.ask({ taskToken: "t" });
    expect(stage.requests.all()).toHaveLength(1);
    expect(stage.deliveries.length).toBeGreaterThan(before);
    expect(client.values(work)).toMatchObject({ [`request/${id}`]: { state: "open" } });
  });

  it("of a later round takes the place of the earlier one, in whichever order they come", async () => {
    for (const rounds of [
      [1, 2],
      [2, 1],
    ]) {
      const stage = memoryStage();
      const ids: Record<number, string> = {};
      for (const round of rounds) ids[round] = await stage.ask({ round, taskToken: `round-${round}` });
      const states = Object.fromEntries(stage.requests.all().map((r) => [r.round, r.status]));
      expect(states[2]).toEqual({ state: "open" });
      expect(states[1]).toMatchObject({ state: "superseded", by: ids[2] });
    }
  });

  it("that names no execution, or a default outside its candidates, is refused by the name of the field", async () => {
    const stage = memoryStage();
    await expect(stage.ask({ default: { verb: "pick", candidateId: "z" } })).rejects.toThrow(
      "default.candidateId",
    );
    await expect(
      stage.ask({
        candidates: [
          { id: "a", title: "A" },
          { id: "a", title: "B" },
        ],
      }),
    ).rejects.toThrow("candidates");
  });
});

describe("a reply", () => {
  it("resumes the execution with what was said, and closes the question everywhere", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    expect(await stage.reply(id, { candidateId: "b", comment: "fine" })).toMatchObject({
      status: "accepted",
    });
    await stage.pump();
    expect(stage.executions.resumedWith("t")).toEqual({
      requestId: id,
      replyId: "r1",
      verb: "pick",
      candidateId: "b",
      comment: "fine",
      round: 1,
      by: { id: "ana", name: "Ana" },
      at: stage.now(),
    });
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "relayed", reply: { candidateId: "b" } },
    });
    expect(client.values(watch)).toEqual({});
    expect(client.values(inbox)).toEqual({
      "receipt/r1": expect.objectContaining({ status: "relayed", requestId: id, verb: "pick" }),
    });
  });

  it("wins once: of two at the same moment one is accepted and the other told who was first", async () => {
    const { stage } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    const receipts = await Promise.all([
      stage.reply(id, { replyId: "r1", candidateId: "a" }),
      stage.reply(id, { replyId: "r2", candidateId: "b" }),
    ]);
    await stage.pump();
    expect(receipts.map((receipt) => receipt.code ?? receipt.status).sort()).toEqual([
      "accepted",
      "already_answered",
    ]);
    const loser = receipts.find((receipt) => receipt.code);
    expect(loser?.details).toMatchObject({ by: { id: "ana" }, verb: "pick" });
    expect((await stage.requests.ledger(id)).filter((entry) => entry.what === "answered")).toHaveLength(1);
  });

  it("by somebody who may not answer is forbidden, and an unknown request is not found", async () => {
    const { stage } = await followed();
    const id = await stage.ask();
    expect(await stage.reply(id, {}, viewer)).toMatchObject({ status: "refused", code: "forbidden" });
    expect(await stage.reply("req_0000000000", {}, ana)).toMatchObject({
      status: "refused",
      code: "not_found",
    });
    expect(stage.requests.all()[0]?.status.state).toBe("open");
  });

  it("may be given by an owner, by an assigned role, or by capability", async () => {
    for (const caller of [
      { ...viewer, id: "owner" },
      { ...viewer, roles: ["role/editors" as const] },
      { ...viewer, capabilities: ["answer:video/*"] },
    ]) {
      const stage = memoryStage();
      await stage.report({ step: "probe", state: "started", owners: ["user/owner"] });
      const id = await stage.ask({ assignees: ["role/editors"] });
      expect(await stage.reply(id, {}, caller)).toMatchObject({ status: "accepted" });
    }
  });

  it("whose events are lost is brought by the clock", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    await stage.reply(id);
    stage.queue.length = 0;
    await stage.advance(15_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({ replyId: "r1" });
    expect(client.values(work)).toMatchObject({ [`request/${id}`]: { state: "relayed" } });
  });

  it("is accepted even when the bus is out at that moment", async () => {
    let out = true;
    const stage = memoryStage();
    const put = stage.ports.bus.put;
    const id = await stage.ask({ taskToken: "t" });
    (stage.ports.bus as { put: typeof put }).put = async (events) => {
      if (out) throw new Error("bus is out");
      return put(events);
    };
    expect(await stage.reply(id)).toMatchObject({ status: "accepted" });
    out = false;
    await stage.advance(15_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({ replyId: "r1" });
  });
});

describe("the relay", () => {
  it("tells a success that got through although its answer was lost from an answer that was dropped", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    stage.executions.words.push("ok_but_again");
    await stage.reply(id);
    await stage.pump();
    expect(stage.requests.all()[0]?.status.state).toBe("answered");
    await stage.advance(10_000);
    expect(client.values(inbox)).toMatchObject({ "receipt/r1": { status: "relayed" } });
    expect((await stage.requests.ledger(id)).map((entry) => entry.what)).toEqual([
      "asked",
      "answered",
      "relayed",
    ]);
  });

  it("says undeliverable when the wait was gone before the answer", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    stage.executions.waits.get("t")!.ended = true;
    expect(await stage.reply(id)).toMatchObject({ status: "accepted" });
    await stage.pump();
    expect(client.values(inbox)).toMatchObject({
      "receipt/r1": { status: "undeliverable", reason: "wait_gone" },
    });
  });

  it("says undeliverable when Step Functions will never take the answer", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    stage.executions.words.push("invalid");
    await stage.reply(id);
    await stage.pump();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "undeliverable", reason: "answer_not_acceptable" },
    });
  });

  it("tries again while Step Functions is out, and gets through", async () => {
    const { stage } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    stage.executions.words.push("again", "again", "again");
    await stage.reply(id);
    await stage.pump();
    await stage.advance(120_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({ replyId: "r1" });
    expect(stage.requests.all()[0]?.status.state).toBe("relayed");
    expect(stage.executions.words).toEqual([]);
  });

  it.each([
    ["unknown", 16 * 60_000],
    ["no_access", 10_000],
  ] as const)("calls an answer unconfirmed when the history is %s", async (fate, after) => {
    const stage = memoryStage();
    const id = await stage.ask();
    const executions = stage.ports.executions as { fate: unknown; succeed: unknown };
    executions.succeed = async () => "timed_out";
    executions.fate = async () => fate;
    await stage.reply(id);
    await stage.pump();
    await stage.advance(after);
    expect(stage.requests.all()[0]?.status).toMatchObject({ state: "unconfirmed" });
  });
});

describe("the deadline", () => {
  it("takes the default as a reply of the system, before the state's timeout", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({
      taskToken: "t",
      timeoutSeconds: 120,
      default: { verb: "pick", candidateId: "b" },
    });
    await stage.advance(110_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({
      verb: "pick",
      candidateId: "b",
      by: { id: "system" },
    });
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "relayed", reply: { by: { id: "system" } } },
    });
    expect(Object.keys(client.values(inbox))).toEqual([]);
  });

  it("without a default closes the question as expired", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ timeoutSeconds: 120 });
    await stage.advance(110_000);
    expect(client.values(work)).toMatchObject({ [`request/${id}`]: { state: "expired" } });
    expect(stage.put.filter((event) => event.type === "Feedback Expired")).toHaveLength(1);
    expect(await stage.reply(id)).toMatchObject({ code: "expired" });
  });

  it("and an answer at the same moment: one of them wins, and only its reply is relayed", async () => {
    const { stage } = await followed();
    const id = await stage.ask({
      taskToken: "t",
      timeoutSeconds: 120,
      default: { verb: "pick", candidateId: "b" },
    });
    await stage.advance(100_000);
    const [receipt] = await Promise.all([stage.reply(id), stage.advance(10_000)]);
    await stage.pump();
    const resumed = stage.executions.resumedWith("t") as { replyId: string };
    expect(resumed.replyId).toBe(receipt.status === "accepted" ? "r1" : `default_${id}`);
    expect((await stage.requests.ledger(id)).filter((entry) => entry.what === "answered")).toHaveLength(1);
  });
});

describe("a wait that is gone", () => {
  it("withdraws its question at the next probe", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t", heartbeatSeconds: 180 });
    stage.executions.waits.get("t")!.ended = true;
    await stage.advance(65_000);
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "withdrawn", reason: "wait_gone" },
    });
    expect(client.values(inbox)).toEqual({});
    expect(client.values(watch)).toEqual({ viewers: { count: 1 } });
  });

  it("or that the workflow closed itself withdraws its question with that reason", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    await stage.app.feedback.close(
      { subject: "video/v_1", thread: "title", reason: "changed its mind" },
      stage.envelope(),
    );
    await stage.pump();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "withdrawn", reason: "changed its mind" },
    });
    expect(await stage.reply(id)).toMatchObject({
      code: "withdrawn",
      details: { reason: "changed its mind" },
    });
  });

  it("and that says which question it closes leaves a newer one of the same moment open", async () => {
    const { stage } = await followed();
    const first = await stage.ask({ round: 1 });
    const second = await stage.ask({ round: 2 });
    const close = (order: number[]) =>
      stage.app.feedback.close(
        { subject: "video/v_1", thread: "title", reason: "asked anew", order },
        stage.envelope(),
      );
    await close([0, 1, 0]);
    await stage.pump();
    const states = () => Object.fromEntries(stage.requests.all().map(({ id, status }) => [id, status.state]));
    expect(states()).toEqual({ [first]: "superseded", [second]: "open" });
    await close([0, 2, 0]);
    expect(states()).toEqual({ [first]: "superseded", [second]: "withdrawn" });
  });

  it("because its execution has died withdraws its question", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    await stage.app.progress.executionChanged({
      executionArn,
      name: "e1",
      status: "ABORTED",
      startDate: stage.now(),
      stopDate: stage.now(),
    });
    await stage.pump();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "withdrawn", reason: "execution_aborted" },
    });
  });
});

it("shows one question waiting while another of the same subject is answered", async () => {
  const { stage, client } = await followed();
  const first = await stage.ask({ thread: "title" });
  const second = await stage.ask({ thread: "description" });
  await stage.reply(first);
  await stage.pump();
  expect(client.values(watch)).toMatchObject({
    waiting: { requests: { [second]: { thread: "description" } } },
  });
  expect(Object.keys((client.values(watch) as { waiting: { requests: object } }).waiting.requests)).toEqual([
    second,
  ]);
});
