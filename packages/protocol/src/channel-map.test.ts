import { describe, expect, it } from "vitest";
import { applyDelta, applySubscribed, type ChannelMap, emptyChannelMap, valuesOf } from "./channel-map.ts";
import type { Item } from "./messages.ts";

const item = (key: string, offset: number, value: unknown = `${key}${offset}`): Item => ({
  key,
  value,
  offset,
  version: String(offset),
  at: offset,
});

function subscribed(offset: number, ...items: Item[]): ChannelMap {
  return applySubscribed(emptyChannelMap, { sub: 1, epoch: "e", offset, items }).map;
}

describe("a delta", () => {
  it("is applied when it follows what the map has", () => {
    const result = applyDelta(subscribed(1, item("a", 1)), {
      epoch: "e",
      from: 1,
      to: 2,
      items: [item("b", 2)],
    });
    expect(result.outcome === "applied" && valuesOf(result.map)).toEqual({ a: "a1", b: "b2" });
  });

  it("is ignored when it is old, or came a second time", () => {
    const map = subscribed(2, item("a", 2));
    for (const to of [1, 2])
      expect(applyDelta(map, { epoch: "e", from: 0, to, items: [item("a", to)] })).toEqual({
        outcome: "ignored",
      });
  });

  it("returns what it has changed, not what the map had already", () => {
    const map = subscribed(3, item("a", 3), item("later", 5));
    const items = [item("a", 3), item("b", 4), item("later", 5)];
    expect(applyDelta(map, { epoch: "e", from: 2, to: 5, items })).toMatchObject({ changed: [item("b", 4)] });
  });

  it("is a gap when something before it is missing, or when the channel has a new epoch", () => {
    const map = subscribed(2, item("a", 2));
    expect(applyDelta(map, { epoch: "e", from: 3, to: 4, items: [item("a", 4)] }).outcome).toBe("gap");
    expect(applyDelta(map, { epoch: "f", from: 2, to: 3, items: [item("a", 3)] }).outcome).toBe("gap");
  });

  it("does not bring back what a later change removed", () => {
    const map = subscribed(5, item("k", 8, null));
    const result = applyDelta(map, { epoch: "e", from: 5, to: 6, items: [item("k", 6, "old")] });
    expect(result.outcome === "applied" && valuesOf(result.map)).toEqual({});
    expect(result.outcome === "applied" && result.map.items.get("k")?.value).toBeNull();
  });

  it("does not bring back what was removed and forgotten, or report the removal again", () => {
    const map = subscribed(5);
    const items = [item("k", 4, "old"), item("l", 5, null), item("b", 6)];
    const result = applyDelta(map, { epoch: "e", from: 3, to: 6, items });
    expect(result.outcome === "applied" && valuesOf(result.map)).toEqual({ b: "b6" });
    expect(result).toMatchObject({ changed: [item("b", 6)] });
  });

  it("from offset 0 completes an empty map, whatever epoch the map had before", () => {
    const fresh = subscribed(0);
    const first = { epoch: "f", from: 0, to: 1, items: [item("a", 1)] };
    const result = applyDelta(fresh, first);
    expect(result.outcome === "applied" && valuesOf(result.map)).toEqual({ a: "a1" });
    expect(applyDelta(fresh, { ...first, from: 1, to: 2 }).outcome).toBe("gap");
  });

  it("of another epoch is a gap even if the map has no items left, or only its first page", () => {
    const first = { epoch: "f", from: 0, to: 9, items: [item("a", 1)] };
    expect(applyDelta(subscribed(2), first).outcome).toBe("gap");
    expect(applyDelta(subscribed(0, item("b", 3)), first).outcome).toBe("gap");
  });

  it("may overlap with the map, and only newer items are applied", () => {
    const map = subscribed(3, item("a", 3, "new"));
    const result = applyDelta(map, {
      epoch: "e",
      from: 0,
      to: 4,
      items: [item("a", 1, "old"), item("b", 4)],
    });
    expect(result.outcome === "applied" && valuesOf(result.map)).toEqual({ a: "new", b: "b4" });
  });
});

describe("the answer to a subscribe", () => {
  it("replaces the map when it says reset, or has another epoch", () => {
    const map = subscribed(3, item("a", 3));
    const answer = { sub: 2, epoch: "e", offset: 1, items: [item("b", 1)] };
    expect(valuesOf(applySubscribed(map, { ...answer, reset: true }).map)).toEqual({ b: "b1" });
    expect(valuesOf(applySubscribed(map, { ...answer, epoch: "f" }).map)).toEqual({ b: "b1" });
  });

  it("never moves the map back to an older offset", () => {
    const map = subscribed(5, item("a", 5));
    const late = applySubscribed(map, { sub: 1, epoch: "e", offset: 3, items: [item("a", 3)] });
    expect(late).toEqual({ map, changed: [] });
  });

  it("brings what has changed meanwhile, even at the same offset as the map", () => {
    const map = subscribed(5, item("a", 5));
    const answer = { sub: 2, epoch: "e", offset: 5, items: [item("a", 5), item("b", 7)] };
    expect(applySubscribed(map, answer).changed).toEqual([item("b", 7)]);
  });

  it("drops removed keys at or below its offset", () => {
    const map = applySubscribed(subscribed(1, item("a", 1)), {
      sub: 2,
      epoch: "e",
      offset: 2,
      items: [item("a", 2, null)],
    }).map;
    expect(map.items.size).toBe(0);
  });
});
