import type { Channel, ClientMessageOf, Item, Subscribed } from "@callboard/core";
import { Channel as ChannelName, heartbeatMs } from "@callboard/core";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { fakeNetwork, type ServerSide } from "./testing/server-side.ts";

const watch: Channel = "watch:video/v_1";
const work: Channel = "work:video/v_1";
const item = (key: string, offset: number, value: unknown = `${key}${offset}`): Item => ({
  key,
  value,
  offset,
  version: "v",
  at: 1,
});
const answer = (sub: number, offset: number, ...items: Item[]) => ({ sub, epoch: "e", offset, items });

async function lobby() {
  const clock = manualClock();
  const network = fakeNetwork();
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: network.WebSocket,
    clock,
    random: () => 0.5,
  });
  await clock.advance(0);
  const welcome = async (side: ServerSide, channels?: Record<string, Subscribed>) => {
    if (!side.open) side.accept();
    const hello = side.take("hello");
    side.say({
      type: "welcome",
      re: hello.id,
      connectionId: "c",
      user: { id: "ana", name: "Ana", roles: [] },
      inboxes: [],
      serverTime: 0,
      heartbeatMs,
      expiresAt: 36_000_000,
      limits: {},
      features: [],
      ...(channels ? { channels: channels as Record<Channel, Subscribed> } : {}),
    });
    await clock.advance(0);
    return hello;
  };
  const subscribed = async (re: ClientMessageOf<"subscribe">, channel: Channel, one: Subscribed) => {
    network
      .last()
      .say({ type: "subscribed", re: re.id, channels: { [channel]: one } as Record<Channel, Subscribed> });
    await clock.advance(0);
  };
  const delta = async (from: number, to: number, items: Item[], epoch = "e", side = network.last()) => {
    side.say({ type: "delta", channel: watch, epoch, from, to, items });
    await clock.advance(0);
  };
  return { clock, network, client, welcome, subscribed, delta };
}

/** A client that follows `watch:video/v_1`, with `a` at offset 1. */
async function following() {
  const at = await lobby();
  const view = at.client.channel(watch);
  const heard: (readonly Item[])[] = [];
  const leave = view.follow((changed) => heard.push(changed));
  await at.welcome(at.network.last(), { [watch]: answer(1, 1, item("a", 1)) });
  heard.length = 0;
  return { ...at, view, heard, leave };
}

const values = (items: ReadonlyMap<string, Item>) =>
  Object.fromEntries([...items].map(([key, { value }]) => [key, value]));

it("names what it follows in its hello, and has it with the welcome", async () => {
  const { network, client, welcome } = await lobby();
  const view = client.channel(watch);
  const statuses: unknown[] = [view.status];
  view.follow((_, { status }) => statuses.push(status));
  statuses.push(view.status);
  const hello = await welcome(network.last(), { [watch]: answer(1, 4, item("a", 3), item("b", 4)) });
  expect(hello.channels).toEqual({ [watch]: { sub: 1 } });
  expect(statuses).toEqual(["idle", "catching_up", "following"]);
  expect([view.offset, view.epoch, view.get("b")]).toEqual([4, "e", "b4"]);
});

it("is one view for one name, and rejects what is none", async () => {
  const { client } = await lobby();
  expect(client.channel(watch)).toBe(client.channel(watch));
  for (const name of [
    "watch:video",
    "inbox:ana",
    "inbox:user/",
    "stage:a/b",
    `watch:a/${"b".repeat(210)}`,
    "",
  ]) {
    expect(ChannelName.safeParse(name).success).toBe(false);
    expect(() => client.channel(name as Channel)).toThrow(expect.objectContaining({ code: "invalid" }));
  }
  for (const name of ["inbox:user/ana@x.org", "inbox:role/editors", "work:video/ana/v_1"]) {
    expect(ChannelName.safeParse(name).success).toBe(true);
    expect(client.channel(name as Channel).status).toBe("idle");
  }
});

it("subscribes once however many follow, and leaves when the last one does", async () => {
  const { clock, network, view, leave } = await following();
  const another = view.follow();
  leave();
  leave();
  await clock.advance(0);
  expect(network.last().inbox).toEqual([]);
  another();
  await clock.advance(0);
  expect(network.last().take("unsubscribe").channels).toEqual({ [watch]: 2 });
  expect([view.status, view.get("a")]).toEqual(["idle", "a1"]);
});

