import { metaOf } from "@callboard/core/testing/heads.ts";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { type Channel, days, hours, minutes, seconds } from "@callboard/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connect } from "./callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { type RealCallboard, realCallboard } from "./testing/real-callboard.ts";
import { sleepyClock } from "./testing/sleepy-clock.ts";
import { witness } from "./testing/witness.ts";

const watch: Channel = "watch:video/v_1";
const inbox: Channel = "inbox:user/ana";
const names: Channel[] = [watch, "work:video/v_1", inbox];

/** A page that can become visible. */
const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
beforeEach(() => void vi.stubGlobal("document", page));
afterEach(() => void vi.unstubAllGlobals());

interface StageOptions {
  everyMs?: number;
  pollEveryMs?: number;
  /** What happens on the server before; nothing is followed then. */
  past?: (server: RealCallboard) => Promise<void>;
}

/** A client that has followed three channels for a while, of a server on which something happens all the time. */
async function stage(options: StageOptions = {}) {
  const { everyMs = 100, pollEveryMs = minutes(1), past } = options;
  const world = manualClock(Date.UTC(2026, 0, 1));
  const clock = sleepyClock(world);
  const server = realCallboard({ clock: world, random: seededRandom(1), pollEveryMs });
  const { WebSocket, token } = server;
  const client = connect({ url: "ws://x/", token, WebSocket, clock, random: seededRandom(2) });
  const seen = witness(client, names, server);
  if (past) void past(server);
  else for (const name of names) seen.follow(name);
  let busy = true;
  let changes = 0;

  function change(): void {
    if (!busy) return;
    const name = names[changes % 2]!;
    changes++;
    const value = changes % 5 === 0 ? null : changes;
    void server.put(name, { [`key-${changes % 13}`]: value });
    world.after(everyMs, change);
  }
  change();
  await world.advance(seconds(10));

  return {
    world,
    clock,
    server,
    client,
    seen,
    /** Nothing more happens; says after how long the client had everything, in milliseconds. */
    async recovered(): Promise<number> {
      busy = false;
      const since = world.now();
      while (!(await isWhole())) {
        if (world.now() - since > minutes(2)) expect(await maps()).toEqual(await stored());
        await world.advance(100);
      }
      expect(seen.lies).toEqual([]);
      return world.now() - since;
    },
  };

  async function isWhole(): Promise<boolean> {
    if (seen.views.some(({ status }) => status !== "following")) return false;
    return JSON.stringify(await maps()) === JSON.stringify(await stored());
  }
  async function maps() {
    return seen.views.map(({ items }) => [...items.values()].sort((a, b) => a.offset - b.offset));
  }
  async function stored() {
    return Promise.all(names.map(async (name) => [...(await server.items(name)).values()]));
  }
}

it("has everything after two seconds away", async () => {
  const { world, server, client, recovered } = await stage();
  server.refusing = true;
  server.restart();
  await world.advance(seconds(2));
  expect(client.state.state).not.toBe("connected");
  server.refusing = false;
  expect(await recovered()).toBeLessThan(seconds(4));
});

it("has everything after a restart of the gateway, which drops every socket silently", async () => {
  const { world, server, client, recovered } = await stage();
  server.restart();
  await world.advance(1);
  expect(client.state).toMatchObject({ state: "waiting", reason: "lost" });
  expect(await recovered()).toBeLessThan(seconds(2));
});

it("has everything after its connection fell silent", async () => {
  const { world, server, client, recovered } = await stage();
  server.silence();
  await world.advance(seconds(20));
  expect(client.state.state).toBe("connected");
  expect(await recovered()).toBeLessThan(seconds(25));
});

it("has everything after a night's sleep, as soon as its page is visible", async () => {
  const { world, clock, server, client, recovered } = await stage({
    everyMs: minutes(1),
    pollEveryMs: minutes(1),
  });
  const states: string[] = [];
  client.onState(({ state }) => states.push(state));
  server.silence();
  clock.sleep();
  await world.advance(hours(8));
  clock.wake();
  page.dispatchEvent(new Event("visibilitychange"));
  expect(states).toEqual(["connecting"]);
  expect(await recovered()).toBeLessThan(seconds(2));
  expect(states).toEqual(["connecting", "connected"]);
});

it("has everything after a night's sleep, even without an event", async () => {
  const { world, clock, server, recovered } = await stage({ everyMs: minutes(1), pollEveryMs: minutes(1) });
  server.silence();
  clock.sleep();
  await world.advance(hours(8));
  clock.wake();
  expect(await recovered()).toBeLessThan(seconds(45));
});

it("starts again after three days in which more was removed than the server remembers", async () => {
  const { world, clock, server, client, recovered } = await stage({
    everyMs: hours(1),
    pollEveryMs: minutes(5),
  });
  let asked = 0;
  // Each is in the inbox until it expires.
  const ask = () => {
    asked++;
    void server.ask({ thread: `t-${asked}`, taskToken: `token-${asked}`, timeoutSeconds: 3600 });
    world.after(minutes(15), ask);
  };
  ask();
  await world.advance(hours(2));
  const view = client.channel(inbox);
  const before = { keys: [...view.items.keys()], offset: view.offset };
  expect(before.keys).not.toHaveLength(0);
  server.silence();
  clock.sleep();
  await world.advance(days(3));
  const meta = await metaOf(server.ports, inbox);
  expect(meta!.floor).toBeGreaterThan(before.offset);
  clock.wake();
  page.dispatchEvent(new Event("visibilitychange"));
  expect(await recovered()).toBeLessThan(seconds(2));
  expect(before.keys.filter((key) => view.items.has(key))).toEqual([]);
});

it("starts again when it follows a channel that has forgotten too much meanwhile", async () => {
  const { world, server, seen, recovered } = await stage();
  void server.put(watch, all("old", "there"));
  await world.advance(seconds(1));
  seen.leave(watch);
  void removeMany(server);
  await world.advance(minutes(1));
  seen.follow(watch);
  expect(await recovered()).toBeLessThan(seconds(1));
});

it("resumes a large channel after its connection broke, though its floor is above the first page", async () => {
  const { world, server, client, seen, recovered } = await stage({
    async past(server) {
      for (let n = 0; n < 16; n++) await server.put(watch, { [`full-${n}`]: "x".repeat(15_000) });
      await server.put(watch, all("old", "there"));
      await removeMany(server);
    },
  });
  for (const name of names) seen.follow(name);
  while (client.channel(watch).items.size === 0) await world.advance(10);
  expect(client.channel(watch).items.size).toBeLessThan(16);
  server.restart();
  expect(await recovered()).toBeLessThan(seconds(2));
});

const all = (name: string, value: unknown): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`${name}-${n}`, value]));

/** Removes what is old, and then more than is remembered. */
async function removeMany(server: RealCallboard): Promise<void> {
  await server.put(watch, all("old", null));
  for (const name of ["a", "b", "c"]) {
    await server.put(watch, all(name, "there"));
    await server.put(watch, all(name, null));
  }
}
