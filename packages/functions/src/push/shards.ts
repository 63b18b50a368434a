import { fnv1a } from "@callboard/protocol";

/** Most subscriptions of one shard that are read and posted to in one go: a larger audience is pushed in pages. */
export const PAGE_CONNECTIONS = 2000;

const GROWTH = 4;
const MAX_SHARDS = GROWTH ** 4;

/**
 * The shard of a connection, by the FNV-1a hash of its id with MurmurHash3's final mixing. The number of shards only
 * grows, by powers of four: a subscription stays where it was written, and every shard is read.
 */
export function shardOf(connectionId: string, shards: number): number {
  let hash = fnv1a(connectionId);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % shards;
}

/** The shards where a subscription may be that was written when there were fewer shards. */
export function earlierShardsOf(connectionId: string, shards: number): number[] {
  const now = shardOf(connectionId, shards);
  const earlier = new Set<number>();
  for (let fewer = 1; fewer < shards; fewer *= GROWTH) earlier.add(shardOf(connectionId, fewer));
  earlier.delete(now);
  return [...earlier];
}

/** The number of shards to have once the newest shard, which holds the fewest older rows, is full. */
export const grown = (shards: number): number => Math.min(MAX_SHARDS, shards * GROWTH);
