import { expect, it } from "vitest";
import { memoryPendingStore } from "../testing/memory-pending-store.ts";
import { memoryStage } from "../testing/memory-stage.ts";
import { openRequest, storedAsking } from "../testing/request-store.contract.ts";
import { countConnections, lookOverRequests } from "./look-over.ts";

it("finds every request that is open, wherever it lies in the table", async () => {
  const { ports, requests } = memoryStage();
  const asked = Array.from({ length: 40 }, (_, n) => openRequest({ askedAt: n }));
  for (const request of asked) await requests.ask(storedAsking(request));
  const found = await lookOverRequests({ clock: ports.clock, pending: memoryPendingStore(requests) });
  expect(found.more).toBe(false);
  expect(found.requests.map(({ requestId }) => requestId)).toEqual(asked.map(({ id }) => id));
});

it("says that there is more when one look does not reach", async () => {
  const { ports } = memoryStage();
  const pending = { pending: async (partition: number) => ({ requests: [], more: partition === 5 }) };
  expect(await lookOverRequests({ clock: ports.clock, pending })).toEqual({ requests: [], more: true });
});

it("counts the connections of a channel by shard, also of one on which nothing was said", async () => {
  const { ports } = memoryStage();
  const channel = "watch:video/v_1";
  expect(await countConnections(ports, channel)).toEqual({ channel, total: 0, shards: [0] });
  const expiresAt = ports.clock.now() + 60_000;
  const follow = (connectionId: string, shard: number) =>
    ports.subscriptions.put({ channel, shard, connectionId, sub: 1, on: true, expiresAt });
  for (const [id, shard] of [
    ["a", 0],
    ["b", 0],
    ["c", 3],
  ] as const)
    await follow(id, shard);
  expect(await countConnections(ports, channel)).toEqual({ channel, total: 2, shards: [2] });
  const meta = {
    head: 1,
    epoch: "e",
    floor: 0,
    keys: 0,
    bytes: 0,
    removed: 0,
    pushed: 1,
    pushedAt: 0,
    flushAt: 0,
  };
  const after = { ...meta, shards: 4, owners: [], followers: [] };
  await ports.channels.commit({ channel, before: undefined, after, items: [] });
  expect(await countConnections(ports, channel)).toEqual({ channel, total: 3, shards: [2, 0, 0, 1] });
});
