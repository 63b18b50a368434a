import { limits } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Entry, Head } from "../ports/index.ts";
import { type Change, type Entries, propose, proposing, version } from "./change.ts";
import { type ChangeContext, decideChange, newMeta } from "./decide-change.ts";

const now = 1_000_000;

/** A subject of which these channels and entries are known. */
function context(more: Partial<ChangeContext> = {}): ChangeContext {
  return {
    name: "work:video/v_1",
    head: undefined,
    entries: new Map(),
    all: false,
    epoch: "e",
    now,
    spacingMs: () => 250,
    along: false,
    flushUntil: 0,
    ...more,
  };
}
const headOf = (meta: Partial<Head["channels"]["work"] & object> = {}, more: Partial<Head> = {}): Head => ({
  name: "work:video/v_1",
  epoch: "e",
  channels: { watch: { ...newMeta, ...meta }, work: { ...newMeta, ...meta } },
  owners: [],
  followers: [],
  ...more,
});
const put = (key: string, value: unknown, n = 1) => propose(key, value, version(n), n);
const change = (...values: [string, unknown, number?][]): Change =>
  proposing(values.map(([key, value, n]) => put(key, value, n)));
const entry = (key: string, value: unknown, offset: number, n = 1): Entry => ({
  key,
  value,
  version: version(n),
  at: 0,
  offsets: { watch: offset, work: offset },
});
const known = (...entries: Entry[]): Entries => new Map(entries.map((one) => [one.key, one]));

describe("a write of a head", () => {
  it("creates the head with its epoch, and gives each key the next offset", () => {
    const { outcomes, write } = decideChange(context(), [change(["title", "T"], ["private/a", 1])]);
    expect(outcomes).toEqual([{ outcome: "taken" }]);
    expect(write?.after).toMatchObject({
      epoch: "e",
      owners: [],
      followers: [],
      channels: { watch: { head: 1, keys: 1 }, work: { head: 2, keys: 2 } },
    });
    expect(write?.entries).toMatchObject([
      { key: "title", offsets: { watch: 1, work: 1 } },
      { key: "private/a", offsets: { work: 2 } },
    ]);
    expect(write).not.toHaveProperty("guard");
  });

  it("writes nothing for entries that are older or equal", () => {
    const head = headOf({ head: 5, pushed: 5, pushedAt: now, keys: 1 });
    const entries = known(entry("title", "T", 5, 3));
    const older = decideChange(context({ head, entries }), [change(["title", "old", 2])]);
    expect([older.outcomes, older.write, older.again]).toEqual([[{ outcome: "taken" }], undefined, []]);
    const silent: Change = { keys: [], propose: () => [{ key: "title", at: 1, fold: () => undefined }] };
    expect(decideChange(context({ head, entries }), [silent]).write).toBeUndefined();
  });

  it("returns a repeated entry unchanged, unless the same write changes it", () => {
    const head = headOf({ head: 5, pushed: 5, pushedAt: now, keys: 1 });
    const entries = known(entry("title", "T", 5, 3));
    const repeat = change(["title", "T", 3]);
    expect(decideChange(context({ head, entries }), [repeat])).toMatchObject({ again: [{ key: "title" }] });
    const { again } = decideChange(context({ head, entries }), [repeat, change(["title", "U", 4])]);
    expect(again).toEqual([]);
  });

  it("shows each change those before it, and returns an outcome for each", () => {
    const seen: unknown[] = [];
    const second: Change = {
      keys: ["title"],
      propose(entries) {
        seen.push(entries.get("title")?.value);
        return "stale";
      },
    };
    const large = change(["title", "x".repeat(limits.valueBytes), 9], ["fact/a", 1]);
    const { outcomes, write } = decideChange(context(), [change(["title", "T"]), second, large]);
    expect(seen).toEqual(["T"]);
    expect(outcomes).toEqual([
      { outcome: "taken" },
      { outcome: "stale" },
      { outcome: "full", limit: "valueBytes" },
    ]);
    expect(write?.entries.map(({ key }) => key)).toEqual(["title"]);
  });

  it("accepts a value at the limit of bytes", () => {
    const value = "x".repeat(limits.valueBytes - 2);
    expect(decideChange(context(), [change(["title", value])]).outcomes).toEqual([{ outcome: "taken" }]);
  });

  it("is made for new members alone", () => {
    const head = headOf({ head: 5 });
    const joins = (members: Change["members"] & object) =>
      decideChange(context({ head }), [{ ...change(), members }]).write;
    expect(joins({ owners: ["user/ana"] })?.after.owners).toEqual(["user/ana"]);
    expect(joins({ followers: ["user/ben"] })?.after.followers).toEqual(["user/ben"]);
    const member = headOf({ head: 5 }, { owners: ["user/ana"] });
    expect(
      decideChange(context({ head: member }), [{ ...change(), members: { owners: ["user/ana"] } }]).write,
    ).toBeUndefined();
  });
});

