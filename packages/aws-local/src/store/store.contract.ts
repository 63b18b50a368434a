import { expect, it, vi } from "vitest";
import { MAX_KEY_LENGTH } from "./key.ts";
import { type Key, KeyTooLong, type Store, StoreFailure } from "./store.ts";

/** The behaviour of every store. `open` creates an empty one and closes it after the test. */
export function storeContract(open: () => Promise<Store> | Store): void {
  it("returns what was written, and nothing for missing keys", async () => {
    const store = await open();
    await store.write([[["a", "one"], { n: 1, text: "é\u0000" }]]);
    expect(store.get(["a", "one"])).toEqual({ n: 1, text: "é\u0000" });
    expect(store.get(["a"])).toBeUndefined();
    expect(store.get(["a", "one", ""])).toBeUndefined();
  });

  it("removes a record, and allows the removal of a missing one", async () => {
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

  it("makes decisions one after another, each on the state after the earlier writes", async () => {
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

  it("writes nothing of a decision that throws, and continues with the next", async () => {
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

  it("makes writes that may be lost before the next commit, without a sync of their own", async () => {
    const store = await open();
    const before = store.commits();
    store.writeSoon([[["n"], 1]]);
    const seen = await store.commit((view) => ({ writes: [[["n"], 2]], value: view.get(["n"]) }));
    expect([seen, store.get(["n"]), store.commits() - before]).toEqual([1, 2, 1]);
  });

  it("keeps the order of commits and writes that may be lost", async () => {
    const store = await open();
    const first = store.write([[["n"], 1]]);
    store.writeSoon([[["n"], 2]]);
    const second = store.commit((view) => ({ writes: [[["m"], 3]], value: view.get(["n"]) }));
    await first;
    expect([await second, store.get(["n"]), store.get(["m"])]).toEqual([2, 2, 3]);
  });

  it("makes writes that may be lost when it closes, and may be closed twice", async () => {
    const store = await open();
    store.writeSoon([[["n"], 1]]);
    await Promise.all([store.close(), store.close()]);
    await store.close();
  });

  it("makes one sync for everything in one turn, and none if nothing changes", async () => {
    const store = await open();
    const before = store.commits();
    const barriers = () => store.commits() - before;
    await Promise.all(Array.from({ length: 50 }, (_, n) => store.write([[["n", n], n]])));
    expect(barriers()).toBe(1);
    await store.write([]);
    await store.write([[["nowhere"], undefined]]);
    await store.commit((view) => ({ writes: [], value: view.get(["n", 1]) }));
    await expect(
      store.commit(() => {
        throw new RangeError("no");
      }),
    ).rejects.toThrow("no");
    expect(barriers()).toBe(1);
    await store.write([[["n", 1], undefined]]);
    expect(barriers()).toBe(2);
  });

  it("shows a decision the ranges as the decisions before it leave them, in both directions", async () => {
    const store = await open();
    await store.write([1, 2, 3, 5].map((n) => [["n", n], n]));
    const changed = store.write([
      [["n", 0], 0],
      [["n", 2], undefined],
      [["n", 3], 30],
      [["n", 4], 4],
      [["n", 6], 6],
    ]);
    const seen = store.commit((view) => {
      const listed = (range: object) => [...view.list({ prefix: ["n"], ...range })].map(([, value]) => value);
      const value = [
        listed({}),
        listed({ reverse: true }),
        listed({ gt: ["n", 1], lt: ["n", 5] }),
        listed({ gte: ["n", 2], lte: ["n", 4], reverse: true }),
        view.get(["n", 2]),
      ];
      return { writes: [], value };
    });
    expect([...store.list({ prefix: ["n"] })].map(([, value]) => value)).toEqual([1, 2, 3, 5]);
    await changed;
    expect(await seen).toEqual([[0, 1, 30, 4, 5, 6], [6, 5, 4, 30, 1, 0], [30, 4], [4, 30], undefined]);
  });

  it("rejects a decision that threw only after the data that it saw are on the disk", async () => {
    const store = await open();
    const told: unknown[] = [];
    const won = store.write([[["n"], 1]]).then(() => told.push("won"));
    const lost = store
      .commit((view) => {
        throw new RangeError(`there is ${view.get(["n"])} already`);
      })
      .catch((cause: Error) => told.push(cause.message));
    await Promise.all([won, lost]);
    expect(told).toEqual(["won", "there is 1 already"]);
  });

  it("lets exactly one of many concurrent decisions claim a record", async () => {
    const store = await open();
    const claim = (by: number) =>
      store.commit((view) => {
        const owner = view.get<number>(["claim"]);
        return owner === undefined ? { writes: [[["claim"], by]], value: by } : { writes: [], value: owner };
      });
    const turns = Array.from({ length: 40 }, async (_, by) => {
      for (let turn = 0; turn < by % 4; turn++) await store.write([[["other", by, turn], turn]]);
      return claim(by);
    });
    expect(new Set(await Promise.all(turns)).size).toBe(1);
  });

  it("accepts a key of the greatest length, finds it in ranges that end at it, and refuses one more byte by name", async () => {
    const store = await open();
    const longest: Key = ["a", "x".repeat(MAX_KEY_LENGTH - 5)];
    const tooLong: Key = ["a", "x".repeat(MAX_KEY_LENGTH - 4)];
    const outcomes = await Promise.allSettled([
      store.write([[longest, 1]]),
      store.write([
        [["b"], 1],
        [tooLong, 1],
      ]),
      store.write([[["c"], 1]]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(KeyTooLong) });
    expect(String((outcomes[1] as PromiseRejectedResult).reason)).toMatch(
      /the key "a\/xxx.*…" is longer than/,
    );
    expect([store.get(longest), store.get(["b"]), store.get(["c"])]).toEqual([1, undefined, 1]);
    for (const reverse of [false, true]) {
      const found = (range: object) => [...store.list({ prefix: ["a"], reverse, ...range })].length;
      expect([found({ lte: longest }), found({ gte: longest }), found({ prefix: longest })]).toEqual([
        1, 1, 1,
      ]);
      expect([found({ lt: longest }), found({ gt: longest })]).toEqual([0, 0]);
    }
    expect(() => store.writeSoon([[tooLong, 1]])).toThrow(KeyTooLong);
  });

  it("refuses a value that JSON cannot represent, and nothing else", async () => {
    const store = await open();
    const refused = store.write([
      [["a"], 1],
      [["b"], () => {}],
    ]);
    const taken = store.write([[["c"], 1]]);
    await expect(refused).rejects.toThrow("not a value to keep: function");
    await taken;
    expect([store.get(["a"]), store.get(["c"])]).toEqual([undefined, 1]);
  });

  it("continues a list while commits run, and lets its reader stop early", async () => {
    const store = await open();
    await store.write(Array.from({ length: 500 }, (_, n) => [["n", n], { n, text: "x".repeat(200) }]));
    const writes: Promise<void>[] = [];
    let listed = 0;
    for (const [key, value] of store.list<{ n: number }>({ prefix: ["n"] })) {
      writes.push(store.write([[key, undefined]]));
      for (const [, first] of store.list<{ n: number }>({ prefix: ["n"], reverse: true })) {
        expect(first.n).toBe(499);
        break;
      }
      expect(value.n).toBe(listed++);
    }
    await Promise.all(writes);
    expect([listed, [...store.list({ prefix: ["n"] })].length]).toEqual([500, 0]);
  });

  it("gives each reader values of its own", async () => {
    const store = await open();
    await store.write([[["n"], { list: [1] }]]);
    store.get<{ list: number[] }>(["n"])?.list.push(2);
    expect(store.get(["n"])).toEqual({ list: [1] });
  });

  it("runs a decision that another one requests after that one's writes", async () => {
    const store = await open();
    let inner: Promise<number | undefined> | undefined;
    await store.commit((view) => {
      inner ??= store.commit((later) => {
        const n = later.get<number>(["n"]);
        return { writes: [[["seen"], n ?? 0]], value: n };
      });
      return { writes: [[["n"], 1]], value: view.get(["n"]) };
    });
    expect([await inner, store.get(["seen"])]).toEqual([1, 1]);
    await store.write([[["n"], 2]]);
    expect(store.get(["n"])).toBe(2);
  });

  it("makes writes that may be lost on their own after a short time", async () => {
    const store = await open();
    store.writeSoon([[["n"], 1]]);
    await vi.waitFor(() => expect([store.get(["n"]), store.commits()]).toEqual([1, 1]));
  });

  it("drops the oldest of very many calls that may be lost, each completely, and never the newest", async () => {
    const store = await open();
    for (let n = 0; n < 4_000; n++)
      store.writeSoon([
        [["n", n, "a"], n],
        [["n", n, "b"], n],
        [["n", n, "c"], n],
      ]);
    await store.write([]);
    const kept = [...store.list<number>({ prefix: ["n"] })].map(([, n]) => n);
    const calls = kept.length / 3;
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => 4_000 - calls + Math.floor(at / 3)));
    expect(kept.length).toBeLessThanOrEqual(10_000);
    expect(kept.length).toBeGreaterThan(8_000);
    store.writeSoon(Array.from({ length: 11_000 }, (_, n) => [["m", n], n]));
    await store.write([]);
    expect([...store.list({ prefix: ["m"] })]).toHaveLength(11_000);
  });

  it("refuses reads and commits after it is closed", async () => {
    const store = await open();
    await store.close();
    await expect(store.write([[["n"], 1]])).rejects.toThrow(StoreFailure);
    store.writeSoon([[["n"], 1]]);
    expect(() => store.get(["n"])).toThrow(StoreFailure);
    expect(() => [...store.list({ prefix: ["n"] })]).toThrow(StoreFailure);
  });
}
