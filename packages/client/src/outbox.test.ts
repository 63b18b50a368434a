import { clientMessageBytes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { type Callboard, connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";

const approve = { requestId: "req_0123456789", round: 1, verb: "approve" } as const;

async function connected(more: { replyTimeoutMs?: number } = {}) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: server.WebSocket,
    clock,
    random: () => 0.5,
    ...more,
  });
  await clock.advance(0);
  const replies = () => server.handled.filter(({ type }) => type === "reply");
  return { clock, server, client, replies };
}

it("returns the receipt of a reply, and creates an id for it", async () => {
  const { client, replies } = await connected();
  const receipt = await client.reply({ ...approve, comment: "Go" });
  expect(receipt).toEqual({ status: "accepted", replyId: expect.stringMatching(/^rpl_[0-9a-f]{32}$/) });
  expect(replies()).toMatchObject([{ ...approve, comment: "Go", replyId: receipt.replyId }]);
});

it("returns the reasons of a refusal", async () => {
  const { server, client } = await connected();
  const details = { by: { id: "bo", name: "Bo" }, at: 5, verb: "pick" };
  server.receipt = ({ id, requestId, replyId }) => ({
    type: "receipt",
    re: id,
    requestId,
    replyId,
    status: "refused",
    code: "already_answered",
    details,
  });
  const receipt = await client.reply({ ...approve, replyId: "mine" });
  expect(receipt).toEqual({ status: "refused", replyId: "mine", code: "already_answered", details });
});

it("sends the same reply again after a reconnect, and settles once", async () => {
  const { clock, server, client, replies } = await connected();
  const accept = server.receipt;
  server.receipt = () => undefined;
  const settled: unknown[] = [];
  const promise = client.reply(approve);
  promise.then((receipt) => settled.push(receipt));
  await clock.advance(0);
  server.receipt = (reply) => {
    // Twice, as when the first was handled after all.
    const receipt = accept(reply);
    if (receipt) server.last().say(receipt);
    return receipt;
  };
  server.last().drop();
  await clock.advance(200);
  const receipt = await promise;
  const ids = replies().map((reply) => "replyId" in reply && reply.replyId);
  expect(ids).toEqual([receipt.replyId, receipt.replyId]);
  expect(settled).toEqual([receipt]);
});

it("sends a reply that was given while there was no connection", async () => {
  const { clock, server, client, replies } = await connected();
  server.last().drop();
  const promise = client.reply(approve);
  expect(replies()).toEqual([]);
  await clock.advance(200);
  expect((await promise).status).toBe("accepted");
});

it("reports once that a reply was sent, to every caller", async () => {
  const { clock, server, client, replies } = await connected();
  const told: string[] = [];
  const now = client.reply(approve, () => told.push("now"));
  expect(told).toEqual(["now"]);
  await now;
  server.last().drop();
  server.receipt = () => undefined;
  for (const who of ["first", "second"])
    client.reply({ ...approve, replyId: "r" }, () => told.push(who)).catch(() => {});
  expect(told).toEqual(["now"]);
  await clock.advance(200);
  expect(told).toEqual(["now", "first", "second"]);
  client.reply({ ...approve, replyId: "r" }, () => told.push("third")).catch(() => {});
  await clock.advance(20_000);
  expect(told).toEqual(["now", "first", "second", "third"]);
  expect(replies().length).toBeGreaterThan(2);
});

it("rejects with `not_sent` without a connection in time, and does not send it later", async () => {
  const { clock, server, client, replies } = await connected({ replyTimeoutMs: 5000 });
  server.refusing = true;
  server.last().drop();
  const codes: unknown[] = [];
  client.reply(approve).catch(({ code }) => codes.push(code));
  client.resolve("watch:video/v_1#avatar").catch(({ code }) => codes.push(code));
  await clock.advance(5000);
  expect(codes).toEqual(["not_sent", "not_sent"]);
  server.refusing = false;
  await clock.advance(30_000);
  expect([client.state.state, replies()]).toEqual(["connected", []]);
});

it("rejects with `timeout` if a reply was sent before the connection broke", async () => {
  const { clock, server, client } = await connected({ replyTimeoutMs: 5000 });
  server.receipt = () => undefined;
  const late = expect(client.reply(approve)).rejects.toMatchObject({ code: "timeout" });
  server.refusing = true;
  server.last().drop();
  await clock.advance(5000);
  await late;
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, { a: [1n] }, [undefined], new Map([["a", 1]])])(
  "refuses a value that JSON does not keep: %o",
  async (value) => {
    const { client, replies } = await connected();
    await expect(client.reply({ ...approve, value })).rejects.toMatchObject({ code: "invalid" });
    expect(replies()).toEqual([]);
  },
);

