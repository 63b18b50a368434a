// @vitest-environment happy-dom
import { type ClientMessage, hours, minutes, seconds } from "@callboard/protocol";
import { expect, it, onTestFinished } from "vitest";
import { type ConnectOptions, connect } from "./callboard.ts";
import type { ClientClock } from "./clock.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { realCallboard } from "./testing/real-callboard.ts";
import { sleepyClock } from "./testing/sleepy-clock.ts";

const approve = { requestId: "req_0123456789", round: 1, verb: "approve" } as const;

/** A client of a page that follows its user's inbox. */
async function visited(options: Partial<ConnectOptions> = {}, machine?: (clock: ClientClock) => ClientClock) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  const tokens: string[] = [];
  const client = connect({
    url: "ws://x/",
    token() {
      tokens.push(`t${tokens.length}`);
      return tokens.at(-1)!;
    },
    WebSocket: server.WebSocket,
    clock: machine?.(clock) ?? clock,
    random: () => 0.5,
    ...options,
  });
  onTestFinished(client.close);
  const inbox = client.channel("inbox:user/ana");
  inbox.follow();
  await clock.advance(seconds(6));
  const states: string[] = [];
  client.onState(({ state }) => states.push(state));
  const handled = <Type extends ClientMessage["type"]>(type: Type) =>
    server.handled.filter((one): one is Extract<ClientMessage, { type: Type }> => one.type === type);
  return { clock, server, client, inbox, states, tokens, handled };
}

const tell = (target: EventTarget, type: string) => target.dispatchEvent(new Event(type));

/** Until the test is over. */
function hide() {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  const show = () => void Reflect.deleteProperty(document, "visibilityState");
  onTestFinished(show);
  tell(document, "visibilitychange");
  return () => {
    show();
    tell(document, "visibilitychange");
  };
}

it.each([
  ["is left and comes back out of the cache for the way back", "pagehide", "pageshow", () => window],
  ["is frozen and resumes", "freeze", "resume", () => document],
] as const)(
  "closes its socket while a page %s, and then is complete at once",
  async (_, away, back, target) => {
    const { clock, server, client, inbox, states, tokens } = await visited();
    tell(target(), away);
    expect([client.state, server.last().closed]).toEqual([{ state: "idle" }, true]);
    expect(inbox.status).toBe("catching_up");
    server.publish("inbox:user/ana", "own/key", 1);
    await clock.advance(minutes(30));
    expect([server.sides.length, client.state.state]).toEqual([1, "idle"]);
    tell(target(), back);
    await clock.advance(0);
    expect(states).toEqual(["idle", "connecting", "connected"]);
    expect([inbox.status, inbox.get("own/key")]).toEqual(["following", 1]);
    expect(tokens).toEqual(["t0", "t1"]);
  },
);

it("comes back once from a page that was left and then frozen", async () => {
  const { clock, server, client } = await visited();
  for (const type of ["pagehide", "freeze"]) tell(type === "freeze" ? document : window, type);
  for (const type of ["pageshow", "resume"]) tell(type === "resume" ? document : window, type);
  await clock.advance(seconds(30));
  expect([server.sides.length, client.state.state]).toEqual([2, "connected"]);
});

it("reconnects when a page becomes visible without having reported its return", async () => {
  const { clock, server, client } = await visited();
  tell(window, "pagehide");
  tell(window, "focus");
  await clock.advance(0);
  expect([server.sides.length, client.state.state]).toEqual([2, "connected"]);
});

it("gives up an attempt that is under way when the page is left", async () => {
  const { clock, server, client } = await visited();
  server.silent = true;
  server.last().drop();
  await clock.advance(seconds(1));
  tell(window, "pagehide");
  expect(server.sides.map(({ closed }) => closed)).toEqual([true, true]);
  await clock.advance(minutes(5));
  expect([server.sides.length, client.state.state]).toEqual([2, "idle"]);
});

it("sends the last messages of a page once it is back, only once", async () => {
  const { clock, server, client, handled } = await visited();
  server.receipt = () => undefined;
  const receipt = client.reply(approve);
  await clock.advance(0);
  tell(window, "pagehide");
  server.receipt = ({ id, ...reply }) => ({
    type: "receipt",
    re: id,
    requestId: reply.requestId,
    replyId: reply.replyId,
    status: "accepted",
  });
  tell(window, "pageshow");
  await clock.advance(0);
  expect((await receipt).status).toBe("accepted");
  expect(new Set(handled("reply").map(({ replyId }) => replyId)).size).toBe(1);
});

it("opens nothing for a message while the page is away, and sends it when it is back", async () => {
  const { clock, server, client, handled } = await visited();
  tell(document, "freeze");
  client.reply(approve).catch(() => {});
  client.channel("watch:video/v_1").follow();
  await clock.advance(seconds(5));
  expect([server.sides.length, client.state.state, handled("reply").length]).toEqual([1, "idle", 0]);
  tell(document, "resume");
  await clock.advance(0);
  expect([server.sides.length, client.state.state, handled("reply").length]).toEqual([2, "connected", 1]);
});

