import { limits } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { propose, version } from "../channel/change.ts";
import { itemsOf, metaOf, publishOn, stepKey } from "./heads.ts";
import { interleavingClient } from "./interleaving-client.ts";
import { channel, type InterleavingWorld, interleavingWorld, type Transport } from "./interleaving-world.ts";
import { runs } from "./runs.ts";

type Step =
  | { do: "publish"; key: string; value: string | null; n: number }
  | { do: "final"; n: number }
  | { do: "calls"; nths: number[] }
  | { do: "arrive" | "lose" | "double" | "kill" | "killAfter"; nth: number }
  | { do: "pass"; ms: number }
  | { do: "follow" | "beat" | "restart"; who: number }
  | { do: "removeMany"; from: number }
  | { do: "hint" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      key: fc.constantFrom(...["a", "b", "c", "d"].map(stepKey), "candidate/t/1/a", "waiting"),
      value: fc.option(fc.constantFrom("x", "y")),
      n: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("final" as const), n: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("calls" as const),
      nths: fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("arrive", "lose", "double"), nth: fc.nat(20) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("kill", "killAfter"), nth: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 100, 250, 1500) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("follow", "beat", "restart"), who: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.constant({ do: "hint" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("removeMany" as const), from: fc.constantFrom(0, 80, 160) }),
  },
);

const plays = fc.array(step, { minLength: 40, maxLength: 120, size: "max" });

const keys = Array.from({ length: 240 }, (_, n) => stepKey(`k${n}`));
const KEYS_AT_ONCE = 80;

/** A channel that will soon forget removed keys, and that takes more than one message to read. */
async function fill(world: InterleavingWorld): Promise<void> {
  const { ports } = world.stage;
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const some = keys.slice(at, at + KEYS_AT_ONCE);
    await publishOn(
      ports,
      channel,
      some.map((key) => propose(key, "z".repeat(500), version(1), 1)),
    );
  }
  world.history.push(...(await itemsOf(ports, channel)));
}

async function play(
  transport: Transport,
  steps: readonly Step[],
  full: boolean,
  early: boolean,
): Promise<string[]> {
  const world = interleavingWorld(transport);
  if (full) await fill(world);
  const clients = ["c1=", "c2="].map((id) => interleavingClient(id, world.history));
  let sockets = clients.map(() => world.socket());
  if (early) await Promise.all(clients.map((client, who) => client.follow(sockets[who]!)));
  world.gate();
  const arrive = (nth: number, keep: boolean) => {
    const at = nth % Math.max(1, world.flights.length);
    const flight = world.flights[at];
    if (!flight) return;
    if (!keep) world.flights.splice(at, 1);
    clients.find(({ connectionId }) => connectionId === flight.connectionId)?.take(flight.delta);
  };
  for (const one of steps)
    switch (one.do) {
      case "publish":
        await world.publish([one.key], one.value, one.n);
        break;
      case "final":
        await world.publish([`step/e/${one.n % 2}`], { state: "failed", n: one.n }, one.n);
        break;
      case "removeMany":
        await world.publish(keys.slice(one.from, one.from + KEYS_AT_ONCE), null, 2);
        break;
      case "calls":
        for (const nth of one.nths) await world.step(nth);
        break;
      case "kill":
      case "killAfter":
        await world.kill(one.nth, one.do === "killAfter");
        break;
      case "arrive":
      case "double":
        arrive(one.nth, one.do === "double");
        break;
      case "lose":
        world.flights.splice(one.nth % Math.max(1, world.flights.length), 1);
        break;
      case "pass":
        await world.pass(one.ms);
        break;
      case "follow":
      case "beat":
        void clients[one.who]![one.do](sockets[one.who]!);
        await world.pass(0);
        break;
      case "restart":
        sockets = sockets.map((socket, who) => (who === one.who ? world.socket() : socket));
        clients[one.who]!.giveUp();
        break;
      case "hint": {
        const meta = await metaOf(world.stage.ports, channel);
        if (meta) await world.stage.ports.heads.spread(channel, meta.shards, Math.min(256, 4 * meta.shards));
      }
    }
  await world.calm();
  for (let beats = 0; beats < 3; beats++)
    for (const client of clients) {
      client.giveUp();
      await client.beat(world.socket());
    }
  const items = await itemsOf(world.stage.ports, channel);
  const stored = Object.fromEntries(items.filter(({ value }) => value !== null).map((i) => [i.key, i.value]));
  const problems = clients.flatMap(({ lies }) => lies);
  for (const { values, connectionId } of clients)
    if (sorted(values()) !== sorted(stored)) problems.push(`${connectionId}: another map in the end`);
  const meta = await metaOf(world.stage.ports, channel);
  const removed = items.filter(({ value }) => value === null).length;
  if (meta && meta.removed !== removed) problems.push(`${removed} removals, counted ${meta.removed}`);
  if (removed > 3 * limits.removedKeys) problems.push(`${removed} removals are remembered`);
  return problems;
}

const sorted = (values: object) =>
  JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * What a client sees, whatever happens between the calls of the domain and of a transport; `make` creates a new one.
 */
export function interleavingContract(name: string, make: () => Transport): void {
  describe(`over ${name}, whatever interleaves, is lost, repeated or dies at any call`, () => {
    it.each([
      ["a channel without changes at first", false, 200],
      ["a channel that is full and forgets", true, 80],
    ])(
      "a client's map is never wrong, and equals the server's in the end: %s",
      async (_, full, usual) => {
        await fc.assert(
          fc.asyncProperty(plays, fc.boolean(), async (steps, early) => {
            expect((await play(make(), steps, full, early)).slice(0, 3)).toEqual([]);
          }),
          { numRuns: runs(usual), endOnFailure: true },
        );
      },
      60_000,
    );
  });
}