describe("a change with a condition of its own", () => {
  const guard = { condition: "a request" } as never;
  const guarded: Change = { ...change(["title", "T"]), guard: () => guard };

  it("is written with its condition when it is the only change", () => {
    expect(decideChange(context(), [guarded]).write?.guard).toBe(guard);
    expect(decideChange(context(), [{ ...guarded, guard: () => undefined }]).write).not.toHaveProperty(
      "guard",
    );
  });

  it("must be written alone", () => {
    const { outcomes, write } = decideChange(context(), [change(["fact/a", 1]), guarded]);
    expect(outcomes).toEqual([{ outcome: "taken" }, { outcome: "alone" }]);
    expect(write).not.toHaveProperty("guard");
    expect(decideChange(context({ along: true }), [guarded]).outcomes).toEqual([{ outcome: "alone" }]);
  });

  it("writes no condition when nothing changes", () => {
    const stale: Change = { ...guarded, propose: () => "stale" };
    expect(decideChange(context(), [stale])).toMatchObject({ outcomes: [{ outcome: "stale" }] });
    expect(decideChange(context(), [stale]).write).toBeUndefined();
  });

  it("that is not made puts no condition on the promise that the same write keeps", () => {
    const stale: Change = { ...guarded, propose: () => "stale" };
    const head = headOf({ head: 8, pushed: 5, flushAt: 50 });
    const { write } = decideChange(context({ head, flushUntil: 50 }), [stale]);
    expect(write?.after.channels.work).toMatchObject({ pushed: 8, flushAt: 0 });
    expect(write).not.toHaveProperty("guard");
  });
});

describe("a full channel", () => {
  const keys = limits.channelKeys;
  const head = headOf({ head: keys, keys, pushed: keys, pushedAt: now });
  const bytes = headOf({ head: 9, keys: 2, bytes: limits.channelBytes, pushed: 9, pushedAt: now });

  it("accepts another key only alone, after all entries were read", () => {
    expect(decideChange(context({ head }), [change(["fact/new", 1])]).outcomes).toEqual([
      { outcome: "crowded" },
    ]);
    const two = [change(["fact/new", 1]), change(["fact/b", 1])];
    expect(decideChange(context({ head }), two).outcomes).toEqual([
      { outcome: "alone" },
      { outcome: "alone" },
    ]);
  });

  it("has no room if nothing may be removed", () => {
    const all = decideChange(context({ head, all: true }), [change(["fact/new", 1])]);
    expect(all).toMatchObject({ outcomes: [{ outcome: "full", limit: "channelKeys" }] });
    expect(all.write).toBeUndefined();
  });

  it("removes what it may, the oldest first and some more than needed, and marks it as removed", () => {
    const entries = known(entry("fact/old", 1, 3), entry("fact/older", 1, 2));
    const { outcomes, write } = decideChange(context({ head, all: true, entries }), [
      change(["fact/new", 1]),
    ]);
    expect(outcomes).toEqual([{ outcome: "taken" }]);
    expect(write?.entries).toMatchObject([
      { key: "fact/new", value: 1 },
      { key: "fact/older", value: null, version: `${version(1)}.removed`, at: now },
      { key: "fact/old", value: null, version: `${version(1)}.removed`, at: now },
    ]);
    expect(write?.after.channels.work).toMatchObject({ keys: keys - 1, removed: 2, head: keys + 3 });
  });

  it("accepts a larger value of an existing key only with `replaces`", () => {
    const entries = known(entry("title", "T", 5));
    const larger = change(["title", "longer", 2]);
    expect(decideChange(context({ head: bytes, entries }), [larger]).outcomes).toEqual([
      { outcome: "crowded" },
    ]);
    expect(decideChange(context({ head: bytes, entries }), [{ ...larger, replaces: true }]).outcomes).toEqual(
      [{ outcome: "taken" }],
    );
    const adds: Change = { ...change(["fact/new", 1, 2]), replaces: true };
    expect(decideChange(context({ head: bytes, entries }), [adds]).outcomes).toEqual([
      { outcome: "crowded" },
    ]);
    const removesNothing: Change = {
      ...change(["title", "longer", 2], ["fact/unknown", null, 2]),
      replaces: true,
    };
    expect(decideChange(context({ head: bytes, entries }), [removesNothing]).outcomes).toEqual([
      { outcome: "taken" },
    ]);
    const gone = known({ ...entry("title", null, 5) });
    expect(
      decideChange(context({ head: bytes, entries: gone }), [{ ...larger, replaces: true }]).outcomes,
    ).toEqual([{ outcome: "crowded" }]);
  });
});

