import { expect, it } from "vitest";
import { answer, item, lobby, values, watch } from "./testing/lobby.ts";

const unborn = (sub: number) => ({ ...answer(sub, 0), epoch: "unborn" });

/** A client that is about to be told of a channel for the first time. */
async function coming() {
  const at = await lobby();
  const view = at.client.channel(watch);
  const heard: unknown[] = [];
  view.follow((changed) => heard.push(...changed.map(({ key, value }) => [key, value])));
  at.network.last().accept();
  return { ...at, view, heard };
}

/** A client that knows that the channel does not exist yet, and asks again. */
async function askingAgain() {
  const at = await coming();
  await at.welcome(at.network.last(), { [watch]: unborn(1) });
  await at.delta(1, 2, [item("b", 2)]);
  await at.clock.advance(500);
  const subscribe = at.network.last().take("subscribe");
  expect(subscribe.channels[watch]?.after).toEqual({ epoch: "unborn", offset: 0 });
  return { ...at, subscribe };
}

it("follows a channel before its first change, and has it with the first delta", async () => {
  const { network, welcome, delta, view } = await coming();
  await welcome(network.last(), { [watch]: unborn(1) });
  expect([view.status, view.items.size]).toEqual(["following", 0]);
  await delta(0, 2, [item("a", 1), item("b", 2)]);
  expect([view.epoch, view.offset, values(view.items)]).toEqual(["e", 2, { a: "a1", b: "b2" }]);
});

it("keeps the first delta when an answer from before it arrives late", async () => {
  const { network, welcome, delta, view, heard } = await coming();
  await delta(0, 1, [item("a", 1)]);
  await welcome(network.last(), { [watch]: unborn(1) });
  expect([view.status, view.offset, heard]).toEqual(["following", 1, [["a", "a1"]]]);
});

it("keeps it too when that answer was to a second subscribe", async () => {
  const { subscribe, subscribed, delta, view, heard } = await askingAgain();
  await delta(0, 1, [item("a", 1)]);
  await subscribed(subscribe, watch, unborn(2));
  expect([view.status, view.offset]).toEqual(["following", 2]);
  expect(heard).toEqual([
    ["a", "a1"],
    ["b", "b2"],
  ]);
});

it("does not go back when the first deltas overtake the first answer", async () => {
  const { subscribe, subscribed, delta, view } = await askingAgain();
  await delta(0, 3, [item("b", 2), item("a", 3)]);
  await subscribed(subscribe, watch, { ...answer(2, 1, item("a", 1)), reset: true });
  expect([view.status, view.offset, values(view.items)]).toEqual(["following", 3, { a: "a3", b: "b2" }]);
});

it("forgets what was removed between the first delta and the first answer", async () => {
  const { network, welcome, delta, view, heard } = await coming();
  await delta(0, 2, [item("a", 1), item("b", 2)]);
  await welcome(network.last(), { [watch]: answer(1, 4, item("b", 2), item("c", 3)) });
  expect(values(view.items)).toEqual({ b: "b2", c: "c3" });
  expect(heard).toContainEqual(["a", null]);
});

it("follows a channel that is created again before it could be read", async () => {
  const { network, welcome, delta, view } = await coming();
  await welcome(network.last(), { [watch]: { ...answer(1, 0), more: true, base: 9 } });
  await delta(0, 2, [item("a", 1), item("b", 2)], "f");
  await delta(2, 3, [item("c", 3)], "f");
  expect([view.epoch, values(view.items)]).toEqual(["f", { a: "a1", b: "b2", c: "c3" }]);
});
