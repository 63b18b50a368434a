// @vitest-environment happy-dom
import { expect, it, onTestFinished } from "vitest";
import { type ConnectOptions, connect } from "./callboard.ts";
import type { ConnectionState } from "./connection-state.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { type ManualClock, manualClock } from "./testing/manual-clock.ts";

const names = (states: readonly ConnectionState[]) =>
  states.map((state) => (state.state === "waiting" ? state.reason : state.state));

/** A client that was welcomed, and whether its server answers by HTTP. */
async function connected({
  world: clock = manualClock(),
  ...more
}: Partial<ConnectOptions> & { world?: ManualClock } = {}) {
  const server = fakeCallboard(clock);
  const http = { up: true, asked: 0 };
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: server.WebSocket,
    clock,
    random: () => 0.5,
    async isServerUp() {
      http.asked++;
      return http.up;
    },
    ...more,
  });
  onTestFinished(client.close);
  await clock.advance(6000);
  const states: ConnectionState[] = [];
  client.onState((state) => states.push(state));
  return { clock, server, client, http, states };
}

/** What the browser says of its network, until the test is over. */
function setOnline(online: boolean) {
  Object.defineProperty(navigator, "onLine", { value: online, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "onLine"));
  window.dispatchEvent(new Event(online ? "online" : "offline"));
}

it("never reports `unauthorized` while the server is down", async () => {
  const { clock, server, http, states } = await connected();
  http.up = false;
  server.refusing = true;
  server.last().drop();
  await clock.advance(3_600_000);
  expect(new Set(names(states))).toEqual(new Set(["lost", "connecting", "cannot_connect"]));
  expect(states.filter(({ state }) => state === "connecting")).toHaveLength(3);
  http.up = true;
  server.refusing = false;
  await clock.advance(30_000);
  expect(names(states).at(-1)).toBe("connected");
});

it("reports `unauthorized` when the server is up and refuses repeatedly", async () => {
  const { clock, server, http, states } = await connected();
  server.refusing = true;
  server.last().drop();
  await clock.advance(20_000);
  expect(names(states)).toEqual([
    "lost",
    "connecting",
    "cannot_connect",
    "connecting",
    "cannot_connect",
    "connecting",
    "cannot_connect",
    "cannot_connect",
    "unauthorized",
    "unauthorized",
    "unauthorized",
  ]);
  http.up = false;
  await clock.advance(20_000);
  expect(names(states).at(-1)).toBe("cannot_connect");
});

it("does not count silence as a refusal", async () => {
  const { clock, server, states } = await connected();
  server.silent = true;
  server.last().drop();
  await clock.advance(600_000);
  expect(names(states)).not.toContain("unauthorized");
});

it("does not count a socket that opens and breaks before the welcome as a refusal", async () => {
  const { clock, server, states } = await connected();
  server.held = true;
  server.last().drop();
  for (let second = 0; second < 120; second++) {
    await clock.advance(1000);
    if (server.last().open) server.last().drop();
  }
  expect(server.sides.length).toBeGreaterThan(8);
  expect(names(states)).not.toContain("unauthorized");
});

it("rarely tries a socket while the server is down", async () => {
  const { clock, server, http } = await connected({ longestWaitMs: 1000 });
  http.up = false;
  server.refusing = true;
  server.last().drop();
  const before = server.sides.length;
  await clock.advance(120_000);
  expect(http.asked).toBeGreaterThan(200);
  expect(server.sides.length - before).toBeLessThanOrEqual(3 + 4);
  // What asks is wrong: there is a way after all.
  server.refusing = false;
  await clock.advance(31_000);
  expect(server.last().open).toBe(true);
});

it("treats a server as down if `isServerUp` fails, at once or later", async () => {
  for (const isServerUp of [
    () => Promise.reject(new Error("no network")),
    () => {
      throw new Error("no network");
    },
  ]) {
    const { clock, server, states } = await connected({ isServerUp });
    server.refusing = true;
    server.last().drop();
    await clock.advance(120_000);
    expect(names(states)).not.toContain("unauthorized");
    server.refusing = false;
    await clock.advance(60_000);
    expect(names(states).at(-1)).toBe("connected");
  }
});

it("is back within the longest wait, which is read before each wait", async () => {
  let longest = 30_000;
  const { clock, server, http, client } = await connected({
    longestWaitMs: () => longest,
    random: () => 1 - 2 ** -32,
  });
  http.up = false;
  server.refusing = true;
  server.last().drop();
  await clock.advance(600_000);
  expect(client.state).toMatchObject({ state: "waiting", retryInMs: 29_999 });
  longest = 4000;
  await clock.advance(30_000);
  expect(client.state).toMatchObject({ state: "waiting", retryInMs: 3999 });
  http.up = true;
  server.refusing = false;
  await clock.advance(4000);
  expect(client.state.state).toBe("connected");
});

it("reports each wait with its end, by the server's clock", async () => {
  const { clock, server, client, states } = await connected();
  server.refusing = true;
  server.last().drop();
  for (let wait = 0; wait < 8; wait++) {
    const { state } = client;
    if (state.state !== "waiting") throw new Error(`it is ${state.state}`);
    expect(state.retryAt - client.now()).toBe(state.retryInMs);
    await clock.advance(state.retryInMs);
  }
  expect(states.filter(({ state }) => state === "waiting").length).toBeGreaterThan(8);
});

it("tries at once on request, even if the server seems to be down", async () => {
  const { clock, server, http, client } = await connected();
  http.up = false;
  server.refusing = true;
  server.last().drop();
  await clock.advance(120_000);
  server.refusing = false;
  expect(client.state.state).toBe("waiting");
  client.retryNow();
  await clock.advance(0);
  expect(client.state.state).toBe("connected");
});

