import { runs } from "@callboard/core/testing/runs.ts";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import type { Channel, Item } from "@callboard/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";

const names: Channel[] = ["watch:video/v_1", "work:video/v_1"];

type Step =
  | { do: "publish"; channel: number; key: string; value: number | null }
  | { do: "arrive" | "lose" | "double"; flight: number }
  | { do: "advance"; ms: number }
  | { do: "break" | "renew" }
  | { do: "recreate" | "raiseFloor" | "leave"; channel: number };

const channel = fc.nat(names.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      channel,
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      value: fc.option(fc.nat(99)),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("arrive", "lose", "double"), flight: fc.nat(30) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(1, 300, 600, 3000, 40_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("break", "renew") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("recreate", "raiseFloor", "leave"), channel }) },
);

/** A client that follows both channels, and everything that its views ever showed, checked as it comes. */
function stage(seed: number) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  server.page = 3;
  const client = connect({
    url: "ws://127.0.0.1:1/",
    token: () => "t",
    WebSocket: server.WebSocket,
    clock,
    random: seededRandom(seed),
  });
  const lies: string[] = [];
  const views = names.map((name) => {
    const view = client.channel(name);
    const latest = new Map<string, Item>();
    const check = (changed: readonly Item[]) => {
      for (const item of changed) {
        const before = latest.get(item.key);
        if (item.value !== null && !server.everHad(name, item)) lies.push(`${item.key} was never that`);
        if (before && goesBack(item, before)) lies.push(`${item.key} went back`);
        latest.set(item.key, item);
      }
    };
    return { view, follow: () => view.follow(check), leave: view.follow(check) };
  });
  return { clock, server, client, views, lies };
}

const life = ({ version }: Item) => Number(version.slice(1));
const goesBack = (item: Item, before: Item) =>
  life(item) < life(before) ||
  (life(item) === life(before) && item.value !== null && item.offset < before.offset);

async function run({ clock, server, views }: ReturnType<typeof stage>, one: Step): Promise<void> {
  switch (one.do) {
    case "publish":
      server.publish(names[one.channel]!, one.key, one.value);
      break;
    case "arrive":
    case "lose":
    case "double": {
      const [flight] = server.flights.splice(one.flight % Math.max(1, server.flights.length), 1);
      if (!flight) return;
      if (one.do === "double" && flight.delta) server.flights.push(flight);
      if (one.do !== "lose") flight.arrive();
      else if (!flight.delta) flight.side.sayText('{"message":"Internal server error","requestId":"r"}');
      break;
    }
    case "advance":
      await clock.advance(one.ms);
      break;
    case "break":
      server.sides.findLast((side) => side.open)?.drop();
      break;
    case "renew":
      server.sides
        .findLast((side) => side.open)
        ?.say({ type: "bye", code: "going_away", retry: "reauthenticate" });
      await clock.advance(250);
      break;
    case "recreate":
      server.recreate(names[one.channel]!);
      break;
    case "raiseFloor":
      server.raiseFloor(names[one.channel]!);
      break;
    case "leave": {
      const followed = views[one.channel]!;
      followed.leave();
      await settle();
      followed.leave = followed.follow();
    }
  }
  await settle();
}

it("ends with the server's map, and never goes back, with frames lost, doubled, late or out of order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), fc.nat(), async (steps, seed) => {
      const play = stage(seed);
      const { clock, server, client, views, lies } = play;
      await settle();
      server.held = true;
      for (const one of steps) await run(play, one);
      server.held = false;
      for (const flight of server.flights.splice(0)) flight.arrive();
      await clock.advance(600_000);
      for (const { view } of views) {
        expect(view.status).toBe("following");
        expect(Object.fromEntries([...view.items].map(([key, { value }]) => [key, value]))).toEqual(
          server.values(view.name),
        );
      }
      expect(lies).toEqual([]);
      client.close();
    }),
    { numRuns: runs(300) },
  );
}, 60_000);
