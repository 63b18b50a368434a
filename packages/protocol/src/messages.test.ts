import { expect, it } from "vitest";
import { parseClientMessage } from "./messages.ts";

const reply = (value: string) =>
  `{"type":"reply","id":"m1","requestId":"req_3kq9v8m2x7ab4dnt","replyId":"r1","round":1,"verb":"answer","value":${value}}`;
const requestId = "req_3kq9v8m2x7ab4dnt";
const rule = "a number with more digits than can be kept: send it as text";
const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;

it.each([
  ["an amount larger than a double can be", "1e400", [`value: ${rule}`]],
  ["a transaction number of 19 digits", '{"id": 7615917337495251231, "cents": 1250}', [`value.id: ${rule}`]],
  [
    "an amount with a digit too many",
    '{"lines":[{"amount":0.10000000000000001}]}',
    [`value.lines.0.amount: ${rule}`],
  ],
  ["numbers that parsing keeps", "[-0, 1.0, 1e2, 12.50, 9007199254740991]", []],
])("names the numbers of a reply's value that parsing would change: %s", (_, value, lost) => {
  expect(parseClientMessage(reply(value))).toMatchObject({ ok: true, lost });
});

it("refuses such a number in a known field, and ignores it in an unknown one", () => {
  const bad = `{"type":"subscribe","id":"m1","channels":{"watch:video/v_1":{"sub":1.00000000000000000001}}}`;
  expect(parseClientMessage(bad)).toMatchObject({
    ok: false,
    error: { re: "m1", code: "bad_message", details: { issues: [`channels.watch:video/v_1.sub: ${rule}`] } },
  });
  expect(parseClientMessage(`{"type":"ping","id":"m1","at":{},"more":1e400}`)).toMatchObject({
    ok: true,
    lost: [],
  });
});

it.each([65, 100, 5_000])("answers a message of %d levels with an error that has its id", (levels) => {
  // The message itself is one of the levels.
  expect(parseClientMessage(reply(nested(2 * Math.floor(levels / 2))))).toMatchObject({
    ok: false,
    error: { re: "m1", code: "bad_message", details: { issues: ["message: nested over 64 levels"] } },
  });
});

it("accepts a message of 64 levels", () => {
  expect(parseClientMessage(reply(`[${nested(62)}]`))).toMatchObject({ ok: true });
});

it.each([9_007_199_254_740_991, 9e15, 8_640_000_000_000_001, 1e300, -1])(
  "accepts the deadline %d, which only the request can check",
  (deadline) => {
    const message = { type: "extend", id: "m1", requestId: "req_3kq9v8m2x7ab4dnt", deadline };
    expect(parseClientMessage(JSON.stringify(message))).toMatchObject({ ok: true, message });
  },
);

it("reports that a message is nested too deep, whatever its type", () => {
  const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  for (const text of [deep, `{"type":"nope","x":${deep}}`])
    expect(parseClientMessage(text)).toMatchObject({ ok: false, error: { code: "bad_message" } });
});

it.each(["watch:video/v_1#avatar", "list:video#subject/video/v_1", "list:video/user/ana#subject/video/v_1"])(
  "asks for the object of an item of any channel: %s",
  (ref) => {
    const message = { type: "resolve", id: "m1", ref };
    expect(parseClientMessage(JSON.stringify(message))).toMatchObject({ ok: true, message });
  },
);

it.each([
  ["bad_message", { type: "subscribe", channels: { "watch:video": { sub: 1 } } }],
  ["unknown_type", { type: "publish", channel: "watch:video/v_1" }],
  ["bad_message", { type: "hello" }],
  ["bad_message", { type: "subscribe", channels: { "work:video/v_1": { sub: 0 } } }],
  ["bad_message", { type: "unsubscribe", channels: ["work:video/v_1"] }],
  ["bad_message", { type: "reply", requestId, replyId: "r_5f0c2a", round: 1, verb: "like" }],
  ["bad_message", { type: "attend", requestId, state: "asleep" }],
  ["bad_message", { type: "extend", requestId, deadline: "tomorrow" }],
  ["bad_message", { type: "reassign", requestId, assignees: [] }],
  ["bad_message", { type: "resolve", ref: "avatars/v_1.png" }],
  ["bad_message", { type: "ping", at: { "watch:video/v_1": 12 } }],
])("refuses as %s a message that does not fit the protocol: %j", (code, message) => {
  const parsed = parseClientMessage(JSON.stringify({ ...message, id: "m1" }));
  expect(parsed).toMatchObject({ ok: false, error: { type: "error", re: "m1", code } });
});
