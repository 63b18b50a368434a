import { hours, minutes, seconds } from "@callboard/protocol";
import { expect, it, onTestFinished, vi } from "vitest";
import { type ConnectOptions, connect } from "./callboard.ts";
import type { DebugEvent } from "./debug.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { following, item } from "./testing/lobby.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";

const reply = {
  requestId: "req_0123456789",
  round: 1,
  verb: "answer",
  value: "my secret",
  comment: "my words",
} as const;

/** A client that somebody debugs, and what it told. */
async function debugged(
  options: Partial<ConnectOptions> = {},
  prepare?: (server: ReturnType<typeof fakeCallboard>) => void,
) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  prepare?.(server);
  const events: DebugEvent[] = [];
  const client = connect({
    url: "ws://x/?key=hidden",
    token: () => "head.body.signature",
    WebSocket: server.WebSocket,
    clock,
    random: () => 0.5,
    debug: (event) => events.push(event),
    ...options,
  });
  onTestFinished(client.close);
  const pass = async (ms: number) => {
    await clock.advance(ms);
    await explained();
  };
  await pass(0);
  const codes = () => events.flatMap((event) => (event.kind === "note" ? [event.code] : []));
  const noted = (code: string) =>
    events.flatMap((event) => (event.kind === "note" && event.code === code ? [event] : [])).at(-1);
  return { clock, server, client, events, codes, noted, pass };
}

/** What explains is loaded by now, and has explained. */
async function explained() {
  await import("./explain.ts");
  await settle();
}

it("reports states, frames and notes in order, by the client's clock", async () => {
  const { clock, events, pass, client } = await debugged();
  const startedAt = clock.now();
  client.channel("watch:video/v_1").follow();
  await pass(1000);
  expect(
    events.map((event) =>
      event.kind === "note"
        ? event.code
        : event.kind === "state"
          ? event.state.state
          : `${event.kind} ${event.type}`,
    ),
  ).toEqual([
    "connecting",
    "connecting",
    "sent hello",
    "received welcome",
    "connected",
    "connected",
    "sent subscribe",
    "received subscribed",
  ]);
  expect(new Set(events.map(({ at }) => at))).toEqual(new Set([startedAt]));
  expect(events[6]).toMatchObject({ bytes: expect.any(Number), summary: "subscribe watch:video/v_1" });
  expect((events[6] as { bytes: number }).bytes).toBeGreaterThan(40);
});

it("never reports a token, or what people wrote", async () => {
  const { client, events, server, pass } = await debugged();
  const work = client.channel("work:video/v_1");
  work.follow();
  server.publish("work:video/v_1", "request/req_0123456789", { prompt: "my words" });
  const receipt = client.reply(reply);
  await pass(1000);
  expect((await receipt).status).toBe("accepted");
  const told = JSON.stringify(events);
  for (const secret of ["head.body", "signature", "my secret", "my words", "hidden"])
    expect(told).not.toContain(secret);
  expect(told).toContain("reply req_0123456789 answer");
});

it("reports nothing without a listener", async () => {
  const { client, pass, events } = await debugged({ debug: false });
  client.channel("watch:video/v_1").follow();
  await pass(1000);
  expect(events).toEqual([]);
  const heard: string[] = [];
  const end = client.onDebug(({ kind }) => heard.push(kind));
  client.channel("watch:video/v_2").follow();
  await pass(1000);
  expect(heard).toEqual(["sent", "received"]);
  end();
  client.channel("watch:video/v_3").follow();
  await pass(1000);
  expect(heard).toHaveLength(2);
});

it("prints notes as sentences, faults as warnings, and no frames", async () => {
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  onTestFinished(() => void vi.restoreAllMocks());
  const { client, pass } = await debugged({ debug: true }, (server) =>
    server.forbidden.add("work:video/v_1"),
  );
  client.channel("work:video/v_1").follow();
  await pass(1000);
  expect(info.mock.calls.flat()).toEqual([
    "[callboard] Connecting to ws://x/.",
    expect.stringMatching(/^\[callboard\] Connected as \w+, with \d+ inboxes\.$/),
  ]);
  expect(warn.mock.calls.flat()).toEqual([
    expect.stringMatching(/^\[callboard\] work:video\/v_1 may not be followed/),
  ]);
});

it("explains a token that failed, and a server that is down", async () => {
  const failing = await debugged({ token: () => Promise.reject(new TypeError("Failed to fetch")) });
  expect(failing.noted("waiting")).toMatchObject({
    isFault: true,
    text: expect.stringMatching(/asked an address.*next attempt is in 0\.1 s/),
  });
  expect(failing.noted("waiting")?.text).not.toContain("Failed");

  const away = await debugged({}, (server) => {
    server.refusing = true;
  });
  expect(away.noted("waiting")?.text).toMatch(/^Nothing answered at ws:\/\/x\/, or it refused\./);
  await away.pass(seconds(10));
  expect(away.noted("waiting")?.text).toMatch(/^Three attempts in a row failed.*isServerUp/);

  const refused = await debugged({ isServerUp: async () => true }, (server) => {
    server.refusing = true;
  });
  await refused.pass(minutes(2));
  expect(refused.noted("waiting")?.text).toMatch(/^The server is up but refuses.*token/);
});

it("explains what is forbidden, and an invalid name", async () => {
  const { client, noted, pass } = await debugged({}, (server) => server.forbidden.add("inbox:user/bob"));
  client.channel("inbox:user/bob").follow();
  client.channel("video/v_1" as "watch:video/v_1");
  await pass(1000);
  expect(noted("forbidden")?.text).toMatch(/^inbox:user\/bob may not be followed/);
  expect(noted("invalid_name")?.text).toMatch(/^"video\/v_1" is not a channel: .*list:<kind>/);
});

