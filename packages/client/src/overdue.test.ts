// @vitest-environment happy-dom
import { type Channel, type ClientMessageOf, hours, minutes, seconds } from "@callboard/protocol";
import { expect, it, onTestFinished } from "vitest";
import { connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { sleepyClock } from "./testing/sleepy-clock.ts";

const approve = { requestId: "req_0123456789", round: 1, verb: "approve" } as const;

/** A client on a machine that may sleep and whose clock may be wrong; the world, and the server, are on `clock`. */
async function connected(channel: Channel = "inbox:user/ana") {
  const clock = manualClock();
  const machine = { ...sleepyClock(clock), offMs: 0 };
  const server = fakeCallboard(clock);
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: server.WebSocket,
    clock: { after: machine.after, now: () => machine.now() + machine.offMs },
    random: () => 0.5,
  });
  onTestFinished(client.close);
  client.channel(channel).follow();
  await clock.advance(0);
  const states: string[] = [];
  client.onState(({ state }) => states.push(state));
  const pings = () => server.handled.filter((one): one is ClientMessageOf<"ping"> => one.type === "ping");
  const sleep = async (ms: number) => {
    machine.sleep();
    await clock.advance(ms);
    machine.wake();
  };
  const wrongMs = () => Math.abs(client.now() - clock.now());
  return { clock, machine, server, client, states, pings, sleep, wrongMs };
}

it.each([
  ["visibilitychange", () => document],
  ["focus", () => window],
  ["online", () => window],
] as const)("is not `connected` after a sleep, from %s on until an answer", async (event, target) => {
  const { clock, server, client, states, sleep } = await connected();
  await sleep(minutes(5));
  server.held = true;
  target().dispatchEvent(new Event(event));
  expect(client.state.state).toBe("connecting");
  server.held = false;
  server.flights.shift()?.arrive();
  await clock.advance(0);
  expect(states).toEqual(["connecting", "connected"]);
  expect(server.sides).toHaveLength(1);
});

it("finds out by itself within five seconds that it has slept", async () => {
  const { clock, server, states, sleep } = await connected("watch:video/v_1");
  await sleep(minutes(5));
  server.held = true;
  await clock.advance(seconds(5));
  expect(states).toEqual(["connecting"]);
});

it("does not count what waited in the socket during a sleep as an answer", async () => {
  const { clock, server, client, sleep } = await connected();
  server.held = true;
  await clock.advance(seconds(30));
  const asked = server.flights.shift();
  asked?.arrive();
  const pongOfBefore = server.flights.shift();
  await sleep(minutes(5));
  window.dispatchEvent(new Event("focus"));
  pongOfBefore?.arrive();
  expect(client.state.state).toBe("connecting");
  await clock.advance(seconds(10));
  expect(client.state).toMatchObject({ state: "waiting", reason: "lost" });
});

it("stays connected when its page becomes visible while its last answer is fresh", async () => {
  const { clock, states, pings } = await connected();
  await clock.advance(seconds(20));
  window.dispatchEvent(new Event("focus"));
  await clock.advance(0);
  expect([states, pings().length]).toEqual([[], 1]);
});

it("is not `connected` for longer than a heartbeat and three seconds after its last answer", async () => {
  const { clock, server, client, states } = await connected();
  server.held = true;
  await clock.advance(seconds(33) - 1);
  expect([states, client.state.state]).toEqual([[], "connected"]);
  await clock.advance(1);
  expect(states).toEqual(["connecting"]);
  await clock.advance(seconds(7));
  expect(states).toEqual(["connecting", "waiting"]);
});

it("doubts the connection after ten seconds without any answer", async () => {
  const { clock, server, client, states, pings } = await connected("watch:video/v_1");
  server.held = true;
  client.reply(approve).catch(() => {});
  await clock.advance(seconds(10) - 1);
  expect([states, client.state.state]).toEqual([[], "connected"]);
  await clock.advance(1);
  expect(states).toEqual(["connecting"]);
  await clock.advance(seconds(10));
  expect(states).toEqual(["connecting", "waiting"]);
  expect(pings()).toEqual([]);
});

it("trusts a connection that answers, although one message stays without an answer", async () => {
  const { clock, server, client, states } = await connected("watch:video/v_1");
  server.receipt = () => undefined;
  client.reply(approve).catch(() => {});
  await clock.advance(seconds(12));
  expect(states).toEqual(["connecting", "connected"]);
  expect(server.sides).toHaveLength(1);
});

it.each([
  ["ahead", hours(2)],
  ["behind", -hours(2)],
])("knows the server's time on a machine that is two hours %s", async (_, offMs) => {
  const { clock, machine, wrongMs, pings } = await connected("watch:video/v_1");
  expect(wrongMs()).toBe(0);
  machine.offMs = offMs;
  expect(wrongMs()).toBe(hours(2));
  await clock.advance(seconds(5));
  expect([wrongMs(), pings().length]).toEqual([0, 1]);
  await clock.advance(minutes(4) + seconds(5));
  expect(pings()).toHaveLength(2);
});

it("knows the server's time again after the machine has slept, whether or not its clock went on", async () => {
  for (const lostMs of [0, minutes(30)]) {
    const { clock, machine, sleep, wrongMs } = await connected();
    await sleep(minutes(30));
    machine.offMs -= lostMs;
    await clock.advance(seconds(30));
    expect(wrongMs()).toBe(0);
  }
});

it("keeps the time of the welcome when an older server sends a pong without one", async () => {
  const { clock, server, wrongMs, client } = await connected();
  server.held = true;
  await clock.advance(seconds(30));
  server.flights.shift()?.arrive();
  server.last().sayText(JSON.stringify({ type: "pong", re: server.handled.at(-1)?.id, behind: [] }));
  await clock.advance(seconds(29));
  expect([wrongMs(), client.state.state]).toEqual([0, "connected"]);
});