it("does not change once nobody follows it", async () => {
  const { clock, network, view, leave, delta } = await following();
  leave();
  await delta(1, 2, [item("b", 2)]);
  await delta(7, 8, [item("c", 8)]);
  await clock.advance(1000);
  expect([view.status, values(view.items)]).toEqual(["idle", { a: "a1" }]);
  expect(network.last().inbox.map(({ type }) => type)).toEqual(["unsubscribe"]);
});

it("resumes where it was when it is followed again", async () => {
  const { clock, network, view, leave, subscribed } = await following();
  leave();
  await clock.advance(0);
  view.follow();
  await clock.advance(0);
  const subscribe = network.last().take("subscribe");
  expect(subscribe.channels).toEqual({ [watch]: { sub: 3, after: { epoch: "e", offset: 1 } } });
  await subscribed(subscribe, watch, answer(3, 2, item("b", 2)));
  expect(values(view.items)).toEqual({ a: "a1", b: "b2" });
});

it("names at most fifty channels in a message", async () => {
  const { clock, network, client, welcome } = await lobby();
  for (let i = 0; i < 120; i++) client.channel(`watch:video/${i}`).follow();
  await clock.advance(0);
  const hello = await welcome(network.last());
  const sizes = [
    hello.channels,
    network.last().take("subscribe").channels,
    network.last().take("subscribe").channels,
  ];
  expect(sizes.map((channels) => Object.keys(channels ?? {}).length)).toEqual([50, 50, 20]);
});

it("applies a delta, makes a new map for it, and tells what is different", async () => {
  const { view, heard, delta } = await following();
  const before = view.items;
  await delta(1, 3, [item("a", 2, null), item("b", 3)]);
  expect(values(view.items)).toEqual({ b: "b3" });
  expect(values(before)).toEqual({ a: "a1" });
  expect(heard.flat().map(({ key, value, offset }) => [key, value, offset])).toEqual([
    ["b", "b3", 3],
    ["a", null, 2],
  ]);
  await delta(1, 3, [item("a", 2, null), item("b", 3)]);
  expect(heard).toHaveLength(1);
});

it("holds a delta that comes too early, and applies it when what it follows has come", async () => {
  const { clock, network, view, delta } = await following();
  await delta(2, 3, [item("c", 3)]);
  expect(values(view.items)).toEqual({ a: "a1" });
  await clock.advance(400);
  await delta(1, 2, [item("b", 2)]);
  expect(values(view.items)).toEqual({ a: "a1", b: "b2", c: "c3" });
  await clock.advance(5000);
  expect(network.last().inbox).toEqual([]);
});

it("goes on holding what still does not fit", async () => {
  const { view, delta } = await following();
  await delta(4, 5, [item("e", 5)]);
  await delta(2, 3, [item("c", 3)]);
  await delta(1, 2, [item("b", 2)]);
  expect(view.offset).toBe(3);
  await delta(3, 4, [item("d", 4)]);
  expect(view.offset).toBe(5);
});

it("holds two hundred deltas and no more; what it lets go it asks for", async () => {
  const { clock, network, view, delta } = await following();
  for (let from = 2; from < 203; from++) await delta(from, from + 1, [item("a", from + 1)]);
  await delta(1, 2, [item("a", 2)]);
  expect(view.offset).toBe(2);
  await clock.advance(500);
  expect(network.last().take("subscribe").channels[watch]?.after).toEqual({ epoch: "e", offset: 2 });
});

it("asks for what it missed when a gap stays open for half a second", async () => {
  const { clock, network, view, delta, subscribed } = await following();
  await delta(2, 3, [item("c", 3)]);
  await clock.advance(499);
  expect(network.last().inbox).toEqual([]);
  await clock.advance(1);
  expect(view.status).toBe("catching_up");
  const subscribe = network.last().take("subscribe");
  expect(subscribe.channels).toEqual({ [watch]: { sub: 2, after: { epoch: "e", offset: 1 } } });
  await subscribed(subscribe, watch, answer(2, 3, item("b", 2), item("c", 3)));
  expect([view.status, values(view.items)]).toEqual(["following", { a: "a1", b: "b2", c: "c3" }]);
  await clock.advance(5000);
  expect(network.last().inbox).toEqual([]);
});

it("holds deltas that come before the answer to its subscribe", async () => {
  const { network, client, welcome, delta } = await lobby();
  const view = client.channel(watch);
  view.follow();
  network.last().accept();
  await delta(4, 5, [item("b", 5)]);
  expect(view.items.size).toBe(0);
  await welcome(network.last(), { [watch]: answer(1, 4, item("a", 4)) });
  expect(values(view.items)).toEqual({ a: "a4", b: "b5" });
});

