import type { Channel, Subscribed } from "@callboard/protocol";
import { Channel as ChannelName } from "@callboard/protocol";
import { expect, it } from "vitest";
import { answer, following, item, lobby, values, watch, work } from "./testing/lobby.ts";
import { settle } from "./testing/manual-clock.ts";

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

it("has one view for each name; that of an invalid name has an error, and is never sent", async () => {
  const { clock, network, client, welcome } = await lobby();
  expect(client.channel(watch)).toBe(client.channel(watch));
  const wrong = [
    "watch:video",
    "inbox:ana",
    "inbox:user/",
    "stage:a/b",
    `watch:a/${"b".repeat(210)}`,
    "",
    undefined,
    null,
    7,
    {},
  ];
  for (const name of wrong) {
    expect(ChannelName.safeParse(name).success).toBe(false);
    const view = client.channel(name as Channel);
    expect(view.status).toEqual({ error: "invalid_name" });
    expect(view.status).toBe(view.status);
    const leave = view.follow();
    expect(view.status).toEqual({ error: "invalid_name" });
    leave();
    view.follow();
  }
  expect((await welcome(network.last())).channels).toBeUndefined();
  client.channel(wrong[0] as Channel).follow();
  await clock.advance(60_000);
  expect(network.last().inbox.filter(({ type }) => type === "subscribe")).toEqual([]);
  expect(client.channel(wrong[0] as Channel).items.size).toBe(0);
  for (const name of ["inbox:user/ana@x.org", "inbox:role/editors", "work:video/ana/v_1"]) {
    expect(ChannelName.safeParse(name).success).toBe(true);
    expect(client.channel(name as Channel).status).toBe("idle");
  }
});

it("lists the requested views, even without followers", async () => {
  const { client } = await lobby();
  const views = [client.channel(watch), client.channel(work)];
  client.channel(watch);
  expect(client.channels()).toEqual(views);
});

it("subscribes once for many followers, and unsubscribes when the last one leaves", async () => {
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

it("shows that a channel is forbidden, and asks again with the next connection", async () => {
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

it("renews without a `catching_up`, and with what was followed and left meanwhile", async () => {
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

it("repeats on the new connection what it sent on the old one since its hello", async () => {
  const { clock, network, view, welcome, delta } = await following();
  const first = network.last();
  await delta(2, 3, [item("c", 3)]);
  first.say({ type: "bye", code: "connection_too_old", retry: "later" });
  await clock.advance(250);
  const second = network.last();
  second.accept();
  await clock.advance(250);
  const { id } = first.take("subscribe");
  const channels = { [watch]: answer(3, 3, item("b", 2), item("c", 3)) } as Record<Channel, Subscribed>;
  first.say({ type: "subscribed", re: id, channels });
  expect(view.status).toBe("following");
  await welcome(second, { [watch]: answer(2, 3, item("b", 2), item("c", 3)) });
  const again = second.take("subscribe");
  expect(again.channels).toEqual({ [watch]: { sub: 4, after: { epoch: "e", offset: 3 } } });
});

it("does not delay a channel because others fill the message", async () => {
  const { network, client, welcome } = await lobby();
  const views = [watch, work].map((name) => client.channel(name));
  for (const view of views) view.follow();
  const full = { more: true, base: 9 } as const;
  await welcome(network.last(), {
    [watch]: { ...answer(1, 4, item("a", 4)), ...full },
    [work]: { ...answer(1, 0), ...full },
  });
  for (const [sub, first] of [
    [2, { ...answer(2, 8, item("b", 8)), ...full }],
    [3, answer(3, 9, item("c", 9))],
  ] as const) {
    const { id, channels } = network.last().take("subscribe");
    expect(Object.keys(channels)).toEqual([watch, work]);
    network.last().say({
      type: "subscribed",
      re: id,
      channels: { [watch]: first, [work]: { ...answer(sub, 0), ...full } } as Record<Channel, Subscribed>,
    });
    await settle();
  }
  const { channels } = network.last().take("subscribe");
  expect(channels).toEqual({ [work]: { sub: 4, after: { epoch: "e", offset: 0, base: 9 } } });
});

it("asks the current connection again when the renewal fails", async () => {
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

it("asks again after the wait that the server asked for", async () => {
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

it("unsubscribes again if its unsubscribe has overtaken its subscribe", async () => {
  const { clock, network, client, welcome } = await lobby();
  await welcome(network.last());
  const leave = client.channel(work).follow();
  await clock.advance(0);
  const subscribe = network.last().take("subscribe");
  leave();
  await clock.advance(0);
  const unsubscribe = network.last().take("unsubscribe");
  network.last().say({ type: "unsubscribed", re: unsubscribe.id, channels: { [work]: 2 } });
  network.last().say({ type: "subscribed", re: subscribe.id, channels: { [work]: answer(1, 0) } });
  await clock.advance(0);
  const again = network.last().take("unsubscribe");
  expect(again.channels).toEqual({ [work]: 3 });
  network.last().say({ type: "unsubscribed", re: again.id, channels: { [work]: 3 } });
  await clock.advance(20_000);
  expect(network.last().inbox).toEqual([]);
  expect(client.channel(work).status).toBe("idle");
});

it("does not unsubscribe again from what was forbidden", async () => {
  const { clock, network, client, welcome } = await lobby();
  await welcome(network.last());
  const leave = client.channel(work).follow();
  await clock.advance(0);
  const subscribe = network.last().take("subscribe");
  leave();
  await clock.advance(0);
  const { id } = network.last().take("unsubscribe");
  network.last().say({ type: "unsubscribed", re: id, channels: { [work]: 2 } });
  const refused = { [work]: { sub: 1, error: "forbidden" } } as const;
  network.last().say({ type: "subscribed", re: subscribe.id, channels: refused });
  await clock.advance(20_000);
  expect(network.last().inbox).toEqual([]);
});

it("keeps the maps of the last fifty channels that were left", async () => {
  const { clock, network, client, welcome } = await lobby();
  await welcome(network.last());
  const views = Array.from({ length: 60 }, (_, i) => client.channel(`watch:video/${i}`));
  for (const view of views) {
    const leave = view.follow();
    await clock.advance(0);
    const { id } = network.last().take("subscribe");
    network.last().say({ type: "subscribed", re: id, channels: { [view.name]: answer(1, 1, item("a", 1)) } });
    leave();
  }
  expect(views.map((view) => view.items.size)).toEqual([...Array(10).fill(0), ...Array(50).fill(1)]);
});
