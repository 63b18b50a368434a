import type { Channel } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { itemsOf, metaOf } from "../testing/heads.ts";
import { memoryStage, viewer } from "../testing/memory-stage.ts";
import { propose, version } from "./change.ts";

const watch: Channel = "watch:video/v_1";
const put = (n: number) => propose("title", n, version(n), n);

async function stageWith(viewers: readonly string[]) {
  const marks: number[] = [];
  const stage = memoryStage();
  const { mark } = stage.ports.audiences;
  stage.ports.audiences.mark = (channel, at) => {
    marks.push(at);
    return mark(channel, at);
  };
  await stage.publish(watch, [put(1)]);
  const clients = new Map(viewers.map((id) => [id, stage.client(id, viewer)]));
  for (const client of clients.values()) await client.follow(watch);
  const count = async () => {
    const items = await itemsOf(stage.ports, watch);
    return (items.find(({ key }) => key === "viewers")?.value as { count: number } | undefined)?.count;
  };
  return { ...stage, clients, count, marks };
}

describe("viewers", () => {
  it("are counted soon after they come, and see how many they are", async () => {
    const stage = await stageWith(["v1", "v2", "v3"]);
    await stage.advance(5000);
    expect(await stage.count()).toBe(3);
    expect(stage.clients.get("v1")!.values(watch)).toEqual({ title: 1, viewers: { count: 3 } });
  });

  it("who leave, or close their connection, are counted no longer", async () => {
    const stage = await stageWith(["v1", "v2", "v3"]);
    await stage.advance(5000);
    await stage.app.channels.unsubscribe({ connectionId: "v1", caller: viewer }, new Map([[watch, 9]]));
    await stage.app.connections.close("v2");
    await stage.advance(10_000);
    expect(await stage.count()).toBe(1);
  });

  it("are published only when their number changes, and while nobody ever came not at all", async () => {
    const stage = await stageWith([]);
    await stage.app.channels.countViewers(watch);
    expect(await stage.count()).toBeUndefined();
    await stage.client("v1", viewer).follow(watch);
    await stage.advance(5000);
    expect(await stage.count()).toBe(1);
    const before = await metaOf(stage.ports, watch);
    await stage.app.channels.countViewers(watch);
    expect(await metaOf(stage.ports, watch)).toEqual(before);
  });

  it("who come or leave later are counted again", async () => {
    const stage = await stageWith(["v1"]);
    await stage.advance(5000);
    await stage.client("v2", viewer).follow(watch);
    await stage.advance(5000);
    expect(await stage.count()).toBe(2);
    await stage.app.channels.unsubscribe({ connectionId: "v2", caller: viewer }, new Map([[watch, 9]]));
    await stage.advance(5000);
    expect(await stage.count()).toBe(1);
  });

  it("who leave without having come cause no count", async () => {
    const stage = await stageWith([]);
    await stage.advance(10_000);
    const before = stage.marks.length;
    await stage.app.channels.unsubscribe({ connectionId: "v2", caller: viewer }, new Map([[watch, 9]]));
    expect(stage.marks).toHaveLength(before);
  });

  it("are removed at the next push if their connection disappeared", async () => {
    const stage = await stageWith(["v1", "v2", "v3"]);
    await stage.advance(5000);
    stage.gone.add("v2");
    await stage.publish(watch, [put(2)]);
    await stage.advance(10_000);
    expect(await stage.count()).toBe(2);
  });

  it("who came together are counted together", async () => {
    const many = Array.from({ length: 500 }, (_, n) => `v${n}`);
    const stage = await stageWith(many);
    expect(stage.marks).toHaveLength(1);
    await stage.advance(5000);
    expect(stage.put.filter(({ type }) => type === "Audience Due")).toHaveLength(1);
    expect(await stage.count()).toBe(500);
  });

  it("are correct within one heartbeat of anybody after a lost count", async () => {
    const stage = await stageWith(["v1", "v2"]);
    await stage.ports.audiences.take(watch, 0);
    await stage.ports.audiences.settle(watch, 0);
    const fresh = memoryStage({ ...stage.ports });
    const map = stage.clients.get("v1")!.map(watch)!;
    await fresh.app.channels.behind(
      { connectionId: "v1", caller: viewer },
      new Map([[watch, { epoch: map.epoch!, offset: map.offset }]]),
    );
    await stage.advance(245_000);
    expect(await stage.count()).toBe(2);
  });

  it("are counted again, five seconds later at the soonest, when a count fails", async () => {
    const stage = await stageWith(["v1", "v2"]);
    const { count } = stage.ports.push;
    const countedAt: number[] = [];
    stage.ports.push.count = async (channel) => {
      countedAt.push(stage.now());
      if (countedAt.length === 1) throw new Error("the process died");
      return count(channel);
    };
    await expect(stage.advance(3000)).rejects.toThrow("the process died");
    await stage.advance(58_000);
    expect(await stage.count()).toBe(2);
    expect(countedAt).toHaveLength(2);
    expect(countedAt[1]! - countedAt[0]!).toBeGreaterThanOrEqual(5000);
  });

  it("of other channels than those that are watched are not counted", async () => {
    const stage = await stageWith([]);
    await stage.publish("work:video/v_1", [put(2)]);
    let counts = 0;
    stage.ports.push.count = async () => {
      counts++;
      return [1];
    };
    await stage.app.channels.countViewers("work:video/v_1");
    await stage.app.channels.countViewers("inbox:user/ana");
    expect(counts).toBe(0);
    expect(await itemsOf(stage.ports, "work:video/v_1")).toMatchObject([{ key: "title" }]);
  });

  it("of a channel to which nothing was published are not counted", async () => {
    const stage = memoryStage();
    await stage.client("v1", viewer).follow("watch:video/none");
    await stage.advance(10_000);
    await stage.app.channels.countViewers("watch:video/none");
    expect(await metaOf(stage.ports, "watch:video/none")).toBeUndefined();
    expect(stage.put).toEqual([]);
  });

  it("who waited for the channel are counted once it exists", async () => {
    const stage = memoryStage();
    const client = stage.client("v1", viewer);
    await client.follow(watch);
    await stage.publish(watch, [put(1)]);
    await stage.advance(5000);
    expect(client.values(watch)).toEqual({ title: 1, viewers: { count: 1 } });
  });

  it("are counted with three exact digits if they are many", async () => {
    const stage = memoryStage();
    stage.ports.push.count = async () => [123_000, 456];
    await stage.publish(watch, [put(1)]);
    await stage.advance(5000);
    const items = await itemsOf(stage.ports, watch);
    expect(items.find(({ key }) => key === "viewers")?.value).toEqual({ count: 123_000 });
  });
});
