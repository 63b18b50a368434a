import type { Acted, Caller } from "@callboard/core";
import { heartbeatMs, limits, type ServerMessage } from "@callboard/protocol";
import { expect, it } from "vitest";
import { connectEvent, disconnectEvent, messageEvent } from "../testing/gateway-events.ts";
import { keptLog, spy } from "../testing/spies.ts";
import { type SocketParts, socketHandler } from "./socket.ts";

const now = Date.UTC(2026, 0, 1);
const ana: Caller = { id: "ana", name: "Ana", roles: [], capabilities: [], expiresAt: now + 60_000 };
const connected = { connectionId: "L0SM9cOFvHcCIhw=", caller: ana };

const watch = "watch:video/v_1";
const pong = { type: "pong", re: "m1", behind: [watch], serverTime: now } satisfies ServerMessage;
const subscribed = { sub: 1, epoch: "e1", offset: 0, items: [] };
const greeting = {
  user: { id: "ana", name: "Ana", roles: ["role/editors"] },
  inboxes: ["inbox:user/ana"],
  serverTime: now,
  expiresAt: now + 60_000,
  channels: new Map([[watch, subscribed]]),
};

const accepted: Acted = { status: "accepted" };

interface Answers {
  behind?: () => Promise<never>;
  open?: () => Promise<never>;
  ahead?: readonly string[];
  resolved?: object;
  outcome?: Acted;
}

function stage(answers: Answers = {}) {
  const calls = {
    open: spy(undefined),
    close: spy(undefined),
    hello: spy(greeting),
    subscribe: spy(greeting.channels),
    unsubscribe: spy(undefined),
    behind: spy(answers.ahead ?? [watch]),
    resolve: spy(answers.resolved ?? { outcome: "resolved", url: "https://files/a", expiresAt: now }),
    reply: spy(answers.outcome ?? accepted),
    attend: spy(answers.outcome ?? accepted),
    extend: spy(answers.outcome ?? accepted),
    reassign: spy(answers.outcome ?? accepted),
  };
  const { open, close, reply, attend, extend, reassign, ...channels } = calls;
  const { log, lines } = keptLog();
  const app = {
    connections: { open: answers.open ?? open, close },
    channels: { ...channels, behind: answers.behind ?? channels.behind },
    feedback: { reply, attend, extend, reassign },
  } as unknown as SocketParts["app"];
  const handler = socketHandler({ app, clock: { now: () => now }, log });
  return { calls, lines, handler };
}

/** Sends a message and reads its answer. */
async function send(handler: ReturnType<typeof socketHandler>, message: unknown, caller = ana) {
  const { statusCode, body } = await handler(messageEvent(caller, message));
  expect(statusCode).toBe(200);
  return JSON.parse(body!) as ServerMessage & Record<string, unknown>;
}

it("opens a connection and selects the subprotocol", async () => {
  const { handler, calls } = stage();
  expect(await handler(connectEvent(ana, "callboard.v1, callboard.bearer.aaa.bbb.ccc"))).toEqual({
    statusCode: 200,
    headers: { "Sec-WebSocket-Protocol": "callboard.v1" },
  });
  expect(calls.open.calls).toEqual([[connected]]);
});

it.each([undefined, "callboard.v2, callboard.bearer.aaa.bbb.ccc"])(
  "refuses a client that does not offer the subprotocol: %s",
  async (protocols) => {
    const { handler, calls } = stage();
    expect(await handler(connectEvent(ana, protocols))).toEqual({ statusCode: 400 });
    expect(calls.open.calls).toEqual([]);
  },
);

it("refuses a connection whose opening fails, and says why only in the log", async () => {
  const { handler, lines } = stage({ open: () => Promise.reject(new Error("secret words")) });
  expect(await handler(connectEvent(ana, "callboard.v1"))).toEqual({ statusCode: 500 });
  expect(lines).toMatchObject([
    { message: "connect failed", correlationId: "Jd4M1E5ZoAMFvRA=", error: "Error" },
  ]);
  expect(JSON.stringify(lines)).not.toContain("secret");
});

