import { heartbeatMs, ServerMessage } from "@callboard/protocol";
import { expect, it } from "vitest";
import { readFrame } from "./server-message.ts";

const item = { key: "title", value: { title: "Cats" }, offset: 3, version: "v", at: 1 };
const answer = { sub: 1, epoch: "e", offset: 3, items: [item] };

const messages: ServerMessage[] = [
  {
    type: "welcome",
    re: "m1",
    connectionId: "c",
    user: { id: "ana", name: "Ana", roles: [] },
    inboxes: ["inbox:user/ana"],
    serverTime: 1,
    heartbeatMs,
    expiresAt: 2,
    limits: {},
    features: [],
    channels: { "watch:video/v_1": answer, "work:video/v_1": { sub: 1, error: "forbidden" } },
  },
  {
    type: "subscribed",
    re: "m1",
    channels: { "watch:video/v_1": { ...answer, reset: true, more: true, base: 9 } },
  },
  { type: "unsubscribed", re: "m1", channels: { "watch:video/v_1": 2 } },
  { type: "delta", channel: "watch:video/v_1", epoch: "e", from: 2, to: 3, items: [item] },
  { type: "receipt", re: "m1", requestId: "req_0123456789", replyId: "r", status: "accepted" },
  {
    type: "receipt",
    re: "m1",
    requestId: "req_0123456789",
    replyId: "r",
    status: "refused",
    code: "expired",
    details: {},
  },
  { type: "acted", re: "a", requestId: "req_0123456789", action: "extend", status: "accepted" },
  { type: "pong", re: "m1", behind: ["watch:video/v_1"], serverTime: 1 },
  { type: "resolved", re: "m1", ref: "watch:video/v_1#avatar", url: "https://x.test/", expiresAt: 1 },
  { type: "error", code: "internal", message: "", retry: "later", retryAfterMs: 5 },
  { type: "bye", code: "going_away", retry: "later", afterMs: 5 },
];

it.each(messages)("reads $type as the schema of the protocol does", (message) => {
  expect(ServerMessage.parse(message)).toEqual(message);
  expect(readFrame(JSON.stringify(message))).toEqual(message);
});

it("knows an example of every type", () => {
  const types = ServerMessage.def.options.map((option) => option.shape.type.def.values[0]);
  expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(types));
});

it.each(
  messages.flatMap((message) =>
    Object.keys(message)
      .filter((field) => readsWithout(message, field))
      .map((field) => ({ type: message.type, field, message })),
  ),
)("does not accept $type when $field has another type", ({ message, field }) => {
  expect(readFrame(JSON.stringify({ ...message, [field]: [[]] }))).toBeUndefined();
});

/** Fields that the client does not use are not checked. */
function readsWithout({ type }: ServerMessage, field: string): boolean {
  const unused: Partial<Record<ServerMessage["type"], string[]>> = {
    welcome: ["connectionId", "limits", "features"],
    receipt: ["re", "requestId"],
    acted: ["requestId", "action"],
    resolved: ["ref"],
  };
  return field !== "type" && !unused[type]?.includes(field);
}

it.each(["9", null, {}])("does not accept an answer whose base is %j", (base) => {
  const message = { type: "subscribed", re: "m1", channels: { "watch:video/v_1": { ...answer, base } } };
  expect(readFrame(JSON.stringify(message))).toBeUndefined();
});

it("ignores unknown fields, and keeps a refusal with an unknown code", () => {
  const message = {
    type: "receipt",
    re: "m1",
    replyId: "r",
    status: "refused",
    code: "too_late_at_night",
    mood: 1,
  };
  expect(readFrame(JSON.stringify(message))).toEqual(message);
});

it.each([
  "",
  "pong",
  "[]",
  "null",
  "7",
  '{"type":"applause"}',
  '{"type":7}',
  '{"type":"toString"}',
  new ArrayBuffer(2),
])("ignores %j", (data) => {
  expect(readFrame(data)).toBeUndefined();
});

it("treats a frame without a type as the gateway's", () => {
  expect(readFrame('{"message":"Forbidden","connectionId":"c","requestId":"r"}')).toEqual({
    type: "gateway_error",
  });
});
