import { heartbeatMs, type ServerMessageOf } from "@callboard/protocol";
import { expect, it } from "vitest";
import { type Callboard, connect } from "./callboard.ts";
import type { ConnectionState } from "./connection-state.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { fakeNetwork, type ServerSide } from "./testing/server-side.ts";

const hour = 3_600_000;

/** What answers a `hello`. */
const welcomeTo = (re: string): ServerMessageOf<"welcome"> => ({
  type: "welcome",
  re,
  connectionId: "c",
  user: { id: "ana", name: "Ana", roles: ["editors"] },
  inboxes: ["inbox:user/ana"],
  serverTime: 5,
  heartbeatMs,
  expiresAt: 5 + 10 * hour,
  limits: {},
  features: [],
});

/** A client before anyone has answered it, with waits of half their bound. */
async function lobby(token: () => string | Promise<string> = () => "jwt", name?: string) {
  const clock = manualClock();
  const network = fakeNetwork();
  const { WebSocket } = network;
  const client = connect({
    url: "ws://x/",
    token,
    WebSocket,
    clock,
    random: () => 0.5,
    ...(name ? { name } : {}),
  });
  const states: ConnectionState[] = [];
  client.onState((state) => states.push(state));
  await clock.advance(0);

  async function welcome(side: ServerSide, more: Partial<ServerMessageOf<"welcome">> = {}) {
    side.accept();
    side.say({ ...welcomeTo(side.take("hello").id), ...more });
    await clock.advance(0);
  }

  /** Moves on to the next attempt. */
  async function untilNext() {
    const known = network.sides.length;
    while (network.sides.length === known) await clock.advance(1);
  }

  const names = () => states.splice(0).map((state) => ("reason" in state ? state.reason : state.state));
  return { clock, network, client, states, names, welcome, untilNext };
}

it("offers its token as a subprotocol, sends hello and is connected with the welcome", async () => {
  const { client, network, states, welcome } = await lobby(async () => "a.b-c_d", "stage door");
  expect(network.last().token).toBe("a.b-c_d");
  expect(client.state).toEqual({ state: "connecting" });
  await welcome(network.last());
  expect(states).toEqual([
    {
      state: "connected",
      user: { id: "ana", name: "Ana", roles: ["editors"] },
      inboxes: ["inbox:user/ana"],
    },
  ]);
  expect(client.inboxes()).toEqual(["inbox:user/ana"]);
});

it("asks for a fresh token before each attempt, and reports each wait after three failures in a row", async () => {
  let asked = 0;
  const { network, client, names, welcome, untilNext } = await lobby(() => `t${++asked}`);
  for (let attempt = 1; attempt <= 6; attempt++) {
    expect(network.last().token).toBe(`t${attempt}`);
    network.last().refuse();
    await untilNext();
  }
  expect(names()).toEqual([
    "cannot_connect",
    "connecting",
    "cannot_connect",
    "connecting",
    "unauthorized_or_unreachable",
    "unauthorized_or_unreachable",
    "unauthorized_or_unreachable",
    "unauthorized_or_unreachable",
  ]);
  expect(client.state).toMatchObject({ state: "waiting", retryInMs: 4000 });
  await welcome(network.last());
  expect(names()).toEqual(["connected"]);
});