it("ignores the answer to a subscribe that it has since repeated", async () => {
  const { clock, network, view, delta, subscribed, leave } = await following();
  await delta(5, 6, []);
  await clock.advance(500);
  const first = network.last().take("subscribe");
  leave();
  view.follow();
  await clock.advance(0);
  const second = network.last().take("subscribe");
  await subscribed(first, watch, answer(2, 9, item("a", 9, "of the first")));
  expect(view.offset).toBe(1);
  await subscribed(second, watch, answer(3, 8, item("a", 8)));
  expect(view.offset).toBe(8);
});

it("asks for the rest at once when there is more", async () => {
  const { network, client, welcome, subscribed } = await lobby();
  const view = client.channel(watch);
  view.follow();
  await welcome(network.last(), { [watch]: { ...answer(1, 2, item("a", 1), item("b", 2)), more: true } });
  expect([view.status, view.items.size]).toEqual(["catching_up", 2]);
  const subscribe = network.last().take("subscribe");
  expect(subscribe.channels).toEqual({ [watch]: { sub: 2, after: { epoch: "e", offset: 2 } } });
  await subscribed(subscribe, watch, answer(2, 3, item("c", 3)));
  expect([view.status, view.items.size]).toEqual(["following", 3]);
});

it("does not ask in a circle when there is always more", async () => {
  const { clock, network, view, subscribed, delta } = await following();
  await delta(5, 6, []);
  await clock.advance(500);
  let asked = 0;
  for (let i = 0; i < 60; i++) {
    const subscribe = network.last().inbox.length > 0 ? network.last().take("subscribe") : undefined;
    const sub = subscribe?.channels[watch]?.sub;
    if (subscribe && sub) {
      asked++;
      await subscribed(subscribe, watch, { ...answer(sub, 1), more: true });
    }
    await clock.advance(100);
  }
  expect(asked).toBeLessThan(8);
  expect(view.status).toBe("catching_up");
});

it("shows a map that comes anew in pages only when it is whole", async () => {
  const { clock, network, view, heard, delta, subscribed } = await following();
  await delta(5, 6, [item("b", 6)], "f");
  await clock.advance(500);
  const first = network.last().take("subscribe");
  heard.length = 0;
  await subscribed(first, watch, { ...answer(2, 1, item("c", 1)), epoch: "f", reset: true, more: true });
  expect(values(view.items)).toEqual({ a: "a1" });
  const second = network.last().take("subscribe");
  expect(second.channels[watch]).toEqual({ sub: 3, after: { epoch: "f", offset: 1 } });
  await subscribed(second, watch, { ...answer(3, 2, item("b", 2)), epoch: "f" });
  expect(values(view.items)).toEqual({ c: "c1", b: "b2" });
  expect(heard.flat().map(({ key, value }) => [key, value])).toEqual([
    ["c", "c1"],
    ["b", "b2"],
    ["a", null],
  ]);
  await clock.advance(5000);
  expect(network.last().inbox).toEqual([]);
});

it("does not go back when deltas overtake the answer that would start it anew", async () => {
  const { clock, network, view, leave, subscribed, delta } = await following();
  leave();
  view.follow();
  await clock.advance(0);
  const subscribe = network.last().take("subscribe");
  await delta(1, 2, [item("b", 2)]);
  await delta(2, 3, [item("a", 3)]);
  await subscribed(subscribe, watch, { ...answer(2, 2, item("a", 1), item("b", 2)), reset: true });
  expect([view.offset, values(view.items)]).toEqual([3, { a: "a3", b: "b2" }]);
});

it("follows the server back when it has lost something", async () => {
  const { clock, network, view, leave, subscribed } = await following();
  leave();
  view.follow();
  await clock.advance(0);
  await subscribed(network.last().take("subscribe"), watch, { ...answer(2, 0), reset: true });
  expect([view.offset, view.items.size]).toEqual([0, 0]);
});

it("says what a channel is forbidden, and asks again with the next connection", async () => {
  const { clock, network, client, welcome } = await lobby();
  const view = client.channel(work);
  view.follow();
  await welcome(network.last(), { [work]: { sub: 1, error: "forbidden" } });
  expect(view.status).toEqual({ error: "forbidden" });
  await clock.advance(20_000);
  network.last().drop();
  expect(view.status).toBe("catching_up");
  await clock.advance(200);
  await welcome(network.last(), { [work]: answer(2, 1, item("a", 1)) });
  expect(view.status).toBe("following");
});

