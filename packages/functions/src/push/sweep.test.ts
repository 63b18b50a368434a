import { runs } from "@callboard/core/testing/runs.ts";
import type { Delta } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Division, deltasDue, joined, type Sweep, shardAt, visited, withDue } from "./sweep.ts";

/** Changes from one offset up to another; each changes one of three keys. */
const deltaOf = (from: number, to = from + 1, epoch = "e1"): Delta => ({
  epoch,
  from,
  to,
  items: Array.from({ length: to - from }, (_, n) => ({
    key: `k${(from + n) % 3}`,
    value: from + n,
    offset: from + n + 1,
    version: "1",
    at: 1,
  })),
});

const free = { stamp: "s" };
const begun = (division: Division, index = 0, ...deltas: Delta[]): Sweep => ({
  ...free,
  ...withDue(undefined, deltas, index, division),
});
const pushed = (sweep: Sweep, index: number, division: Division, ...deltas: Delta[]): Sweep => ({
  ...sweep,
  ...withDue(sweep, deltas, index, division),
});

/** The shards that a sweep visits until nothing is due. */
function roundOf(sweep: Sweep, index: number): number[] {
  const shards: number[] = [];
  for (let now: Sweep | undefined = sweep; now; now = visited(now)) shards.push(shardAt(now, index));
  return shards;
}

describe("a sweep", () => {
  it("visits each of its shards once, and shares the shards of a channel with the others", () => {
    expect(roundOf(begun({ shards: 4, sweeps: 1 }, 0, deltaOf(0)), 0)).toEqual([0, 1, 2, 3]);
    const two = { shards: 4, sweeps: 2 };
    expect([0, 1].map((index) => roundOf(begun(two, index, deltaOf(0)), index))).toEqual([
      [0, 2],
      [1, 3],
    ]);
    const three = { shards: 4, sweeps: 3 };
    expect([0, 1, 2].map((index) => roundOf(begun(three, index, deltaOf(0)), index))).toEqual([
      [0, 3],
      [1],
      [2],
    ]);
  });

  it("visits a shard page by page", () => {
    const sweep = begun({ shards: 4, sweeps: 1 }, 0, deltaOf(0));
    const paged = visited(sweep, "c7")!;
    expect([paged.after, shardAt(paged, 0)]).toEqual(["c7", 0]);
    const next = visited(paged)!;
    expect([next.after, shardAt(next, 0)]).toEqual([undefined, 1]);
  });

  it("delivers new pushes together with earlier ones, and continues for one round from there", () => {
    const division = { shards: 4, sweeps: 1 };
    let sweep = visited(visited(begun(division, 0, deltaOf(0)))!)!;
    sweep = pushed(sweep, 0, division, deltaOf(1));
    // Shard 2 was read before it was pushed.
    const next = visited(sweep)!;
    expect(deltasDue(next)).toEqual([deltaOf(0, 2)]);
    expect(roundOf(next, 0)).toEqual([3, 0, 1, 2]);
    expect(deltasDue(visited(next)!)).toEqual([deltaOf(1)]);
  });

  it("keeps the latest item of each key when it joins deltas", () => {
    const one = joined(deltaOf(0, 4), deltaOf(4, 6));
    expect(one).toMatchObject({ from: 0, to: 6 });
    expect(one.items.map(({ key, offset }) => [key, offset])).toEqual([
      ["k0", 4],
      ["k1", 5],
      ["k2", 6],
    ]);
  });

  it("keeps deltas apart that do not follow each other", () => {
    const division = { shards: 4, sweeps: 1 };
    const apart = [deltaOf(5), deltaOf(2), deltaOf(8, 9, "e2")];
    expect(deltasDue(begun(division, 0, ...apart))).toEqual(apart);
    const again = pushed(begun(division, 0, deltaOf(0, 4)), 0, division, deltaOf(2));
    expect(deltasDue(again)).toEqual([deltaOf(0, 4)]);
  });

  it("keeps few deltas however many are pushed, and loses none of those that follow each other", () => {
    const division = { shards: 4, sweeps: 1 };
    let sweep = begun(division, 0, deltaOf(0));
    for (let n = 1; n < 50; n++) sweep = pushed({ ...sweep, visits: n }, 0, division, deltaOf(n));
    expect(sweep.due.length).toBeLessThanOrEqual(8);
    expect(deltasDue(sweep)).toMatchObject([{ from: 0, to: 50 }]);
  });

  it("drops the oldest deltas when they would not fit into one item of the table", () => {
    const division = { shards: 4, sweeps: 1 };
    const large = (from: number): Delta => ({
      epoch: "e1",
      from,
      to: from + 1,
      items: [{ key: `k${from}`, value: "x".repeat(200_000), offset: from + 1, version: "1", at: 1 }],
    });
    const sweep = pushed({ ...begun(division, 0, large(0)), visits: 1 }, 0, division, large(1));
    expect(deltasDue(sweep)).toEqual([large(1)]);
  });
});

/** What happens to a sweep: a push, a visit of one page or of a whole shard, or more shards. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant("push" as const) },
  { weight: 5, arbitrary: fc.constant("visit" as const) },
  { weight: 2, arbitrary: fc.constant("pushDuringVisit" as const) },
  { weight: 1, arbitrary: fc.constant("grow" as const) },
);

it("brings every shard to the newest change without a gap, in no more posts than there were pushes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 5 }), (steps, sweeps) => {
      for (let index = 0; index < sweeps; index++) {
        let division: Division = { shards: Math.max(4, sweeps), sweeps };
        let sweep: Sweep | undefined;
        let head = 0;
        let pushes = 0;
        const offsets = new Map<number, number>();
        const posts = new Map<number, number>();
        const push = () => {
          const delta = deltaOf(head, ++head);
          pushes++;
          sweep = { ...free, ...withDue(sweep, [delta], index, division) };
        };
        const visit = (during: () => void) => {
          if (!sweep) return;
          const shard = shardAt(sweep, index);
          const deltas = deltasDue(sweep);
          during();
          for (const { from, to } of deltas) {
            const offset = offsets.get(shard) ?? 0;
            expect(from, `shard ${shard}`).toBeLessThanOrEqual(offset);
            offsets.set(shard, Math.max(offset, to));
          }
          posts.set(shard, (posts.get(shard) ?? 0) + 1);
          sweep = visited(sweep);
        };
        const grow = () => {
          if (division.shards >= 64) return;
          // Whoever is in a new shard has all up to here.
          for (let shard = division.shards; shard < 4 * division.shards; shard++) offsets.set(shard, head);
          division = { ...division, shards: 4 * division.shards };
        };
        for (const what of steps)
          if (what === "push") push();
          else if (what === "grow") grow();
          else visit(what === "visit" ? () => {} : push);
        while (sweep) visit(() => {});
        for (let shard = index; shard < division.shards; shard += sweeps)
          expect(offsets.get(shard) ?? 0, `shard ${shard}`).toBe(head);
        const hasGrown = division.shards > Math.max(4, sweeps);
        if (!hasGrown) for (const count of posts.values()) expect(count).toBeLessThanOrEqual(pushes);
      }
    }),
    { numRuns: runs(300) },
  );
});
