import { limits } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Caller } from "../access/principal.ts";
import { ana, codeOf, memoryStage, replyBody, viewer } from "../testing/memory-stage.ts";
import { followed, inbox, watch, work } from "./testing/staged.ts";

const http = (caller: Caller) => ({ caller, origin: { way: "http", device: "curl/8" } }) as const;

describe("a reply", () => {
  it("resumes the execution with the answer, and closes the question everywhere", async () => {
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
      via: "socket",
      digest: expect.stringMatching(/^\w{20,64}$/),
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

  it("names the source of the picked proposal if the question came without candidates", async () => {
    const { stage } = await followed();
    const id = await stage.ask({ taskToken: "t", candidates: [] });
    await stage.reply(id, { candidateId: "1", source: "Model B" });
    await stage.pump();
    expect(stage.executions.resumedWith("t")).toMatchObject({ candidateId: "1", source: "Model B" });
  });

  it("is accepted once: of two at the same moment the other gets the name of who was first", async () => {
    const { stage } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    const receipts = await Promise.all([
      stage.reply(id, { replyId: "r1", candidateId: "a" }),
      stage.reply(id, { replyId: "r2", candidateId: "b" }),
    ]);
    await stage.pump();
    expect(receipts.map(codeOf).sort()).toEqual(["accepted", "already_answered"]);
    const loser = receipts.find((receipt) => receipt.status === "refused");
    expect(loser).toMatchObject({ details: { by: { id: "ana" }, verb: "pick" } });
    expect((await stage.requests.ledger(id)).filter((entry) => entry.what === "answered")).toHaveLength(1);
  });

  it("by a person who may not answer is forbidden, and an unknown request is not found", async () => {
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

  it("whose events are lost is handled by the clock", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    await stage.reply(id);
    stage.queue.length = 0;
    await stage.advance(15_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({ replyId: "r1" });
    expect(client.values(work)).toMatchObject({ [`request/${id}`]: { state: "relayed" } });
  });

  it("is accepted even if the bus is down at that moment", async () => {
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

it("accepts an answer without a connection, and records how and from which device", async () => {
  const stage = memoryStage();
  const id = await stage.ask({ taskToken: "t1" });
  expect(await stage.app.feedback.reply(http(ana), id, replyBody())).toEqual({ status: "accepted" });
  await stage.pump();
  expect(stage.executions.resumedWith("t1")).toMatchObject({ replyId: "r1", verb: "pick", candidateId: "a" });
  expect(await stage.requests.ledger(id)).toContainEqual(
    expect.objectContaining({ what: "answered", origin: { way: "http", device: "curl/8" } }),
  );
});

it("accepts one of two answers over two ways", async () => {
  const stage = memoryStage();
  const id = await stage.ask({ taskToken: "t1" });
  const receipts = await Promise.all([
    stage.app.feedback.reply(http(ana), id, replyBody()),
    stage.reply(id, { replyId: "r2", candidateId: "b" }),
  ]);
  expect(receipts.map(codeOf).sort()).toEqual(["accepted", "already_answered"]);
});

it("answers a repeated reply the same way, however it is sent", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  const receipts = [
    await stage.app.feedback.reply(http(ana), id, replyBody()),
    await stage.app.feedback.reply(http(ana), id, replyBody()),
    await stage.reply(id),
  ];
  expect(receipts).toEqual([receipts[0], receipts[0], receipts[0]]);
  expect((await stage.requests.ledger(id)).filter(({ what }) => what === "answered")).toHaveLength(1);
});

describe("a refusal", () => {
  async function refusedUpTo(stage: ReturnType<typeof memoryStage>, count: number) {
    const id = await stage.ask();
    for (let n = 0; n < count; n++)
      expect(codeOf(await stage.reply(id, { round: 7, replyId: `r${n}` }))).toBe("stale_round");
    return id;
  }

  it("hides the reason from a person who is refused too often in a minute, and says for how long", async () => {
    const stage = memoryStage();
    await stage.advance(20_000);
    const id = await refusedUpTo(stage, limits.refusalsPerMinute);
    expect(await stage.reply(id, { round: 7 })).toMatchObject({
      status: "refused",
      code: "rate_limited",
      details: { retryAfterMs: 40_000 },
    });
    expect(stage.metrics.filter(({ name }) => name === "rate_limited")).toHaveLength(1);
    await stage.advance(40_000);
    expect(codeOf(await stage.reply(id, { round: 7 }))).toBe("stale_round");
  });

  it("hides it for every reason, over socket and HTTP", async () => {
    const stage = memoryStage();
    const id = await refusedUpTo(stage, limits.refusalsPerMinute);
    const receipts = await Promise.all([
      stage.reply(id, { verb: "approve" }),
      stage.reply("req_nosuchrequest"),
      stage.app.feedback.reply(http(ana), id, { replyId: "r1", round: 7, verb: "reject" }),
    ]);
    expect(receipts.map(codeOf)).toEqual(["rate_limited", "rate_limited", "rate_limited"]);
  });

  it("does not stop valid answers, or hide reasons from others", async () => {
    const stage = memoryStage();
    const id = await refusedUpTo(stage, limits.refusalsPerMinute);
    expect(codeOf(await stage.reply(id, {}, viewer))).toBe("forbidden");
    expect([await stage.reply(id), await stage.reply(id)].map(codeOf)).toEqual(["accepted", "accepted"]);
  });

  it("counts nothing when a reply is accepted, again or for the first time", async () => {
    const stage = memoryStage({
      refusals: { count: () => Promise.reject(new Error("counted")), soFar: async () => 0 },
    });
    const id = await stage.ask();
    expect([await stage.reply(id), await stage.reply(id)].map(codeOf)).toEqual(["accepted", "accepted"]);
  });

  it("gives the reason when refusals cannot be counted", async () => {
    const stage = memoryStage({
      refusals: {
        count: () => Promise.reject(new Error("the table is out")),
        soFar: () => Promise.reject(new Error("the table is out")),
      },
    });
    expect(codeOf(await stage.reply("req_nosuchrequest"))).toBe("not_found");
  });

  it("stops checking values once a person was refused too often in a minute", async () => {
    let checked = 0;
    const stage = memoryStage({
      schemas: {
        fault: async () => undefined,
        issues: async (_, value) => {
          checked++;
          return value === 7 ? [] : ["value: must be 7"];
        },
      },
    });
    const id = await stage.ask({ verbs: ["answer"], schema: { const: 7 }, candidates: [] });
    const say = (n: number, value: unknown, by?: Caller) =>
      stage.reply(id, { replyId: `r${n}`, verb: "answer", candidateId: undefined, value }, by);
    const codes = [];
    for (let n = 0; n < 40; n++) codes.push(codeOf(await say(n, "evil")));
    expect(new Set(codes.slice(0, limits.refusalsPerMinute))).toEqual(new Set(["invalid"]));
    expect(new Set(codes.slice(limits.refusalsPerMinute))).toEqual(new Set(["rate_limited"]));
    expect(checked).toBe(limits.refusalsPerMinute);
    expect(await say(40, 7)).toMatchObject({
      code: "rate_limited",
      details: { retryAfterMs: expect.any(Number) },
    });
    expect(checked).toBe(limits.refusalsPerMinute);
    await stage.advance(60_000);
    expect(codeOf(await say(41, 7))).toBe("accepted");
  });

  it("checks no value that cannot change the result", async () => {
    const stage = memoryStage({
      schemas: { fault: async () => undefined, issues: () => Promise.reject(new Error("checked")) },
    });
    const id = await stage.ask({ verbs: ["answer", "approve"], schema: { const: 7 }, candidates: [] });
    const said = { verb: "answer", candidateId: undefined, value: 7 } as const;
    const told = [
      await stage.reply(id, { ...said, round: 7 }),
      await stage.reply(id, { ...said, value: undefined }),
      await stage.reply(id, { ...said, value: "x".repeat(9000) }),
      await stage.reply(id, said, viewer),
      await stage.reply(id, { ...said, verb: "approve" }),
      await stage.reply(id, { ...said, replyId: "r2" }),
    ];
    expect(told.map(codeOf)).toEqual([
      "stale_round",
      "invalid",
      "invalid",
      "forbidden",
      "accepted",
      "already_answered",
    ]);
  });
});
