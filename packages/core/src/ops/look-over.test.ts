import { expect, it } from "vitest";
import { propose } from "../channel/decide-change.ts";
import { publish } from "../channel/publish.ts";
import { version } from "../channel/version.ts";
import type { Destination } from "../ports/index.ts";
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
  const counts = [2, 0, 0, 1];
  const push = { count: async ({ hint }: Destination) => counts.slice(0, hint) };
  const count = () => countConnections({ channels: ports.channels, push }, channel);
  expect(await count()).toEqual({ channel, total: 2, shards: [2] });
  await publish(ports, channel, [propose("a", 1, version(1), 1)]);
  await ports.channels.spread(channel, 1, 4);
  expect(await count()).toEqual({ channel, total: 3, shards: counts });
});