it("treats two calls with one reply id as one reply", async () => {
  const { client, replies } = await connected();
  const both = [client.reply({ ...approve, replyId: "r1" }), client.reply({ ...approve, replyId: "r1" })];
  expect(await Promise.all(both)).toEqual([
    { status: "accepted", replyId: "r1" },
    { status: "accepted", replyId: "r1" },
  ]);
  expect(replies()).toHaveLength(1);
});

it.each([
  ["another verb", { verb: "reject" }],
  ["another comment", { comment: "Stop" }],
  ["another value", { value: { price: 2 } }],
  ["another round", { round: 2 }],
  ["another request", { requestId: "req_9876543210" }],
] as const)(
  "does not give a reply with %s under the same reply id the first one's receipt",
  async (_, more) => {
    const { server, client, replies } = await connected();
    const [first, second] = [
      { ...approve, replyId: "r1" },
      { ...approve, replyId: "r1", ...more },
    ];
    const accept = server.receipt;
    server.receipt = (reply) => {
      if (replies().length === 1) return accept(reply);
      const { id: re, requestId, replyId } = reply;
      return {
        type: "receipt",
        re,
        requestId,
        replyId,
        status: "refused",
        code: "already_answered",
        details: {},
      };
    };
    const both = await Promise.all([client.reply(first), client.reply(second)]);
    expect(replies()).toMatchObject([first, second]);
    expect(both).toMatchObject([{ status: "accepted" }, { status: "refused", code: "already_answered" }]);
  },
);

it("recognizes the same reply even at the limit of waiting calls", async () => {
  const { clock, server, client, replies } = await connected();
  server.last().drop();
  const calls = Array.from({ length: 100 }, (_, n) => client.reply({ ...approve, replyId: `r${n}` }));
  calls.push(client.reply({ ...approve, replyId: "r7" }));
  await clock.advance(200);
  await Promise.all(calls);
  expect(replies()).toHaveLength(100);
});

it("sends again when the gateway could not handle a message, with growing waits", async () => {
  const { clock, server, client, replies } = await connected();
  server.receipt = () => undefined;
  const promise = client.reply(approve);
  promise.catch(() => {});
  const times: number[] = [];
  const start = clock.now();
  for (let known = 0; times.length < 4; await clock.advance(100)) {
    if (replies().length === known) continue;
    known = replies().length;
    times.push(clock.now() - start);
    server.last().sayText('{"message":"Too Many Requests","connectionId":"c","requestId":"r"}');
  }
  const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  expect(waits).toEqual([1500, 3000, 6000]);
});

it("sends again when nobody answers for a quarter of a minute", async () => {
  const { clock, server, client, replies } = await connected();
  server.receipt = () => undefined;
  client.reply(approve).catch(() => {});
  await clock.advance(14_999);
  expect(replies()).toHaveLength(1);
  await clock.advance(1);
  expect(replies()).toHaveLength(2);
});

it("sends again even if it sends something else in between", async () => {
  const { clock, server, client, replies } = await connected();
  server.receipt = () => undefined;
  client.reply(approve).catch(() => {});
  await clock.advance(10_000);
  client.channel("watch:video/v_1").follow();
  await clock.advance(5000);
  expect(replies()).toHaveLength(2);
  await clock.advance(15_000);
  expect(replies()).toHaveLength(3);
});

it("has no timers once everything is answered", async () => {
  const { clock, client } = await connected();
  const idle = clock.pending();
  await Promise.all([client.reply(approve), client.attend("req_0123456789", "shown")]);
  expect(clock.pending()).toBe(idle);
});

it("rejects with timeout when there is no receipt in time, and not a moment before", async () => {
  const { clock, server, client } = await connected({ replyTimeoutMs: 5000 });
  server.receipt = () => undefined;
  let code: unknown;
  client.reply(approve).catch((error) => {
    code = error.code;
  });
  await clock.advance(4999);
  expect(code).toBeUndefined();
  await clock.advance(1);
  expect(code).toBe("timeout");
});

it("rejects what the server will never handle, and repeats what it will later", async () => {
  const { clock, server, client, replies } = await connected();
  server.receipt = ({ id }) => ({
    type: "error",
    re: id,
    code: "bad_message",
    message: "no",
    retry: "never",
  });
  await expect(client.reply(approve)).rejects.toMatchObject({ code: "bad_message", message: "no" });
  server.receipt = ({ id }) => ({ type: "error", re: id, code: "internal", message: "", retry: "later" });
  client.reply(approve).catch(() => {});
  await clock.advance(1500);
  expect(replies()).toHaveLength(3);
});

it("sends a reply again on the connection that a fresh token opened", async () => {
  const { clock, server, client } = await connected();
  const accept = server.receipt;
  server.receipt = (reply) => {
    server.receipt = accept;
    return { type: "error", re: reply.id, code: "unauthorized", message: "", retry: "reauthenticate" };
  };
  const promise = client.reply(approve);
  await clock.advance(250);
  expect((await promise).status).toBe("accepted");
  expect(server.sides.map((side) => side.open)).toEqual([false, true]);
});

