import { runs } from "@callboard/core/testing/runs.ts";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { type Channel, minutes, seconds } from "@callboard/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";
import { realCallboard } from "./testing/real-callboard.ts";
import { sleepyClock } from "./testing/sleepy-clock.ts";
import { fair, type Weather } from "./testing/virtual-gateway.ts";
import { witness } from "./testing/witness.ts";

const names = [1, 2, 3].flatMap((n): Channel[] => [`watch:video/v_${n}`, `work:video/v_${n}`]);
const rough: Weather = { lostPosts: 0.2, doubledPosts: 0.2, failedMessages: 0.1, lostMessages: 0.05 };

type Step =
  | { do: "publish"; channel: Channel; key: string; value: number | null }
  | { do: "fill" | "removeMany" | "leave" | "follow"; channel: Channel }
  | { do: "report"; percent: number }
  | { do: "pass" | "sleep"; ms: number }
  | { do: "again" | "break" | "restart" | "silence" | "renew" | "fair" | "rough" };

const channel = fc.constantFrom(...names);
const key = fc.constantFrom("a", "b", "c", "d", "e");
const publish = fc.record({
  do: fc.constant("publish" as const),
  channel,
  key,
  value: fc.option(fc.nat(99)),
});
const report = fc.record({ do: fc.constant("report" as const), percent: fc.nat(100) });
const pass = fc.record({
  do: fc.constant("pass" as const),
  ms: fc.constantFrom(1, 20, 100, 300, 600, 3000, 20_000),
});
const sleep = fc.record({ do: fc.constant("sleep" as const), ms: fc.constantFrom(2000, 60_000, 700_000) });
const turn = fc.record({ do: fc.constantFrom("fill", "removeMany", "leave", "follow"), channel });
const trouble = fc.record({
  do: fc.constantFrom("again", "break", "restart", "silence", "renew", "fair", "rough"),
});
const alone: fc.Arbitrary<Step[]> = fc
  .oneof(
    { weight: 6, arbitrary: publish },
    { weight: 1, arbitrary: report },
    { weight: 8, arbitrary: pass },
    { weight: 1, arbitrary: sleep },
    { weight: 4, arbitrary: turn },
    { weight: 3, arbitrary: trouble },
  )
  .map((one) => [one]);

/** A channel of which more was removed than it remembers, and that no message can carry. */
const aged = channel.map((channel): Step[] => [
  { do: "fill", channel },
  { do: "pass", ms: 3000 },
  { do: "removeMany", channel },
  { do: "pass", ms: 3000 },
]);
/** A channel that is followed just before its first change. */
const premiere = fc.tuple(channel, fc.constantFrom(100, 200, 400)).map(([channel, ms]): Step[] => [
  { do: "follow", channel },
  { do: "pass", ms },
  { do: "publish", channel, key: "a", value: 1 },
  { do: "pass", ms: 100 },
  { do: "publish", channel, key: "a", value: null },
]);
const scenes = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: alone },
    { weight: 1, arbitrary: aged },
    { weight: 2, arbitrary: premiere },
  ),
  { minLength: 5, maxLength: 50 },
);

/** A server, and a client that follows the given channels. */
function stage(seed: number) {
  const world = manualClock(Date.UTC(2026, 0, 1));
  const clock = sleepyClock(world);
  const random = seededRandom(seed);
  const tokenLifeMs = seconds(60);
  const server = realCallboard({ clock: world, random, latencyMs: 400, storeMs: 20, tokenLifeMs });
  const { WebSocket, token } = server;
  const client = connect({ url: "ws://x/", token, WebSocket, clock, random: seededRandom(seed + 1) });
  const published: Promise<void>[] = [];
  return { world, clock, server, client, published, seen: witness(client, names, server) };
}
type Stage = ReturnType<typeof stage>;

/** More than one message carries. */
async function fill({ server }: Stage, channel: Channel): Promise<void> {
  for (let n = 0; n < 9; n++) await server.put(channel, { [`full-${n}`]: `${n}`.repeat(15_000) });
}

/** More than a channel remembers. */
async function removeMany({ server }: Stage, channel: Channel): Promise<void> {
  for (let many = 0; many < 3; many++) {
    const keys = Array.from({ length: 80 }, (_, n) => `gone-${many}-${n}`);
    await server.put(channel, Object.fromEntries(keys.map((key) => [key, 1])));
    await server.put(channel, Object.fromEntries(keys.map((key) => [key, null])));
  }
}

async function run(play: Stage, one: Step): Promise<void> {
  const { world, clock, server, published, seen } = play;
  switch (one.do) {
    case "publish":
      published.push(server.put(one.channel, { [one.key]: one.value }));
      break;
    case "fill":
      published.push(fill(play, one.channel));
      break;
    case "removeMany":
      published.push(removeMany(play, one.channel));
      break;
    case "report":
      published.push(server.report({ step: "probe", state: "running", percent: one.percent }));
      break;
    case "again":
      published.push(server.putAgain());
      break;
    case "pass":
      await world.advance(one.ms);
      break;
    case "sleep":
      server.silence();
      clock.sleep();
      await world.advance(one.ms);
      clock.wake();
      break;
    case "break":
      server.sides.findLast((side) => side.open)?.drop();
      break;
    case "restart":
    case "silence":
      server[one.do]();
      break;
    case "renew":
      server.sayToAll({ type: "bye", code: "going_away", retry: "reauthenticate" });
      break;
    case "fair":
      server.weather = fair;
      break;
    case "rough":
      server.weather = rough;
      break;
    case "leave":
    case "follow":
      seen[one.do](one.channel);
      break;
  }
  await settle();
}

it("ends with the server's maps, and never goes back, whatever is lost, late or repeated", async () => {
  await fc.assert(
    fc.asyncProperty(fc.option(aged), scenes, fc.nat(), async (past, scenes, seed) => {
      const play = stage(seed);
      const { world, server, client, seen, published } = play;
      for (const one of [past ?? [], ...scenes].flat()) await run(play, one);
      server.weather = fair;
      for (const name of names) seen.follow(name);
      await world.advance(minutes(3));
      await Promise.all(published);
      expect(seen.lies).toEqual([]);
      for (const view of seen.views) {
        expect(view.status).toBe("following");
        expect(new Map(view.items)).toEqual(await server.items(view.name));
      }
      client.close();
    }),
    { numRuns: runs(30) },
  );
}, 60_000);
