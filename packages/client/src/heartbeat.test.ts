// @vitest-environment happy-dom
import type { Channel, ClientMessageOf, ServerMessageOf } from "@callboard/protocol";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";

async function connected(...names: Channel[]) {
  return connectedTo({}, ...names);
}

/** A client of a server that says other things when it welcomes. */
async function connectedTo(welcome: Partial<ServerMessageOf<"welcome">>, ...names: Channel[]) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  server.welcome = welcome;
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: server.WebSocket,
    clock,
    random: () => 0.5,
  });
  for (const name of names) client.channel(name).follow();
  await clock.advance(0);
  const pings = () => server.handled.filter((one): one is ClientMessageOf<"ping"> => one.type === "ping");
  return { clock, server, client, pings };
}

it.each([
  { names: [], every: 240_000 },
  { names: ["watch:video/v_1"], every: 240_000 },
  { names: ["watch:video/v_1", "work:video/v_1"], every: 30_000 },
  { names: ["inbox:user/ana"], every: 30_000 },
  { names: ["list:video", "list:video/user/ana"], every: 240_000 },
] as const)("pings every $every ms while it follows $names", async ({ names, every }) => {
  const { clock, pings } = await connected(...names);
  await clock.advance(every - 1);
  expect(pings()).toHaveLength(0);
  await clock.advance(1);
  expect(pings()).toHaveLength(1);
  await clock.advance(every * 3);
  expect(pings()).toHaveLength(4);
});

it("pings for a kind of channel that an earlier server does not name as for `watch`", async () => {
  const heartbeatMs = { watch: 70_000, work: 1000, inbox: 1000 };
  const { clock, pings } = await connectedTo({ heartbeatMs }, "list:video");
  await clock.advance(69_999);
  expect(pings()).toHaveLength(0);
  await clock.advance(1);
  expect(pings()).toHaveLength(1);
});

it("pings sooner once it follows a channel that needs it", async () => {
  const { clock, client, pings } = await connected("watch:video/v_1");
  await clock.advance(20_000);
  client.channel("inbox:user/ana").follow();
  await clock.advance(10_000);
  expect(pings()).toHaveLength(1);
});

it("names the positions of its channels, fifty in a ping", async () => {
  const names = Array.from({ length: 60 }, (_, i): Channel => `watch:video/${i}`);
  const { clock, client, pings } = await connected(...names);
  await clock.advance(240_000);
  expect(pings().map(({ at }) => Object.keys(at).length)).toEqual([50, 10]);
  expect(pings()[0]?.at["watch:video/0"]).toEqual([client.channel("watch:video/0").epoch, 0]);
});

it("asks for what a pong says it is behind in", async () => {
  const { clock, server, client } = await connected("watch:video/v_1");
  server.held = true;
  server.publish("watch:video/v_1", "a", 1);
  server.flights.length = 0;
  server.held = false;
  await clock.advance(239_999);
  expect(client.channel("watch:video/v_1").get("a")).toBeUndefined();
  await clock.advance(1);
  expect(client.channel("watch:video/v_1").get("a")).toBe(1);
});

it("gives a connection up when a ping is unanswered for ten seconds", async () => {
  const { clock, server, client } = await connected("work:video/v_1");
  server.held = true;
  await clock.advance(39_999);
  expect(server.last().open).toBe(true);
  await clock.advance(1);
  expect(client.state).toMatchObject({ state: "waiting", reason: "lost" });
  expect(server.last().open).toBe(false);
});

it("gives a connection up when one ping of two is unanswered", async () => {
  const names = Array.from({ length: 60 }, (_, i): Channel => `watch:video/${i}`);
  const { clock, server, client } = await connected(...names);
  server.held = true;
  await clock.advance(240_000);
  server.flights.shift()?.arrive();
  server.flights.pop()?.arrive();
  await clock.advance(9999);
  expect(client.state.state).toBe("connected");
  await clock.advance(1);
  expect(client.state).toMatchObject({ reason: "lost" });
});

it("pings again when the gateway could not handle the ping", async () => {
  const { clock, server, client, pings } = await connected("work:video/v_1");
  server.held = true;
  await clock.advance(30_000);
  server.flights.length = 0;
  server.held = false;
  server.last().sayText('{"message":"Internal server error"}');
  await clock.advance(1500);
  expect(pings()).toHaveLength(1);
  await clock.advance(20_000);
  expect(client.state.state).toBe("connected");
});

it("reconnects at once when the browser is online again, or its page is visible", async () => {
  for (const [target, event] of [
    [window, "online"],
    [document, "visibilitychange"],
  ] as const) {
    const { clock, server, client } = await connected();
    server.refusing = true;
    server.last().drop();
    await clock.advance(20_000);
    server.refusing = false;
    const known = server.sides.length;
    expect(client.state.state).toBe("waiting");
    target.dispatchEvent(new Event(event));
    await clock.advance(0);
    expect([server.sides.length, client.state.state]).toEqual([known + 1, "connected"]);
    client.close();
  }
});

it("pings when the page is visible again", async () => {
  const { clock, pings, client } = await connected("watch:video/v_1");
  document.dispatchEvent(new Event("visibilitychange"));
  document.dispatchEvent(new Event("visibilitychange"));
  await clock.advance(0);
  expect(pings()).toHaveLength(1);
  client.close();
});