describe("followers over the limit", () => {
  const followers = Array.from({ length: limits.followers }, (_, n) => `user/f${n}` as const);
  const head = headOf({ head: 1 }, { followers });
  const joins: Change = { ...change(["title", "T"]), members: { followers: ["user/new"] } };

  it("are removed by a change alone, once all entries are read", () => {
    expect(decideChange(context({ head }), [joins]).outcomes).toEqual([{ outcome: "crowded" }]);
    expect(decideChange(context({ head }), [change(["fact/a", 1]), joins]).outcomes).toEqual([
      { outcome: "taken" },
      { outcome: "alone" },
    ]);
    expect(decideChange(context({ head, all: true }), [joins]).write?.after.followers).toEqual([
      ...followers.slice(1),
      "user/new",
    ]);
  });
});

describe("a removed key", () => {
  const removals = (count: number) =>
    Array.from({ length: count }, (_, n) => entry(`fact/${n}`, null, n + 1));
  const forgotten = (count: number, more: Partial<ChangeContext> = {}, of = change(["title", "T"])) => {
    const head = headOf({ head: 1000, removed: count, floor: 3 });
    const entries = known(...removals(count).reverse());
    return decideChange(context({ head, entries, all: true, ...more }), [of]).write;
  };

  it("is forgotten, the oldest first, once there are twice as many as needed", () => {
    expect(forgotten(199)?.forget).toEqual([]);
    const write = forgotten(200)!;
    expect(write.forget).toHaveLength(89);
    expect(write.forget.slice(0, 2)).toEqual(["fact/0", "fact/1"]);
    expect(write.after.channels.work).toMatchObject({ removed: 200 - 89, floor: 89 });
  });

  it("is remembered as one of the newest hundred, and never lowers the floor", () => {
    const head = headOf({ head: 1000, removed: 250, floor: 500 });
    const entries = known(...removals(150));
    const write = decideChange(context({ head, entries, all: true }), [change(["title", "T"])]).write!;
    expect(write.forget).toEqual(removals(50).map(({ key }) => key));
    expect(write.after.channels.work).toMatchObject({ removed: 200, floor: 500 });
  });

  it("is remembered until all entries are read, and while the channel does not change", () => {
    expect(forgotten(200, { all: false })?.forget).toEqual([]);
    const ownersOnly = forgotten(200, {}, change(["private/a", 1]));
    expect(ownersOnly?.forget).toEqual([]);
    expect(ownersOnly?.after.channels.watch).toMatchObject({ removed: 200, floor: 3 });
  });

  it("is forgotten for a channel only if that channel shows it", () => {
    const head = headOf({ head: 1000, removed: 200 });
    const ownersOnly = Array.from({ length: 50 }, (_, n): Entry => {
      return { ...entry(`private/${n}`, null, n), offsets: { work: n + 1 } };
    });
    const entries = known(...ownersOnly, ...removals(200));
    const write = decideChange(context({ head, entries, all: true }), [change(["title", "T"])]).write;
    expect(write?.forget).toEqual(removals(89).map(({ key }) => key));
  });

  it("is not forgotten when the same write sets it again", () => {
    expect(forgotten(200, {}, change(["fact/0", null, 9]))?.forget[0]).toBe("fact/1");
  });
});