it("closes a connection, and says whose it was", async () => {
  const { handler, calls } = stage();
  expect(await handler(disconnectEvent(ana))).toEqual({ statusCode: 200 });
  expect(calls.close.calls).toEqual([["L0SM9cOFvHcCIhw=", "ana"]]);
});

const requestId = "req_000000000001";
const approval = { replyId: "r1", round: 1, verb: "approve", comment: "At last" };

it.each([
  ["reply", approval, approval, { type: "receipt", replyId: "r1" }],
  ["attend", { state: "reviewing" }, "reviewing", { type: "acted", action: "attend" }],
  ["extend", { deadline: now }, now, { type: "acted", action: "extend" }],
  ["reassign", { assignees: ["user/eve"] }, ["user/eve"], { type: "acted", action: "reassign" }],
] as const)("answers %s with its outcome", async (type, fields, wish, answer) => {
  const message = { type, id: "m1", requestId, ...fields };
  const { handler, calls } = stage();
  expect(await send(handler, message)).toEqual({ ...answer, re: "m1", requestId, status: "accepted" });
  const connectionId = "L0SM9cOFvHcCIhw=";
  const acting = { caller: ana, origin: { way: "socket", device: connectionId } };
  const who = type === "attend" ? { caller: ana, connectionId } : acting;
  expect(calls[type].calls).toEqual([[who, requestId, wish]]);
  const outcome = { status: "refused", code: "withdrawn", details: { reason: "caught" } } as const;
  const refusing = stage({ outcome }).handler;
  expect(await send(refusing, message)).toEqual({ ...answer, re: "m1", requestId, ...outcome });
});

const answering = (value: string) =>
  `{"type":"reply","id":"m1","requestId":"${requestId}","replyId":"r1","round":1,"verb":"answer","value":${value}}`;

it("refuses a reply whose value lost precision, without a call", async () => {
  const { handler, calls } = stage();
  expect(await send(handler, answering('{"amount":1e400}'))).toEqual({
    type: "receipt",
    re: "m1",
    requestId,
    replyId: "r1",
    status: "refused",
    code: "invalid",
    details: { issues: ["value.amount: a number with more digits than can be kept: send it as text"] },
  });
  expect(calls.reply.calls).toEqual([]);
});

it.each([65, 14_000])(
  "answers a message that nests %d levels as bad, and logs nothing of it",
  async (levels) => {
    const { handler, lines } = stage();
    const value = `${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}`;
    expect(await send(handler, answering(value))).toMatchObject({
      type: "error",
      re: "m1",
      code: "bad_message",
    });
    expect(lines).toEqual([]);
  },
);

it("answers hello with a welcome, and with the channels that the client named", async () => {
  const { handler, calls } = stage();
  const hello = { type: "hello", id: "m1", client: "test" };
  const { channels: _, ...known } = greeting;
  const welcome = {
    type: "welcome",
    re: "m1",
    connectionId: connected.connectionId,
    ...known,
    heartbeatMs,
    limits: expect.objectContaining({ clientMessageBytes: limits.clientMessageBytes }),
    features: ["reply", "resolve"],
  };
  expect(await send(handler, hello)).toEqual(welcome);
  const named = { ...hello, channels: { [watch]: { sub: 1 } } };
  expect(await send(handler, named)).toEqual({ ...welcome, channels: { [watch]: subscribed } });
  expect(calls.hello.calls).toEqual([
    [connected, new Map()],
    [connected, new Map([[watch, { sub: 1 }]])],
  ]);
});

it("answers with the outcome of a subscribe and an unsubscribe for each channel", async () => {
  const { handler, calls } = stage();
  expect(await send(handler, { type: "subscribe", id: "m1", channels: { [watch]: { sub: 1 } } })).toEqual({
    type: "subscribed",
    re: "m1",
    channels: { [watch]: subscribed },
  });
  expect(await send(handler, { type: "unsubscribe", id: "m2", channels: { [watch]: 2 } })).toEqual({
    type: "unsubscribed",
    re: "m2",
    channels: { [watch]: 2 },
  });
  expect(calls.subscribe.calls).toEqual([[connected, new Map([[watch, { sub: 1 }]])]]);
  expect(calls.unsubscribe.calls).toEqual([[connected, new Map([[watch, 2]])]]);
});

