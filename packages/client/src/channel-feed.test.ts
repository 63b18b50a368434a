import { expect, it } from "vitest";
import { answer, following, item, lobby, values, watch } from "./testing/lobby.ts";

it("does not change once nobody follows it", async () => {
  const { clock, network, view, leave, delta } = await following();
  leave();
  await delta(1, 2, [item("b", 2)]);
  await delta(7, 8, [item("c", 8)]);
  await clock.advance(1000);
  expect([view.status, values(view.items)]).toEqual(["idle", { a: "a1" }]);
  expect(network.last().inbox.map(({ type }) => type)).toEqual(["unsubscribe"]);
});

it("applies a delta, makes a new map, and reports the changed items", async () => {
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

it("applies only the new part of a delta that spans many changes", async () => {
  const { view, heard, delta } = await following();
  await delta(1, 5, [item("b", 2), item("a", 5)]);
  heard.length = 0;
  await delta(0, 9, [item("b", 2), item("a", 5), item("c", 7), item("d", 9, null)]);
  expect([view.offset, values(view.items)]).toEqual([9, { a: "a5", b: "b2", c: "c7" }]);
  expect(heard.flat().map(({ key }) => key)).toEqual(["c"]);
});

it("closes several gaps by one delta that spans them", async () => {
  const { clock, network, view, delta } = await following();
  await delta(12, 14, [item("d", 14)]);
  await delta(3, 6, [item("b", 6)]);
  await delta(1, 12, [item("b", 6), item("c", 11)]);
  expect([view.offset, values(view.items)]).toEqual([14, { a: "a1", b: "b6", c: "c11", d: "d14" }]);
  await clock.advance(5000);
  expect(network.last().inbox).toEqual([]);
});

it("holds a delta that arrives too early, and applies it once the gap is filled", async () => {
  const { clock, network, view, delta } = await following();
  await delta(2, 3, [item("c", 3)]);
  expect(values(view.items)).toEqual({ a: "a1" });
  await clock.advance(400);
  await delta(1, 2, [item("b", 2)]);
  expect(values(view.items)).toEqual({ a: "a1", b: "b2", c: "c3" });
  await clock.advance(5000);
  expect(network.last().inbox).toEqual([]);
});

it("keeps holding what still does not fit", async () => {
  const { view, delta } = await following();
  await delta(4, 5, [item("e", 5)]);
  await delta(2, 3, [item("c", 3)]);
  await delta(1, 2, [item("b", 2)]);
  expect(view.offset).toBe(3);
  await delta(3, 4, [item("d", 4)]);
  expect(view.offset).toBe(5);
});

it("holds at most two hundred deltas, and asks for what it dropped", async () => {
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

it("ignores the answer to a subscribe that it has repeated since", async () => {
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

it("does not go back when deltas overtake an answer with the whole channel", async () => {
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
