import type { ChannelMeta } from "@callboard/core";
import type { Channel, Item } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../aws/machine.ts";
import { type Engine, startEngine } from "../testing/dynoxide.ts";
import { dynamoChannelStore } from "./dynamo-channel-store.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const channel: Channel = "watch:video/v_1";

/** The same table as each generation of it sees it. */
async function restored() {
  const name = await engine.createTable();
  return (generation?: string) =>
    dynamoChannelStore({
      name,
      dynamodb: engine.dynamodb,
      clock: systemClock,
      ...(generation === undefined ? {} : { generation }),
    });
}

/** Publishes one more item. */
async function publish(store: ReturnType<typeof dynamoChannelStore>, key: string): Promise<string> {
  const { meta } = await store.read(channel, []);
  const before = meta ?? undefined;
  const head = (before?.head ?? 0) + 1;
  const born = { epoch: "abc", shards: 1, floor: 0, owners: [], keys: 0, bytes: 0, removed: 0 };
  const pushing = { pushed: 0, pushedAt: 0, flushAt: 0 };
  const after = { ...born, ...pushing, ...before, head } as unknown as ChannelMeta;
  const item: Item = { key, value: 1, offset: head, version: "1", at: 1 };
  return store.commit({ channel, before, after, items: [{ item, was: undefined }] });
}

const epochOf = async (store: ReturnType<typeof dynamoChannelStore>) =>
  (await store.metas([channel])).get(channel)?.epoch;

it("reads a channel of the table that was restored under an epoch that nobody knows", async () => {
  const as = await restored();
  await publish(as(), "a");
  expect(await epochOf(as())).toBe("abc");
  expect(await epochOf(as("2"))).toBe("abc.g2");
  expect(await epochOf(as("3"))).toBe("abc.g3");
});

it("keeps that epoch when the channel changes, and gives another after the next restore", async () => {
  const as = await restored();
  await publish(as(), "a");
  expect(await publish(as("2"), "b")).toBe("committed");
  expect(await publish(as("2"), "c")).toBe("committed");
  expect(await epochOf(as("2"))).toBe("abc.g2");
  expect(await epochOf(as("3"))).toBe("abc.g2.g3");
  expect(await publish(as("3"), "d")).toBe("committed");
  expect(await epochOf(as("3"))).toBe("abc.g2.g3");
});

it("leaves a channel alone that was born in this generation", async () => {
  const as = await restored();
  await publish(as("2"), "a");
  expect(await epochOf(as("2"))).toBe("abc");
});

it("refuses a change that was decided on an epoch that no longer stands", async () => {
  const as = await restored();
  await publish(as(), "a");
  const { meta } = await as("2").read(channel, []);
  await publish(as("2"), "b");
  const stale = { ...meta!, head: 2 };
  const item: Item = { key: "c", value: 1, offset: 2, version: "1", at: 1 };
  const items = [{ item, was: undefined }];
  expect(await as("2").commit({ channel, before: meta!, after: stale, items })).toBe("conflict");
});
