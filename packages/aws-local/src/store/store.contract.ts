import { expect, it } from "vitest";
import { type Key, type Store, StoreFailure } from "./store.ts";

/** What every store keeps. `open` gives a new, empty one, closed after the test by whoever opened it. */
export function storeContract(open: () => Promise<Store> | Store): void {
  it("gives back what was written, and nothing for what was not", async () => {
    const store = await open();
    await store.write([[["a", "one"], { n: 1, text: "é\u0000" }]]);
    expect(store.get(["a", "one"])).toEqual({ n: 1, text: "é\u0000" });
    expect(store.get(["a"])).toBeUndefined();
    expect(store.get(["a", "one", ""])).toBeUndefined();
  });

  it("removes a record, and survives removing what is not there", async () => {
    const store = await open();
    await store.write([[["a", "one"], 1]]);
    await store.write([
      [["a", "one"], undefined],
      [["a", "two"], undefined],
    ]);
    expect([...store.list({ prefix: ["a"] })]).toEqual([]);
  });

  it("lists in the order of parts: bytes, text by UTF-8, numbers by size, and a key before those it begins", async () => {
    const store = await open();
    const keys: Key[] = [
      ["a"],
      ["a", new Uint8Array([])],
      ["a", new Uint8Array([0, 1])],
      ["a", new Uint8Array([1])],
      ["a", ""],
      ["a", "", "x"],
      ["a", "\u0000"],
      ["a", "b"],
      ["a", "b", -1],
      ["a", "b\u0000"],
      ["a", "bb"],
      ["a", "\uffff"],
      ["a", "\u{1f600}"],
      ["a", Number.MIN_SAFE_INTEGER],
      ["a", -1.5],
      ["a", 0],
      ["a", 1e-7],
      ["a", 2],
      ["a", 10],
      ["b"],
    ];
    await store.write([...keys].reverse().map((key, at) => [key, at]));
    expect([...store.list({ prefix: ["a"] })].map(([key]) => key)).toEqual(keys.slice(0, -1));
    expect([...store.list({ prefix: ["a"], reverse: true })].map(([key]) => key)).toEqual(
      keys.slice(0, -1).reverse(),
    );
    expect([...store.list({ prefix: ["a", "b"] })].map(([key]) => key)).toEqual([
      ["a", "b"],
      ["a", "b", -1],
    ]);
  });

  it.each([false, true])("lists within bounds (reverse: %s)", async (reverse) => {
    const store = await open();
    await store.write([1, 2, 3, 4, 5].map((n) => [["n", n], n]));
    const listed = (range: object) => {
      const found = [...store.list({ prefix: ["n"], reverse, ...range })].map(([, value]) => value);
      return reverse ? found.reverse() : found;
    };
    expect(listed({ gt: ["n", 2] })).toEqual([3, 4, 5]);
    expect(listed({ gte: ["n", 2], lt: ["n", 4] })).toEqual([2, 3]);
    expect(listed({ gt: ["n", 1], lte: ["n", 4] })).toEqual([2, 3, 4]);
    expect(listed({ gt: ["n", 5] })).toEqual([]);
    expect(listed({ gte: ["n", 4], lt: ["n", 2] })).toEqual([]);
    expect(listed({ gte: ["m"], lte: ["o"] })).toEqual([1, 2, 3, 4, 5]);
  });

  it("decides one after another, each with what the ones before have written in view", async () => {
    const store = await open();
    const next = () =>
      store.commit((view) => {
        const n = (view.get<number>(["n"]) ?? 0) + 1;
        return { writes: [[["n"], n]], value: n };
      });
    const all = await Promise.all(Array.from({ length: 100 }, next));
    expect(all).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(store.get(["n"])).toBe(100);
  });

  it("shows nothing of a decision before it is on the disk", async () => {
    const store = await open();
    const written = store.write([[["n"], 1]]);
    expect(store.get(["n"])).toBeUndefined();
    await written;
    expect(store.get(["n"])).toBe(1);
  });

  it("writes nothing of a decision that throws, and goes on with the next", async () => {
    const store = await open();
    const first = store.commit(() => {
      throw new RangeError("no");
    });
    const second = store.write([[["n"], 2]]);
    await expect(first).rejects.toThrow(new RangeError("no"));
    await second;
    expect(store.get(["n"])).toBe(2);
  });

  it("makes the last of several writes of one key", async () => {
    const store = await open();
    await store.write([
      [["n"], 1],
      [["n"], undefined],
      [["n"], 3],
    ]);
    expect(store.get(["n"])).toBe(3);
  });

  it("makes what may come soon before what is committed next, without a barrier of its own", async () => {
    const store = await open();
    const before = store.commits();
    store.writeSoon([[["n"], 1]]);
    const seen = await store.commit((view) => ({ writes: [[["n"], 2]], value: view.get(["n"]) }));
    expect([seen, store.get(["n"]), store.commits() - before]).toEqual([1, 2, 1]);
  });

  it("gives each reader values of its own", async () => {
    const store = await open();
    await store.write([[["n"], { list: [1] }]]);
    store.get<{ list: number[] }>(["n"])?.list.push(2);
    expect(store.get(["n"])).toEqual({ list: [1] });
  });

  it("refuses what comes after its end", async () => {
    const store = await open();
    await store.close();
    await expect(store.write([[["n"], 1]])).rejects.toThrow(StoreFailure);
  });
}