it("explains what is forbidden of what was followed before there was a connection", async () => {
  const { client, noted, pass } = await debugged({ lazy: true }, (server) =>
    server.forbidden.add("watch:order/7"),
  );
  client.channel("watch:order/7").follow();
  await pass(1000);
  expect(noted("forbidden")?.text).toMatch(/^watch:order\/7 may not be followed/);
});

it("explains a gap, and that it was filled: by a late delta, or by asking", async () => {
  const late = await following();
  const codes: string[] = [];
  late.client.onDebug((event) => event.kind === "note" && codes.push(event.code));
  await explained();
  await late.delta(2, 3, [item("c", 3)]);
  await late.delta(1, 2, [item("b", 2)]);
  await explained();
  expect(codes.splice(0)).toEqual(["gap", "gap_healed"]);
  await late.delta(4, 5, [item("e", 5)]);
  await late.clock.advance(600);
  const subscribe = late.network.last().take("subscribe");
  await late.subscribed(subscribe, "watch:video/v_1", {
    sub: 2,
    epoch: "e",
    offset: 5,
    items: [item("d", 4), item("e", 5)],
  });
  await explained();
  expect(codes).toEqual(["gap", "gap_healed"]);
  late.client.close();
});

it("explains a reply that is sent again, and one that is refused", async () => {
  const { client, server, noted, codes, pass } = await debugged();
  server.receipt = () => undefined;
  const receipt = client.reply(reply);
  await pass(1000);
  server.last().drop();
  server.receipt = ({ id, requestId, replyId }) => ({
    type: "receipt",
    re: id,
    requestId,
    replyId,
    status: "refused",
    code: "already_answered",
  });
  await pass(seconds(5));
  expect((await receipt).status).toBe("refused");
  expect(codes().filter((code) => ["sent_again", "refused"].includes(code))).toEqual([
    "sent_again",
    "refused",
  ]);
  expect(noted("refused")?.text).toBe(
    `The server refused reply req_0123456789 answer ${(await receipt).replyId}: already_answered.`,
  );
});

it("explains a renewal, and an overdue answer", async () => {
  const { client, server, codes, pass } = await debugged();
  client.channel("inbox:user/ana").follow();
  await pass(hours(2));
  expect(codes()).toEqual(["connecting", "connected", "renewal"]);
  server.held = true;
  for (let i = 0; i < 40 && !codes().includes("overdue"); i++) await pass(1000);
  server.held = false;
  for (const { arrive } of server.flights.splice(0)) arrive();
  await pass(1000);
  expect(codes().slice(3)).toEqual(["overdue", "answered"]);
});

it.each([
  [minutes(-2), "ahead of"],
  [minutes(2), "behind"],
])("explains a clock that is off by %d ms", async (off, words) => {
  const { noted } = await debugged({}, (server) => {
    server.welcome = { serverTime: manualClock().now() + off };
  });
  expect(noted("clock_skew")?.text).toContain(`120 s ${words} the server's`);
});

it("does not mention a clock that is off by less than a minute", async () => {
  const { codes } = await debugged({}, (server) => {
    server.welcome = { serverTime: manualClock().now() + seconds(59) };
  });
  expect(codes()).toEqual(["connecting", "connected"]);
});

it("explains frames that are no messages", async () => {
  const { server, pass, noted, events } = await debugged();
  for (const text of ["?", '{"message":"Internal server error"}', "[]"]) server.last().sayText(text);
  await pass(0);
  expect(noted("unreadable")?.isFault).toBe(true);
  expect(noted("not_handled")?.isFault).toBe(false);
  expect(events.flatMap((event) => (event.kind === "received" ? [event.type] : [])).slice(-3)).toEqual([
    "unknown",
    "gateway",
    "unknown",
  ]);
});

it.each([
  '{"type":"subscribed"}',
  '{"type":"subscribed","channels":{"watch:a/b":null}}',
  '{"type":"error","code":{"toString":1,"valueOf":1},"message":{"toString":1,"valueOf":1}}',
  '{"type":"receipt","status":"refused","code":{"toString":1,"valueOf":1}}',
  '{"type":"pong","behind":{"a":[0,{"toString":1,"valueOf":1}]}}',
])("continues to explain after the frame %s", async (text) => {
  const { server, pass, codes, noted } = await debugged();
  server.last().sayText(text);
  await pass(0);
  server.last().drop();
  await pass(0);
  expect(codes().at(-1)).toBe("waiting");
  expect(noted("unreadable")?.isFault).toBe(true);
});

it("continues to explain after token() threw what cannot be converted to text", async () => {
  const { noted, pass } = await debugged({
    token() {
      throw { message: Object.create(null), name: Object.create(null) };
    },
  });
  await pass(0);
  expect(noted("waiting")?.text).toMatch(/^token\(\) failed/);
});

it("reports neither what token() threw nor the password of a URL, which may hold a token", async () => {
  const { events, pass } = await debugged({
    url: "ws://ana:hidden@x/",
    token() {
      throw new Error("cannot use eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2ln");
    },
  });
  await pass(0);
  const told = events.map((event) =>
    JSON.stringify(event, (_, part) => (part instanceof Error ? part.message : part)),
  );
  expect(told.join()).toMatch(/no_token/);
  expect(told.join()).not.toMatch(/eyJ|hidden/);
});
