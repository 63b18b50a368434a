import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { answer, following, item, lobby, values, watch } from "./testing/lobby.ts";
import { manualClock } from "./testing/manual-clock.ts";

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

it("does not loop when there is always more", async () => {
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

it("shows a map that is read again in pages only when it is complete", async () => {
  const { clock, network, view, heard, delta, subscribed } = await following();
  await delta(5, 6, [item("b", 6)], "f");
  await clock.advance(500);
  const first = network.last().take("subscribe");
  heard.length = 0;
  await subscribed(first, watch, { ...answer(2, 3, item("c", 3)), epoch: "f", reset: true, more: true });
  expect([view.epoch, view.offset, values(view.items)]).toEqual(["e", 1, { a: "a1" }]);
  const second = network.last().take("subscribe");
  expect(second.channels[watch]).toEqual({ sub: 3, after: { epoch: "f", offset: 3 } });
  await subscribed(second, watch, { ...answer(3, 4, item("b", 4)), epoch: "f" });
  expect([view.epoch, view.offset, values(view.items)]).toEqual(["f", 4, { c: "c3", b: "b4" }]);
  expect(heard.flat().map(({ key, value }) => [key, value])).toEqual([
    ["c", "c3"],
    ["b", "b4"],
    ["a", null],
  ]);
  await clock.advance(5000);
  expect(network.last().inbox).toEqual([]);
});

it("repeats the base of a map, even after a break, until the last page", async () => {
  const { clock, network, client, welcome, subscribed, delta } = await lobby();
  const view = client.channel(watch);
  view.follow();
  const page = (sub: number, offset: number) => ({ ...answer(sub, offset), more: true as const, base: 300 });
  await welcome(network.last(), { [watch]: page(1, 10) });
  const second = network.last().take("subscribe");
  expect(second.channels[watch]?.after).toEqual({ epoch: "e", offset: 10, base: 300 });
  await subscribed(second, watch, page(2, 20));
  network.last().take("subscribe");
  network.last().drop();
  await clock.advance(250);
  const hello = await welcome(network.last(), { [watch]: page(4, 30) });
  expect(hello.channels?.[watch]?.after).toEqual({ epoch: "e", offset: 20, base: 300 });
  await subscribed(network.last().take("subscribe"), watch, answer(5, 301));
  await delta(305, 306, []);
  await clock.advance(500);
  expect(network.last().take("subscribe").channels[watch]?.after).toEqual({ epoch: "e", offset: 301 });
});

it("starts again with a new base when the server says so, but does not loop", async () => {
  const { clock, network, client, welcome, subscribed } = await lobby();
  const view = client.channel(watch);
  view.follow();
  await welcome(network.last(), { [watch]: { ...answer(1, 10, item("a", 10)), more: true, base: 300 } });
  const again = { ...answer(2, 40, item("b", 40)), reset: true, more: true, base: 900 } as const;
  await subscribed(network.last().take("subscribe"), watch, again);
  expect(values(view.items)).toEqual({ a: "a10" });
  expect(network.last().inbox).toEqual([]);
  await clock.advance(1500);
  const next = network.last().take("subscribe");
  expect(next.channels[watch]?.after).toEqual({ epoch: "e", offset: 40, base: 900 });
  await subscribed(next, watch, answer(3, 900, item("c", 800)));
  expect(values(view.items)).toEqual({ b: "b40", c: "c800" });
});

it("starts again at once after a break", async () => {
  const { clock, network, client, welcome } = await lobby();
  client.channel(watch).follow();
  await welcome(network.last(), { [watch]: { ...answer(1, 10, item("a", 10)), more: true, base: 300 } });
  network.last().drop();
  await clock.advance(250);
  const again = { ...answer(3, 40, item("b", 40)), reset: true, more: true, base: 900 } as const;
  await welcome(network.last(), { [watch]: again });
  const { channels } = network.last().take("subscribe");
  expect(channels[watch]?.after).toEqual({ epoch: "e", offset: 40, base: 900 });
});

it("does not use a base from an answer that deltas have overtaken", async () => {
  const { clock, network, view, leave, subscribed, delta } = await following();
  leave();
  view.follow();
  await clock.advance(0);
  const subscribe = network.last().take("subscribe");
  await delta(1, 60, [item("b", 60)]);
  const late = { ...answer(2, 30, item("a", 1)), reset: true, more: true, base: 300 } as const;
  await subscribed(subscribe, watch, late);
  expect(network.last().take("subscribe").channels[watch]?.after).toEqual({ epoch: "e", offset: 60 });
  expect(values(view.items)).toEqual({ a: "a1", b: "b60" });
});

it("ignores a late delta from before its first page, whose items may be removed and forgotten", async () => {
  const { network, client, welcome, subscribed, delta } = await lobby();
  const view = client.channel(watch);
  view.follow();
  await welcome(network.last(), { [watch]: { ...answer(1, 10, item("a", 10)), more: true, base: 300 } });
  await delta(5, 60, [item("removed-at-70", 55)]);
  await delta(290, 310, [item("c", 305)]);
  await subscribed(network.last().take("subscribe"), watch, answer(2, 300, item("b", 299)));
  expect([view.status, view.offset]).toEqual(["following", 310]);
  expect(values(view.items)).toEqual({ a: "a10", b: "b299", c: "c305" });
});

it("pages a channel whose first page lies below its floor", async () => {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  server.page = 2;
  for (let n = 0; n < 9; n++) server.publish(watch, `key-${n}`, n);
  server.publish(watch, "gone", 1);
  server.publish(watch, "gone", null);
  server.raiseFloor(watch);
  const client = connect({ url: "ws://x/", token: () => "t", WebSocket: server.WebSocket, clock });
  const view = client.channel(watch);
  view.follow();
  await clock.advance(0);
  expect([view.status, values(view.items)]).toEqual(["following", server.values(watch)]);
  expect(server.handled.filter(({ type }) => type === "subscribe")).toHaveLength(4);
});
