import { limits } from "@callboard/protocol";
import { expect, it } from "vitest";
import { ana, memoryStage, viewer } from "../testing/memory-stage.ts";

const codes = (receipts: { code?: string | undefined; status: string }[]) =>
  receipts.map(({ code, status }) => code ?? status);

async function refusedUpTo(stage: ReturnType<typeof memoryStage>, count: number) {
  const id = await stage.ask();
  for (let n = 0; n < count; n++)
    expect(codes([await stage.reply(id, { round: 7, replyId: `r${n}` })])).toEqual(["stale_round"]);
  return id;
}

it("withholds the reason from whoever is refused too often in a minute, and says for how long", async () => {
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
  expect(codes([await stage.reply(id, { round: 7 })])).toEqual(["stale_round"]);
});

it("withholds it whatever the reason, by whichever way they come", async () => {
  const stage = memoryStage();
  const id = await refusedUpTo(stage, limits.refusalsPerMinute);
  const http = { way: "http", device: "curl" } as const;
  const receipts = await Promise.all([
    stage.reply(id, { verb: "approve" }),
    stage.reply("req_nosuchrequest"),
    stage.app.feedback.replyBy(
      { caller: ana, origin: http },
      { type: "reply", id: "m1", requestId: id, replyId: "r1", round: 7, verb: "reject" },
    ),
  ]);
  expect(codes(receipts)).toEqual(["rate_limited", "rate_limited", "rate_limited"]);
});

it("costs nobody an answer that is accepted, and nobody else their reasons", async () => {
  const stage = memoryStage();
  const id = await refusedUpTo(stage, limits.refusalsPerMinute);
  expect(codes([await stage.reply(id, {}, viewer)])).toEqual(["forbidden"]);
  expect(codes([await stage.reply(id), await stage.reply(id)])).toEqual(["accepted", "accepted"]);
});

it("counts nothing when a reply is accepted, again or for the first time", async () => {
  const stage = memoryStage({
    refusals: { count: () => Promise.reject(new Error("counted")) },
  });
  const id = await stage.ask();
  expect(codes([await stage.reply(id), await stage.reply(id)])).toEqual(["accepted", "accepted"]);
});

it("tells the reason when it cannot be counted", async () => {
  const stage = memoryStage({
    refusals: { count: () => Promise.reject(new Error("the table is out")) },
  });
  expect(codes([await stage.reply("req_nosuchrequest")])).toEqual(["not_found"]);
});