describe("pushes", () => {
  const pushed = { head: 5, pushed: 5, keys: 1 };
  const decide = (meta: object, changes: Change[], more: Partial<ChangeContext> = {}) => {
    const decision = decideChange(context({ head: headOf({ ...pushed, ...meta }), ...more }), changes);
    return { ...decision, pushes: Object.fromEntries(decision.pushes) };
  };

  it("happen at once if the last is long enough ago, else are promised for later", () => {
    const soon = decide({ pushedAt: now - 250 }, [change(["title", "T"])]);
    expect(soon.pushes).toEqual({ watch: { from: 5, again: [] }, work: { from: 5, again: [] } });
    expect(soon.flushAts).toEqual([]);
    expect(soon.write?.after.channels.work).toMatchObject({ pushed: 6, pushedAt: now, flushAt: 0 });
    const later = decide({ pushedAt: now - 249 }, [change(["private/a", 1])]);
    expect([later.pushes, later.flushAts]).toEqual([{}, [now + 1]]);
    expect(later.write?.after.channels).toMatchObject({
      work: { pushed: 5, flushAt: now + 1 },
      watch: { flushAt: 0 },
    });
  });

  it("join the promise of the other channel, so that one process waits for both", () => {
    const { flushAts, write } = decide({ pushedAt: now - 100 }, [change(["title", "T"])]);
    expect(flushAts).toEqual([now + 150]);
    expect(write?.after.channels).toMatchObject({
      watch: { flushAt: now + 150 },
      work: { flushAt: now + 150 },
    });
  });

  it("keep a promise that is due, and no other", () => {
    const kept = decide({ head: 8, flushAt: 50 }, [], { flushUntil: 50 });
    expect(kept.pushes).toEqual({ watch: { from: 5, again: [] }, work: { from: 5, again: [] } });
    expect(kept.write?.after.channels.work).toMatchObject({ pushed: 8, pushedAt: now, flushAt: 0 });
    expect(decide({ head: 8, flushAt: 51 }, [], { flushUntil: 50 }).write).toBeUndefined();
    expect(decide({ head: 8, flushAt: 0 }, [], { flushUntil: 50 }).write).toBeUndefined();
    const nothing = decide({ flushAt: 50 }, [], { flushUntil: 50 });
    expect([nothing.pushes, nothing.write?.after.channels.work?.flushAt]).toEqual([{}, 0]);
  });

  it("repeat a repeated entry: with the usual spacing, or at once if it is urgent", () => {
    const entries = known(entry("title", "T", 5, 3), entry("receipt/r", 1, 5, 3), entry("waiting", 1, 5, 3));
    const repeat = (pushedAt: number, key: string, value: unknown) =>
      decide({ pushedAt }, [change([key, value, 3])], { entries });
    expect(repeat(now - 249, "title", "T").pushes).toEqual({});
    const due = repeat(now - 250, "title", "T");
    expect(due.pushes.work).toMatchObject({ again: [{ key: "title" }] });
    expect(due.pushes.work).not.toHaveProperty("from");
    expect(due.write?.after.channels.work).toMatchObject({ pushedAt: now, pushed: 5 });
    const urgent = repeat(now, "waiting", 1);
    expect(urgent.pushes.work).toMatchObject({ again: [{ key: "waiting" }] });
    expect(urgent.write).toBeUndefined();
  });

  it("treat a repeated entry as a change while its push may be lost", () => {
    const entries = known(entry("title", "T", 7, 3));
    const lost = decide({ head: 7, pushedAt: now - 250 }, [change(["title", "T", 3])], { entries });
    expect(lost.pushes.work).toEqual({ from: 5, again: [] });
    expect(lost.write?.after.channels.work).toMatchObject({ pushed: 7 });
  });

  it("of a repeated entry are left to the process that promised them", () => {
    const entries = known(entry("title", "T", 7, 3));
    const promised = decide({ head: 7, pushedAt: now, flushAt: now + 100 }, [change(["title", "T", 3])], {
      entries,
    });
    expect([promised.pushes, promised.flushAts, promised.write]).toEqual([{}, [], undefined]);
  });

  it("of a final state happen at once, with everything that waits", () => {
    const ends: [string, unknown] = ["step/e/s", { state: "failed" }];
    for (const changes of [[change(ends)], [change(["title", "T"], ends)]])
      expect(decide({ pushedAt: now }, changes).pushes.work).toEqual({ from: 5, again: [] });
  });

  it("keep a due promise, and repeat urgent entries with it", () => {
    const entries = known(entry("title", "T", 5, 3), entry("waiting", 1, 4, 3));
    const { pushes } = decide({ head: 8, flushAt: 50 }, [change(["title", "T", 3], ["waiting", 1, 3])], {
      entries,
      flushUntil: 50,
    });
    expect(pushes.work).toMatchObject({ from: 5, again: [{ key: "waiting" }] });
  });
});