it("catches up after a break with what changed in between", async () => {
  const { clock, network, view, welcome } = await following();
  network.last().drop();
  expect([view.status, view.get("a")]).toEqual(["catching_up", "a1"]);
  await clock.advance(200);
  const hello = await welcome(network.last(), { [watch]: answer(2, 3, item("b", 2), item("a", 3)) });
  expect(hello.channels).toEqual({ [watch]: { sub: 2, after: { epoch: "e", offset: 1 } } });
  expect([view.status, values(view.items)]).toEqual(["following", { a: "a3", b: "b2" }]);
});

it("renews without ever seeming to catch up, and takes along what was followed and left meanwhile", async () => {
  const { clock, network, client, heard, view, leave, welcome, delta } = await following();
  const first = network.last();
  first.say({ type: "bye", code: "connection_too_old", retry: "later" });
  await clock.advance(250);
  const second = network.last();
  second.accept();
  await delta(1, 2, [item("b", 2)], "e", first);
  client.channel(work).follow();
  await clock.advance(0);
  const { id, channels } = first.take("subscribe");
  expect(Object.keys(channels)).toEqual([work]);
  first.say({
    type: "subscribed",
    re: id,
    channels: { [work]: answer(1, 0) } as Record<Channel, Subscribed>,
  });
  await welcome(second, { [watch]: answer(2, 2, item("b", 2)) });
  expect(Object.keys(second.take("subscribe").channels)).toEqual([work]);
  expect(heard).toHaveLength(1);
  expect(view.status).toBe("following");
  leave();
  await clock.advance(0);
  expect(second.take("unsubscribe").channels).toEqual({ [watch]: 3 });
});

it("asks the connection it has again when the renewal that it had asked fails", async () => {
  const { clock, network, client } = await following();
  client.channel(work).follow();
  await clock.advance(0);
  const [first] = network.sides;
  first?.say({ type: "bye", code: "connection_too_old", retry: "later" });
  await clock.advance(250);
  network.last().accept();
  network.last().drop();
  await clock.advance(0);
  expect(first?.take("subscribe").channels).toEqual({ [work]: { sub: 1 } });
  expect(first?.take("subscribe").channels).toEqual({ [work]: { sub: 3 } });
});

it("asks again in one to two seconds when the gateway could not handle a message", async () => {
  const { clock, network, client } = await following();
  client.channel(work).follow();
  await clock.advance(0);
  expect(network.last().take("subscribe").channels).toEqual({ [work]: { sub: 1 } });
  network.last().sayText('{"message":"Internal server error","connectionId":"c","requestId":"r"}');
  await clock.advance(1499);
  expect(network.last().inbox).toEqual([]);
  await clock.advance(1);
  expect(network.last().take("subscribe").channels).toEqual({ [work]: { sub: 2 } });
});

it("asks again when the server says so, as late as it says", async () => {
  const { clock, network, client } = await following();
  client.channel(work).follow();
  await clock.advance(0);
  const { id } = network.last().take("subscribe");
  network.last().say({
    type: "error",
    re: id,
    code: "rate_limited",
    message: "",
    retry: "later",
    retryAfterMs: 7000,
  });
  await clock.advance(6999);
  expect(network.last().inbox).toEqual([]);
  await clock.advance(1);
  expect(network.last().take("subscribe").channels).toEqual({ [work]: { sub: 2 } });
});

it("repeats an unsubscribe that was not handled", async () => {
  const { clock, network, leave } = await following();
  leave();
  await clock.advance(0);
  expect(network.last().take("unsubscribe").channels).toEqual({ [watch]: 2 });
  network.last().sayText("{}");
  await clock.advance(1500);
  const again = network.last().take("unsubscribe");
  expect(again.channels).toEqual({ [watch]: 3 });
  network.last().say({ type: "unsubscribed", re: again.id, channels: { [watch]: 3 } });
  await clock.advance(20_000);
  expect(network.last().inbox).toEqual([]);
});

it("keeps the maps of the fifty channels that were left last", async () => {
  const { clock, network, client, welcome } = await lobby();
  await welcome(network.last());
  const views = Array.from({ length: 60 }, (_, i) => client.channel(`watch:video/${i}`));
  for (const view of views) {
    const leave = view.follow();
    await clock.advance(0);
    const { id } = network.last().take("subscribe");
    network
      .last()
      .say({ type: "subscribed", re: id, channels: { [view.name]: answer(1, 1, item("a", 1)) } as never });
    leave();
  }
  expect(views.map((view) => view.items.size)).toEqual([...Array(10).fill(0), ...Array(50).fill(1)]);
});
