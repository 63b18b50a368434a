import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { encodeKey } from "./key.ts";
import { openLmdb } from "./lmdb-store.ts";
import { memoryStore } from "./memory-store.ts";
import { storeContract } from "./store.contract.ts";
import { type Key, type Range, type Store, StoreFailure, type View } from "./store.ts";

async function lmdbStore() {
  const folder = await mkdtemp(join(tmpdir(), "store-"));
  const store = openLmdb(folder);
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
}

describe("a store in memory", () => {
  storeContract(() => memoryStore());

  it("fails every commit that changes anything while its disk is full, loses nothing, and continues later", async () => {
    const store = memoryStore();
    await store.write([[["n"], 1]]);
    store.fail("no space");
    expect(await store.commit((view) => ({ writes: [], value: view.get(["n"]) }))).toBe(1);
    store.writeSoon([[["soon"], 1]]);
    let ran = 0;
    const failed = store.commit(() => ({ writes: [[["n"], ++ran]], value: undefined }));
    await expect(failed).rejects.toThrow(new StoreFailure("no space"));
    // As on a disk, it is decided before it cannot be written.
    expect([store.get(["n"]), store.get(["soon"]), ran]).toEqual([1, undefined, 1]);
    store.fail(undefined);
    const seen = await store.commit((view) => ({ writes: [[["soon"], 2]], value: view.get(["soon"]) }));
    expect([seen, store.get(["soon"]), store.commits()]).toEqual([1, 2, 2]);
  });

  it("forks into the state after a kill: complete commits, and no writes that may be lost", async () => {
    const store = memoryStore();
    await store.write([[["n"], 1]]);
    store.writeSoon([[["soon"], 1]]);
    const before = store.fork();
    const written = store.write([
      [["n"], 2],
      [["m"], 2],
    ]);
    const during = store.fork();
    await written;
    const after = store.fork();
    const all = [before, during, after].map((one) =>
      [["n"], ["m"], ["soon"]].map((key) => one.get(key as never)),
    );
    expect(all).toEqual([
      [1, undefined, undefined],
      [1, undefined, undefined],
      [2, 2, 1],
    ]);
    await before.write([[["n"], 9]]);
    expect([store.get(["n"]), before.get(["n"])]).toEqual([2, 9]);
  });
});

describe("a store on LMDB", () => {
  storeContract(lmdbStore);
});

const part = fc.oneof(
  fc.constantFrom("", "a", "b", "a\u0000", "\u00e9", "ab", -1, 0, 0.5, 2, 10),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.uint8Array({ maxLength: 6 }),
);
const key = fc
  .tuple(fc.constantFrom("s", "t", "t\u0000"), fc.array(part, { maxLength: 3 }))
  .map(([service, rest]): Key => [service, ...rest]);
const value = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue(),
  fc.nat(30_000).map((length) => "x".repeat(length)),
);
const writes = fc.array(fc.tuple(key, value), { maxLength: 8 });
const bound = fc.option(key, { nil: undefined });
const range = fc.record({ prefix: key, gt: bound, gte: bound, lt: bound, lte: bound, reverse: fc.boolean() });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant("write" as const), writes }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("soon" as const), writes }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("throw" as const), writes }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("decide" as const), range, from: key, to: key }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** All in the order of their keys, as JSON has them. */
const contentsOf = (view: View, found: Range[] = []) =>
  JSON.stringify([
    ...["s", "t", "t\u0000"].map((service) => [...view.list({ prefix: [service] })]),
    ...found.map((one) => [...view.list(one)]),
  ]);

function ask(store: Store, one: Step): Promise<unknown> {
  switch (one.op) {
    case "write":
      return store.write(one.writes);
    case "soon":
      return Promise.resolve(store.writeSoon(one.writes));
    case "throw":
      return store.commit((view) => {
        throw new RangeError(contentsOf(view));
      });
    case "decide":
      return store.commit((view) => ({
        writes: [[one.to, view.get(one.from) ?? null]],
        value: contentsOf(view, [one.range]),
      }));
  }
}

/** Requests all the steps of a turn at once, and returns the result of each and the records afterwards. */
async function run(store: Store, turns: readonly (readonly Step[])[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const steps of turns) {
    const outcomes = await Promise.allSettled(steps.map((one) => ask(store, one)));
    seen.push(
      ...outcomes.map((one) => (one.status === "rejected" ? String(one.reason) : (one.value ?? null))),
    );
    await store.write([[["s", "end of turn"], seen.length]]);
    seen.push(
      contentsOf(
        store,
        steps.flatMap((one) => (one.op === "decide" ? [one.range] : [])),
      ),
    );
  }
  return seen;
}

it("does the same in memory and on LMDB, whatever is requested", async () => {
  const lmdb = await lmdbStore();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 5 }), async (turns) => {
      const all = ["s", "t", "t\u0000"].flatMap((service) => [...lmdb.list({ prefix: [service] })]);
      await lmdb.write(all.map(([one]) => [one, undefined]));
      expect(await run(lmdb, turns)).toEqual(await run(memoryStore(), turns));
    }),
    { numRuns: 40 },
  );
});

it("encodes keys so that their bytes are in the order of their parts", () => {
  const kindOf = (one: string | number | Uint8Array) =>
    one instanceof Uint8Array ? 0 : typeof one === "string" ? 1 : 2;
  const compareParts = (one: string | number | Uint8Array, other: string | number | Uint8Array): number => {
    if (kindOf(one) !== kindOf(other)) return kindOf(one) - kindOf(other);
    if (typeof one === "number") return one - (other as number);
    return Buffer.compare(Buffer.from(one as string), Buffer.from(other as string));
  };
  const compare = (one: Key, other: Key): number => {
    for (let at = 0; at < Math.min(one.length, other.length); at++) {
      const order = compareParts(one[at]!, other[at]!);
      if (order !== 0) return order;
    }
    return one.length - other.length;
  };
  fc.assert(
    fc.property(key, key, (one, other) => {
      expect(Math.sign(Buffer.compare(encodeKey(one), encodeKey(other)))).toBe(
        Math.sign(compare(one, other)),
      );
    }),
    { numRuns: 2_000 },
  );
});