it("is offline at once when the network is gone, keeps trying, and is back at once with it", async () => {
  const { clock, server, client, states, http } = await connected();
  const first = server.last();
  server.refusing = true;
  setOnline(false);
  expect([first.open, names(states)]).toEqual([false, ["offline"]]);
  await clock.advance(600_000);
  expect(new Set(names(states))).toEqual(new Set(["offline"]));
  expect(server.sides.length).toBeGreaterThan(20);
  server.refusing = false;
  states.length = 0;
  setOnline(true);
  await clock.advance(0);
  expect([names(states), http.asked]).toEqual([["connecting", "connected"], 0]);
  expect(client.state.state).toBe("connected");
});

it("stays connected, by another link, to a server that it reaches without a network", async () => {
  const { clock, server, states } = await connected();
  setOnline(false);
  await clock.advance(0);
  expect(names(states)).toEqual(["offline", "connected"]);
  expect(server.sides.map((side) => side.open)).toEqual([false, true]);
});

it("gives up an attempt when the network is gone, and makes a new one", async () => {
  const { clock, server, client } = await connected();
  server.silent = true;
  server.last().drop();
  await clock.advance(200);
  expect([server.sides.length, client.state.state]).toEqual([2, "connecting"]);
  server.silent = false;
  setOnline(false);
  await clock.advance(0);
  expect([server.sides.length, client.state.state]).toEqual([3, "connected"]);
});

it("does not retry at once, when the network is gone, if the server asked for a wait", async () => {
  const { clock, server } = await connected();
  server.last().say({ type: "bye", code: "going_away", retry: "later", afterMs: 9000 });
  setOnline(false);
  await clock.advance(8000);
  expect(server.sides).toHaveLength(1);
  await clock.advance(60_000);
  expect(server.last().open).toBe(true);
});

it("does not wait for hours, and tries at once when asked to, after the clock was set back between two attempts", async () => {
  const clock = manualClock();
  let behindMs = 0;
  const { server, client } = await connected({
    clock: { now: () => clock.now() - behindMs, after: clock.after },
    world: clock,
  });
  server.refusing = true;
  server.last().drop();
  await clock.advance(3000);
  behindMs = 2 * 3_600_000;
  await clock.advance(60_000);
  expect(client.state).toMatchObject({ state: "waiting" });
  const { retryInMs } = client.state as { retryInMs: number };
  expect(retryInMs).toBeLessThanOrEqual(30_000);
  server.refusing = false;
  client.retryNow();
  await clock.advance(0);
  expect(client.state.state).toBe("connected");
});

it("waits no longer than the server asked for after the clock was set back meanwhile", async () => {
  const clock = manualClock();
  let behindMs = 0;
  const { server, client } = await connected({
    clock: { now: () => clock.now() - behindMs, after: clock.after },
    world: clock,
  });
  server.last().say({ type: "bye", code: "going_away", retry: "later", afterMs: 9000 });
  await clock.advance(1000);
  client.retryNow();
  await clock.advance(0);
  expect(client.state.state).toBe("waiting");
  behindMs = 2 * 3_600_000;
  client.retryNow();
  await clock.advance(0);
  expect(client.state.state).toBe("connected");
});

it("replaces a hanging attempt on request or when the page is visible, but keeps a new one", async () => {
  for (const ask of ["retry", "focus"] as const) {
    const { clock, server, client } = await connected();
    server.silent = true;
    server.last().drop();
    await clock.advance(1000);
    expect(server.sides).toHaveLength(2);
    server.silent = false;
    const wake = () => (ask === "retry" ? client.retryNow() : window.dispatchEvent(new Event("focus")));
    wake();
    await clock.advance(0);
    expect(server.sides).toHaveLength(2);
    await clock.advance(1500);
    wake();
    await clock.advance(0);
    expect([server.sides.length, client.state.state]).toEqual([3, "connected"]);
    await clock.advance(30_000);
    expect(server.sides.filter(({ closed }) => !closed)).toHaveLength(1);
    client.close();
  }
});

it("replaces an attempt in which `isServerUp` or `token` hangs", async () => {
  for (const hanging of ["isServerUp", "token"] as const) {
    let hangs = false;
    const answer = async <T>(value: T) => (hangs ? new Promise<T>(() => {}) : value);
    const { clock, server, client } = await connected({
      isServerUp: () => answer(true),
      token: () => (hanging === "token" ? answer("t") : "t"),
    });
    server.refusing = true;
    server.last().drop();
    await clock.advance(20_000);
    hangs = true;
    await clock.advance(10_000);
    hangs = false;
    server.refusing = false;
    client.retryNow();
    await clock.advance(0);
    expect([hanging, client.state.state]).toEqual([hanging, "connected"]);
  }
});

it("replaces even a new attempt that began without a network once there is one", async () => {
  const { clock, server, client } = await connected();
  server.silent = true;
  setOnline(false);
  await clock.advance(500);
  expect(server.sides).toHaveLength(2);
  server.silent = false;
  setOnline(true);
  await clock.advance(0);
  expect([server.sides.length, client.state.state]).toEqual([3, "connected"]);
});

it("asks before each attempt how long it may take", async () => {
  let openTimeoutMs = 20_000;
  const { clock, server, states } = await connected({ openTimeoutMs: () => openTimeoutMs });
  openTimeoutMs = 4000;
  server.silent = true;
  server.last().drop();
  await clock.advance(4500);
  expect(names(states).slice(0, 3)).toEqual(["lost", "connecting", "cannot_connect"]);
});