it("answers a ping with the channels that are ahead", async () => {
  const { handler, calls } = stage();
  expect(await send(handler, { type: "ping", id: "m1", at: { [watch]: ["e1", 3] } })).toEqual(pong);
  expect(calls.behind.calls).toEqual([[connected, new Map([[watch, { epoch: "e1", offset: 3 }]])]]);
});

it("resolves an object of an item, whatever its key holds", async () => {
  const { handler, calls } = stage();
  const ref = `${watch}#avatar#2`;
  expect(await send(handler, { type: "resolve", id: "m1", ref })).toEqual({
    type: "resolved",
    re: "m1",
    ref,
    url: "https://files/a",
    expiresAt: now,
  });
  expect(calls.resolve.calls).toEqual([[connected, watch, "avatar#2"]]);
});

it.each(["forbidden", "not_found"])("says that an object is %s", async (outcome) => {
  const { handler } = stage({ resolved: { outcome } });
  expect(await send(handler, { type: "resolve", id: "m1", ref: `${watch}#avatar` })).toMatchObject({
    type: "error",
    re: "m1",
    code: outcome,
  });
});

it.each([
  ["is not JSON", "{", { code: "bad_message" }],
  ["is empty", "", { code: "bad_message" }],
  ["is of no known type", { type: "dance", id: "m1" }, { code: "unknown_type", re: "m1" }],
  ["does not fit", { type: "ping", id: "m1" }, { code: "bad_message", re: "m1" }],
  [
    "is too long",
    JSON.stringify({ type: "ping", id: "m1", at: {}, more: "x".repeat(31_000) }),
    { code: "bad_message" },
  ],
])("answers a message that %s with an error", async (_what, message, error) => {
  const { handler } = stage();
  expect(await send(handler, message)).toMatchObject({ type: "error", ...error });
});

it("asks for a fresh token when the caller's has expired", async () => {
  const { handler, calls } = stage();
  const expired = { ...ana, expiresAt: now };
  expect(await send(handler, { type: "ping", id: "m1", at: {} }, expired)).toMatchObject({
    type: "error",
    re: "m1",
    code: "unauthorized",
    retry: "reauthenticate",
  });
  expect(calls.behind.calls).toEqual([]);
});

it("answers a failure only with a correlation id, which the log has too", async () => {
  const { handler, lines } = stage({ behind: () => Promise.reject(new TypeError("secret words")) });
  const answer = await send(handler, { type: "ping", id: "m1", at: {} });
  expect(answer).toMatchObject({
    code: "internal",
    re: "m1",
    details: { correlationId: "Jd4M1E5ZoAMFvRA=" },
  });
  expect(lines).toMatchObject([{ correlationId: "Jd4M1E5ZoAMFvRA=", error: "TypeError" }]);
  expect(JSON.stringify([answer, lines])).not.toContain("secret");
});

it("never sends an answer over the limit", async () => {
  const { handler, lines } = stage({ ahead: ["é".repeat(61 * 1024)] });
  expect(await send(handler, { type: "ping", id: "m1", at: {} })).toMatchObject({
    code: "internal",
    re: "m1",
  });
  expect(lines).toMatchObject([{ message: "an answer is too large" }]);
});

it("refuses a connection without a caller from the authorizer", async () => {
  const { handler, calls } = stage();
  const event = messageEvent(ana, { type: "ping", id: "m1", at: {} });
  const unnamed = { ...event, requestContext: { ...event.requestContext, authorizer: null } };
  expect(await handler(unnamed)).toEqual({ statusCode: 500 });
  expect(calls.behind.calls).toEqual([]);
});
