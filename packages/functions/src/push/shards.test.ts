import { expect, it } from "vitest";
import { earlierShardsOf, grown, shardOf } from "./shards.ts";

const ids = Array.from({ length: 20_000 }, (_, i) => `L0${i.toString(36)}cOFvHcCIhw=`);

it("spreads connections evenly, however many shards there are", () => {
  for (const shards of [4, 16, 64, 256]) {
    const counts = new Array<number>(shards).fill(0);
    for (const id of ids) counts[shardOf(id, shards)]!++;
    const mean = ids.length / shards;
    const widest = 5 * Math.sqrt(mean);
    for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(widest);
  }
});

it("finds every place where a subscription may have been put before", () => {
  for (const id of ids.slice(0, 500))
    for (const shards of [4, 16, 64, 256]) {
      const places = new Set([shardOf(id, shards), ...earlierShardsOf(id, shards)]);
      for (let fewer = 1; fewer <= shards; fewer *= 4) expect(places).toContain(shardOf(id, fewer));
    }
  expect(earlierShardsOf("c", 1)).toEqual([]);
});

it("grows to a bound", () => {
  const growth = [1];
  while (grown(growth.at(-1)!) !== growth.at(-1)) growth.push(grown(growth.at(-1)!));
  expect(growth).toEqual([1, 4, 16, 64, 256]);
});