it("waits twice as long with each attempt, up to 30 seconds", async () => {
  const { clock, network, untilNext } = await lobby();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 9; attempt++) {
    const before = clock.now();
    network.last().refuse();
    await untilNext();
    waits.push(clock.now() - before);
  }
  expect(waits).toEqual([125, 250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
});

it("does not reset its waits for a connection that breaks soon after its welcome", async () => {
  const { clock, network, client, welcome } = await lobby();
  const brief = async () => {
    await welcome(network.last());
    network.last().drop();
    const { state } = client;
    await clock.advance(state.state === "waiting" ? state.retryInMs : 0);
    return state;
  };
  expect(await brief()).toMatchObject({ reason: "lost", retryInMs: 125 });
  expect(await brief()).toMatchObject({ reason: "lost", retryInMs: 250 });
  await welcome(network.last());
  await clock.advance(5000);
  network.last().drop();
  expect(client.state).toMatchObject({ retryInMs: 125 });
});

it("gives up an attempt that takes too long, in any part", async () => {
  const noToken = await lobby(() => new Promise(() => {}));
  await noToken.clock.advance(20_000);
  expect(noToken.client.state).toMatchObject({ state: "waiting", reason: "cannot_connect" });
  const noWelcome = await lobby();
  noWelcome.network.last().accept();
  await noWelcome.clock.advance(20_000);
  expect(noWelcome.client.state).toMatchObject({ state: "waiting", reason: "cannot_connect" });
  expect(noWelcome.network.last().open).toBe(false);
});

it("waits and asks again without a token, or with one that is invalid in a header", async () => {
  const { client } = await lobby(() => Promise.reject(new Error("signed out")));
  expect(client.state).toMatchObject({
    state: "waiting",
    reason: "no_token",
    error: new Error("signed out"),
  });
  const odd = await lobby(() => "not a token");
  expect(odd.client.state).toMatchObject({ state: "waiting", reason: "cannot_connect" });
});

it("asks for its token only after `connect` has returned", async () => {
  const clock = manualClock();
  const { WebSocket, last } = fakeNetwork();
  const client: Callboard = connect({ url: "ws://x/", token: () => `t${client.now()}`, WebSocket, clock });
  await clock.advance(0);
  expect(last().token).toBe(`t${clock.now()}`);
});

it("says hello again when the gateway could not handle it", async () => {
  const { clock, network, client, welcome } = await lobby();
  network.last().accept();
  network.last().take("hello");
  network.last().sayText('{"message":"Internal server error","connectionId":"c","requestId":"r"}');
  await clock.advance(1500);
  await welcome(network.last());
  expect(network.sides).toHaveLength(1);
  expect(client.state.state).toBe("connected");
});

it.each([
  { expiresAt: 5 + 10 * hour, after: 1.7 * hour, why: "the gateway closes every connection after two hours" },
  { expiresAt: 5 + hour, after: 0.85 * hour, why: "the token expires" },
])("renews on a second connection before $why", async ({ expiresAt, after }) => {
  const { clock, network, names, welcome } = await lobby();
  const first = network.last();
  await welcome(first, { expiresAt, heartbeatMs: { watch: 3 * hour, work: 1, inbox: 1 } });
  names();
  await clock.advance(after - 1);
  expect(network.sides).toHaveLength(1);
  await clock.advance(251);
  const second = network.last();
  expect(second).not.toBe(first);
  expect(first.open).toBe(true);
  await welcome(second, { expiresAt });
  expect([first.open, second.open]).toEqual([false, true]);
  expect(names()).toEqual([]);
});

it("keeps the connection it has while a renewal fails, and tries again", async () => {
  const { network, client, names, welcome, untilNext } = await lobby();
  const first = network.last();
  await welcome(first, { expiresAt: 5 + 100_000, heartbeatMs: { watch: 3 * hour, work: 1, inbox: 1 } });
  names();
  await untilNext();
  network.last().refuse();
  await untilNext();
  expect(client.state.state).toBe("connected");
  first.drop();
  expect(names()).toEqual(["connecting"]);
  await welcome(network.last());
  expect(names()).toEqual(["connected"]);
});

it("renews with a fresh token when the server says reauthenticate, but not in a loop", async () => {
  let asked = 0;
  const { clock, network, names, welcome } = await lobby(() => `t${++asked}`);
  await welcome(network.last());
  names();
  const expired = { type: "error", code: "unauthorized", message: "", retry: "reauthenticate" } as const;
  for (let i = 0; i < 10; i++) network.last().say(expired);
  await clock.advance(250);
  expect(network.last().token).toBe("t2");
  await welcome(network.last());
  await clock.advance(30_000);
  expect(asked).toBe(2);
  for (let i = 0; i < 20; i++) {
    if (network.last().inbox.length > 0 || !network.last().open) await welcome(network.last());
    network.last().say(expired);
    await clock.advance(250);
  }
  expect(asked).toBeGreaterThan(4);
  expect(asked).toBeLessThan(9);
  expect(names()).toEqual([]);
});

it("connects again before the server closes the connection", async () => {
  const { clock, network, names, welcome } = await lobby();
  await welcome(network.last());
  names();
  const pending = clock.pending();
  network.last().say({ type: "bye", code: "connection_too_old", retry: "later" });
  await clock.advance(250);
  await welcome(network.last());
  expect(network.sides.map((side) => side.open)).toEqual([false, true]);
  expect(clock.pending()).toBe(pending);
  expect(names()).toEqual([]);
});

it("waits as long as the server asks, even when it is woken", async () => {
  const { clock, network, client, welcome } = await lobby();
  await welcome(network.last());
  network.last().say({ type: "bye", code: "going_away", retry: "later", afterMs: 9000 });
  await clock.advance(0);
  const retryAt = client.now() + 9000;
  expect(client.state).toEqual({ state: "waiting", retryInMs: 9000, retryAt, reason: "server_asked" });
  client.retryNow();
  await clock.advance(8999);
  expect(network.sides).toHaveLength(1);
  await clock.advance(1);
  await welcome(network.last());
  network.last().drop();
  expect(client.state).toMatchObject({ state: "waiting", reason: "lost" });
});

it("is closed when reconnecting cannot help", async () => {
  const { clock, network, client, welcome } = await lobby();
  await welcome(network.last());
  network.last().say({ type: "bye", code: "going_away", retry: "never" });
  await clock.advance(hour);
  expect(client.state).toMatchObject({ state: "closed", code: "going_away" });
  expect(network.sides).toHaveLength(1);
});

it("is closed when hello itself is refused", async () => {
  const { clock, network, client } = await lobby();
  const side = network.last();
  side.accept();
  const { id } = side.take("hello");
  side.say({ type: "error", re: id, code: "forbidden", message: "not you", retry: "never" });
  await clock.advance(hour);
  expect(client.state).toEqual({ state: "closed", code: "forbidden", reason: "not you" });
  expect(side.open).toBe(false);
});

it("does nothing more once it is closed", async () => {
  const { clock, network, client, names, welcome } = await lobby();
  await welcome(network.last());
  client.close();
  client.close();
  await clock.advance(3 * hour);
  expect(names()).toEqual(
    ["connected", "closed_by_client"].map((name, i) => (i ? "close() was called" : name)),
  );
  expect(network.sides.map((side) => side.open)).toEqual([false]);
});

it("has no timers once it is closed, and only that of its next attempt while it waits", async () => {
  const { clock, network, client, welcome } = await lobby();
  client.channel("work:video/v_1").follow();
  await welcome(network.last());
  const reply = client.reply({ requestId: "req_0123456789", replyId: "r", round: 1, verb: "approve" });
  const { id: re } = network.last().take("reply");
  network.last().say({ type: "receipt", re, requestId: "req_0123456789", replyId: "r", status: "accepted" });
  await reply;
  const gap = { channel: "work:video/v_1", epoch: "e", from: 7, to: 8, items: [] } as const;
  network.last().say({ type: "delta", ...gap, items: [] });
  network.last().drop();
  await clock.advance(0);
  expect(clock.pending()).toBe(1);
  client.close();
  expect(clock.pending()).toBe(0);
});

it("can be closed while it asks for its token", async () => {
  let give: (token: string) => void = () => {};
  const { clock, network, client } = await lobby(
    () =>
      new Promise((given) => {
        give = given;
      }),
  );
  client.close();
  give("t");
  await clock.advance(hour);
  expect(network.sides).toHaveLength(0);
});

it("refuses an invalid WebSocket URL", () => {
  expect(() => connect({ url: "http://x/", token: () => "t", WebSocket: fakeNetwork().WebSocket })).toThrow(
    expect.objectContaining({ code: "invalid" }),
  );
});

it("sends nothing over a closing socket, and sends it over the next one", async () => {
  const clock = manualClock();
  const network = fakeNetwork();
  let isClosing = false;
  let complaints = 0;
  class Closing extends network.WebSocket {
    override get readyState() {
      return isClosing ? 2 : 1;
    }
    override send(text: string) {
      if (isClosing) complaints++;
      super.send(text);
    }
  }
  const client = connect({
    url: "ws://x/",
    token: () => "jwt",
    WebSocket: Closing,
    clock,
    random: () => 0.5,
  });
  await clock.advance(0);
  const first = network.last();
  first.accept();
  first.say(welcomeTo(first.take("hello").id));
  await clock.advance(0);
  isClosing = true;
  client.channel("watch:order/7").follow(() => {});
  await clock.advance(0);
  expect(complaints).toBe(0);
  network.last().drop();
  isClosing = false;
  while (network.sides.length === 1) await clock.advance(1);
  network.last().accept();
  await clock.advance(0);
  expect(network.last().take("hello").channels).toHaveProperty(["watch:order/7"]);
});