it("rejects waiting and later calls when the client is closed", async () => {
  const { client } = await connected();
  const promise = client.reply(approve);
  client.close();
  await expect(promise).rejects.toMatchObject({ code: "closed" });
  await expect(client.resolve("watch:video/v_1#avatar")).rejects.toMatchObject({ code: "closed" });
});

it("refuses a reply that is too large, and more than a hundred at a time", async () => {
  const { clock, server, client, replies } = await connected();
  await expect(client.reply({ ...approve, value: "é".repeat(16_000) })).rejects.toMatchObject({
    code: "too_large",
  });
  server.last().drop();
  for (let i = 0; i < 100; i++) client.reply(approve);
  await expect(client.reply(approve)).rejects.toMatchObject({ code: "too_many" });
  await clock.advance(200);
  expect(replies()).toHaveLength(100);
});

it("does not delay replies for pictures", async () => {
  const { clock, server, client, replies } = await connected();
  server.last().drop();
  for (let i = 0; i < 100; i++) client.resolve(`watch:video/v_${i}#avatar`).catch(() => {});
  await expect(client.resolve("watch:video/v_1000#avatar")).rejects.toMatchObject({ code: "too_many" });
  const receipt = client.reply(approve);
  await clock.advance(200);
  expect(await receipt).toMatchObject({ status: "accepted" });
  expect(replies()).toHaveLength(1);
});

it("explains why a call fails, with the limit", async () => {
  const { clock, server, client } = await connected({ replyTimeoutMs: 5000 });
  const said = (call: Promise<unknown>) => call.then(String, ({ message }: Error) => message);
  expect(await said(client.reply({ ...approve, value: Number.NaN }))).toBe("JSON cannot keep the value");
  expect(await said(client.reply({ ...approve, value: "é".repeat(16_000) }))).toMatch(/^over \d+ bytes$/);
  server.receipt = () => undefined;
  const late = said(client.reply(approve));
  await clock.advance(5000);
  expect(await late).toBe("no answer for 5000 ms");
  server.refusing = true;
  server.last().drop();
  const unsent = said(client.reply(approve));
  await clock.advance(5000);
  expect(await unsent).toBe("no connection for 5000 ms");
  const calls = Array.from({ length: 101 }, () => said(client.reply(approve)));
  expect(await calls.at(-1)).toBe("100 calls wait for their answers");
  client.close();
  expect(await Promise.all(calls.slice(0, -1))).toEqual(Array(100).fill("the client is closed"));
  expect(await said(client.reply(approve))).toBe("the client is closed");
});

it("accepts a reply at the limit of bytes, and none with one more", async () => {
  const { client, replies } = await connected();
  const sizeOf = (at: number) => JSON.stringify(replies()[at]).length;
  await client.reply({ ...approve, replyId: "r1", value: "" });
  const most = "x".repeat(clientMessageBytes - sizeOf(0));
  await client.reply({ ...approve, replyId: "r2", value: most });
  expect(sizeOf(1)).toBe(clientMessageBytes);
  await expect(client.reply({ ...approve, replyId: "r3", value: `${most}x` })).rejects.toMatchObject({
    code: "too_large",
  });
});

it("treats a refusal without a code or details as `invalid`", async () => {
  const { server, client } = await connected();
  server.receipt = ({ id, requestId, replyId }) => ({
    type: "receipt",
    re: id,
    requestId,
    replyId,
    status: "refused",
  });
  expect(await client.reply({ ...approve, replyId: "r1" })).toEqual({
    status: "refused",
    replyId: "r1",
    code: "invalid",
    details: {},
  });
});

it("distinguishes a reply from another act with the same content", async () => {
  const { server, client } = await connected();
  const calls = [client.attend("req_0123456789", "shown"), client.attend("req_0123456789", "shown")];
  expect(await Promise.all(calls)).toEqual([{ status: "accepted" }, { status: "accepted" }]);
  expect(server.handled.filter(({ type }) => type === "attend")).toHaveLength(2);
});

it("resolves a reference to a signed URL", async () => {
  const { server, client } = await connected();
  expect(await client.resolve("watch:video/v_1#avatar")).toEqual({
    url: "https://x.test/a.png",
    expiresAt: 1,
  });
  expect(server.handled.at(-1)).toMatchObject({ type: "resolve", ref: "watch:video/v_1#avatar" });
});

it.each([
  ["attend", (client: Callboard) => client.attend("req_0123456789", "reviewing")],
  ["extend", (client: Callboard) => client.extend("req_0123456789", 2_000_000_000_000)],
  ["reassign", (client: Callboard) => client.reassign("req_0123456789", ["user/ben"])],
] as const)("returns the result of %s", async (type, act) => {
  const { client, server } = await connected();
  expect(await act(client)).toStrictEqual({ status: "accepted" });
  expect(server.handled.at(-1)).toMatchObject({ type, requestId: "req_0123456789" });
});