it("connects a lazy client whose first use is while its page is away, when the page is back", async () => {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  const lazy = connect({ url: "ws://x/", token: () => "t", WebSocket: server.WebSocket, clock, lazy: true });
  onTestFinished(lazy.close);
  tell(window, "pagehide");
  lazy.channel("watch:video/v_1").follow();
  await clock.advance(0);
  expect([lazy.state.state, server.sides.length]).toEqual(["idle", 0]);
  tell(window, "pageshow");
  await clock.advance(0);
  expect([lazy.state.state, server.sides.length]).toEqual(["connected", 1]);
});

it("keeps the wait that the server asked for when a page is frozen and resumes, or retries", async () => {
  const { clock, server, client } = await visited();
  server.last().say({ type: "bye", code: "going_away", retry: "later", afterMs: minutes(1) });
  await clock.advance(seconds(1));
  tell(document, "freeze");
  tell(document, "resume");
  client.retryNow();
  await clock.advance(seconds(50));
  expect(server.sides.length).toBe(1);
  expect(client.state).toMatchObject({ state: "waiting", reason: "server_asked" });
  await clock.advance(seconds(10));
  expect([server.sides.length, client.state.state]).toEqual([2, "connected"]);
});

it.each([
  ["while the server is away", false],
  ["without a network", true],
])("comes back when a page that tries %s is frozen twice in a row", async (_, isOffline) => {
  const { clock, server, client } = await visited();
  server.refusing = true;
  server.last().drop();
  await clock.advance(minutes(3));
  tell(document, "freeze");
  if (isOffline) {
    Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
    onTestFinished(() => void Reflect.deleteProperty(navigator, "onLine"));
  }
  server.refusing = false;
  server.silent = true;
  for (const type of ["resume", "freeze", "resume"]) {
    tell(document, type);
    await clock.advance(0);
  }
  expect(client.state.state).not.toBe("idle");
  Reflect.deleteProperty(navigator, "onLine");
  server.silent = false;
  await clock.advance(seconds(3));
  tell(window, "online");
  await clock.advance(0);
  expect(client.state.state).toBe("connected");
});

it("ignores the first pageshow: an attempt continues, and a lazy client stays idle", async () => {
  const slow = await visited();
  slow.server.silent = true;
  slow.server.last().drop();
  await slow.clock.advance(seconds(5));
  tell(window, "pageshow");
  await slow.clock.advance(0);
  expect(slow.server.sides.length).toBe(2);
  slow.client.close();

  const clock = manualClock();
  const server = fakeCallboard(clock);
  const lazy = connect({ url: "ws://x/", token: () => "t", WebSocket: server.WebSocket, clock, lazy: true });
  for (const type of ["pageshow", "pagehide", "pageshow", "focus", "online", "offline"]) tell(window, type);
  await clock.advance(minutes(1));
  expect([lazy.state.state, server.sides.length]).toEqual(["idle", 0]);
});

it("stays closed for all events of the page", async () => {
  const { clock, server, client } = await visited();
  client.close();
  for (const type of ["pagehide", "pageshow", "focus", "online"]) tell(window, type);
  for (const type of ["freeze", "resume"]) tell(document, type);
  client.open();
  client.retryNow();
  await clock.advance(minutes(1));
  expect([server.sides.length, client.state.state]).toEqual([1, "closed"]);
});

/** The clock of a hidden page: a browser calls its timers at full minutes. */
const throttled = (clock: ClientClock): ClientClock => ({
  now: clock.now,
  after: (ms, run) => clock.after(Math.ceil((clock.now() + ms) / minutes(1)) * minutes(1) - clock.now(), run),
});

it("stays connected for hours in a hidden page whose timers run once a minute", async () => {
  hide();
  const clock = manualClock();
  const { WebSocket, token } = realCallboard({ clock, random: () => 0.5, tokenLifeMs: hours(12) });
  const client = connect({ url: "ws://x/", token, WebSocket, clock: throttled(clock), random: () => 0.5 });
  onTestFinished(client.close);
  client.channel("inbox:user/ana").follow();
  await clock.advance(minutes(5));
  const states: string[] = [];
  client.onState(({ state }) => states.push(state));
  await clock.advance(hours(1));
  expect([client.state.state, states]).toEqual(["connected", []]);
});

it("finds a dead connection in a hidden page within four minutes, and reconnects", async () => {
  hide();
  const { clock, server, states } = await visited({}, throttled);
  server.held = true;
  await clock.advance(minutes(2));
  server.held = false;
  await clock.advance(minutes(2));
  expect([states.at(-1), server.sides.length]).toEqual(["connected", 2]);
});

it("is `connecting` as soon as a hidden page is shown again after the machine has slept", async () => {
  const machines: ReturnType<typeof sleepyClock>[] = [];
  const show = hide();
  const { clock, server, states } = await visited({}, (clock) => {
    machines.push(sleepyClock(clock));
    return machines[0]!;
  });
  machines[0]!.sleep();
  await clock.advance(minutes(20));
  machines[0]!.wake();
  server.held = true;
  show();
  expect(states).toEqual(["connecting"]);
});
