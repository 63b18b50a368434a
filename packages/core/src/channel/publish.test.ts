import { type Channel, keyKinds, limits, parseChannel } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeadStore, Ports } from "../ports/index.ts";
import { itemsOf, metaOf, publishOn, stepKey } from "../testing/heads.ts";
import { memoryStage, viewer } from "../testing/memory-stage.ts";
import { runs } from "../testing/runs.ts";
import { timedClock } from "../testing/timed-clock.ts";
import { propose, proposing, version } from "./change.ts";
import { laterOnTimers } from "./later.ts";
import { publish } from "./publish.ts";

const watch: Channel = "watch:video/v_1";
const work = "work:video/v_1";
const put = (key: string, n: number, value: unknown = n) => propose(key, value, version(n), n);

/** The ports of another process: nothing in memory is shared with it. */
const anotherProcess = (ports: Ports): Ports => ({ ...ports, heads: { ...ports.heads } });

/** A stage that counts how often its heads are read and written, and can disturb each write. */
function disturbed(
  commit?: (next: () => ReturnType<HeadStore["commit"]>) => ReturnType<HeadStore["commit"]>,
) {
  const counts = { opened: 0, committed: 0 };
  const clock = timedClock(Date.UTC(2026, 0, 1));
  const stage = memoryStage(({ heads }) => ({
    clock,
    heads: {
      ...heads,
      async open(name) {
        counts.opened++;
        return heads.open(name);
      },
      async commit(change) {
        counts.committed++;
        return commit ? commit(() => heads.commit(change)) : heads.commit(change);
      },
    },
  }));
  const { ports } = stage;
  return { ...stage, ports: { ...ports, later: laterOnTimers({ clock, log: ports.log }) }, counts, clock };
}

describe("changes of one subject that meet in a process", () => {
  it("are read once and committed together", async () => {
    const { ports, counts } = disturbed();
    await publishOn(ports, watch, [put(stepKey("first"), 1)]);
    counts.opened = counts.committed = 0;
    const keys = Array.from({ length: 40 }, (_, n) => stepKey(`k${n}`));
    const told = await Promise.all(keys.map((key) => publishOn(ports, watch, [put(key, 1)])));
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(["published"]));
    expect(counts).toEqual({ opened: 1, committed: 1 });
    expect(await itemsOf(ports, watch)).toHaveLength(41);
  });

  it("fail separately: one that does not fit does not stop the others", async () => {
    const { ports } = disturbed();
    const outcomes = await Promise.all([
      publishOn(ports, watch, [put(stepKey("a"), 1)]),
      publishOn(ports, watch, [put(stepKey("b"), 1), put(stepKey("c"), 1, "x".repeat(limits.valueBytes))]),
      publish(ports, work, { keys: ["title"], propose: () => "stale" }),
      publishOn(ports, watch, [put(stepKey("d"), 1)]),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["published", "full", "stale", "published"]);
    expect((await itemsOf(ports, watch)).map(({ key }) => key)).toEqual([stepKey("a"), stepKey("d")]);
    expect(await metaOf(ports, watch)).toMatchObject({ head: 2, keys: 2 });
  });

  it("are written alone if they need a version of a request", async () => {
    const stage = disturbed();
    const id = await stage.ask();
    const { ports } = stage;
    const guarded = (n: number, version: number) =>
      publish(ports, work, { ...proposing([put("title", n)]), guard: () => ({ request: id, version }) });
    const outcomes = await Promise.all([
      publishOn(ports, watch, [put(stepKey("a"), 1)]),
      guarded(1, 99),
      guarded(2, 1),
      publishOn(ports, watch, [put(stepKey("b"), 1)]),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["published", "stale", "published", "published"]);
    expect((await itemsOf(ports, watch)).find(({ key }) => key === "title")?.value).toBe(2);
  });

  it("do not fail with one that throws", async () => {
    const { ports } = disturbed();
    const failing = publish(ports, work, {
      keys: ["title"],
      propose() {
        throw new Error("cannot be folded");
      },
    });
    const others = [1, 2].map((n) => publishOn(ports, watch, [put(stepKey(`k${n}`), 1)]));
    await expect(failing).rejects.toThrow("cannot be folded");
    expect((await Promise.all(others)).map(({ outcome }) => outcome)).toEqual(["published", "published"]);
  });

  it("continue after one that could not be read or written", async () => {
    let broken = true;
    const { ports } = disturbed(async (next) => {
      if (broken) throw new Error("unreachable");
      return next();
    });
    await expect(publishOn(ports, watch, [put("title", 1)])).rejects.toThrow("unreachable");
    broken = false;
    expect((await publishOn(ports, watch, [put("title", 1)])).outcome).toBe("published");
  });
});

describe("a subject whose channels are pushed at very different times", () => {
  it("is finally pushed on both by the process that promised it", async () => {
    const { ports, clock, client } = disturbed();
    const push = { ...ports.push, spacingMs: (hint: number) => (hint > 1 ? 2000 : 250) };
    const apart = { ...ports, push };
    await publishOn(apart, watch, [put(stepKey("a"), 1)]);
    await ports.heads.spread(watch, 1, 4);
    const follower = client("c1");
    await follower.follow(watch);
    await follower.follow(work);
    await publishOn(apart, watch, [put(stepKey("b"), 1)]);
    await clock.advance(300);
    expect(follower.values(work)).toMatchObject({ [stepKey("b")]: 1 });
    await clock.advance(2000);
    expect(follower.values(watch)).toMatchObject({ [stepKey("b")]: 1 });
    for (const channel of [watch, work] as const)
      expect(await metaOf(ports, channel)).toMatchObject({ flushAt: 0, pushed: 2 });
  });
});

describe("forty processes that change one subject at once", () => {
  it("all succeed within forty tries", async () => {
    const { ports, clock, counts } = disturbed();
    const keys = Array.from({ length: 40 }, (_, n) => stepKey(`k${n}`));
    const all = Promise.all(keys.map((key) => publishOn(anotherProcess(ports), watch, [put(key, 1)])));
    await clock.advance(10_000);
    const told = await all;
    expect(counts.committed).toBeGreaterThan(40);
    expect(told.every(({ outcome }) => outcome === "published")).toBe(true);
    const items = await itemsOf(ports, watch);
    expect(items.map(({ offset }) => offset)).toEqual(keys.map((_, n) => n + 1));
  });
});

describe("a write whose response is lost, and over which another process has written meanwhile", () => {
  /** The next write takes effect, another process writes over it, and its result is a conflict. */
  function losing() {
    let other: (() => Promise<unknown>) | undefined;
    const stage = disturbed(async (next) => {
      const then = other;
      other = undefined;
      const answer = await next();
      if (!then) return answer;
      await then();
      return { outcome: "conflict" };
    });
    return {
      ...stage,
      overwriteNext(write: () => Promise<unknown>) {
        other = write;
      },
    };
  }

  it("keeps the promise to push that it has made", async () => {
    const { ports, clock, client, overwriteNext } = losing();
    const follower = client("c1", viewer);
    await publishOn(ports, watch, [put(stepKey("a"), 1)]);
    await follower.follow(watch);
    overwriteNext(() => publishOn(anotherProcess(ports), watch, [put(stepKey("c"), 1)]));
    const told = publishOn(ports, watch, [put(stepKey("b"), 1)]);
    await clock.advance(200);
    expect((await told).outcome).toBe("published");
    await clock.advance(300);
    expect(follower.values(watch)).toMatchObject({ [stepKey("b")]: 1, [stepKey("c")]: 1 });
    expect(follower.gaps.size).toBe(0);
    expect(await metaOf(ports, watch)).toMatchObject({ flushAt: 0, pushed: 3 });
  });

  it("pushes what it would have pushed at once", async () => {
    const { ports, clock, client, overwriteNext } = losing();
    const follower = client("c1", viewer);
    await publishOn(ports, watch, [put(stepKey("a"), 1)]);
    await follower.follow(watch);
    await clock.advance(1000);
    overwriteNext(() => publishOn(anotherProcess(ports), watch, [put(stepKey("c"), 1)]));
    const told = publishOn(ports, watch, [put(stepKey("b"), 1)]);
    await clock.advance(1000);
    expect((await told).outcome).toBe("published");
    expect(follower.values(watch)).toMatchObject({ [stepKey("b")]: 1, [stepKey("c")]: 1 });
    expect(follower.gaps.size).toBe(0);
  });
});

describe("viewers", () => {
  const anyKey = fc.oneof(
    ...Object.keys(keyKinds).map((kind) => fc.constantFrom(kind, `${kind}/e1/x`, `${kind}/e1/y`)),
    fc.constantFrom("unnamed", "__proto__", "steps/e1/x", "constructor/x"),
  );
  const anyChange = fc.record({ key: anyKey, n: fc.integer({ min: 1, max: 9 }), removed: fc.boolean() });
  const isForOwners = (key: string) =>
    !(
      Object.hasOwn(keyKinds, key.split("/")[0]!) &&
      (keyKinds[key.split("/")[0] as keyof typeof keyKinds].shownIn as readonly string[]).includes("watch")
    );

  /** Every field that viewers must not see contains the same word. */
  function secretValue(key: string): object {
    const kind = key.split("/")[0]!;
    if (isForOwners(key)) return { secret: "OWNERS" };
    const { ownersOnly = [] } = keyKinds[kind as keyof typeof keyKinds] as { ownersOnly?: readonly string[] };
    return { state: "running", ...Object.fromEntries(ownersOnly.map((field) => [field, "OWNERS"])) };
  }

  it("never get keys or fields of owners, however a subject changes, and owners' changes do not move them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyChange, { maxLength: 40 }), fc.boolean(), async (changes, early) => {
        const stage = memoryStage();
        const follower = stage.client("c1", viewer);
        if (early) await follower.follow(watch);
        for (const { key, n, removed } of changes) {
          const before = await metaOf(stage.ports, watch);
          await publish(stage.ports, work, proposing([put(key, n, removed ? null : secretValue(key))]));
          if (isForOwners(key)) expect(await metaOf(stage.ports, watch)).toEqual(before);
          stage.pass(100);
        }
        await follower.follow(watch);
        const got = stage.deliveries.filter(({ channel }) => parseChannel(channel).kind === "watch");
        const seen = JSON.stringify([got, follower.values(watch), await itemsOf(stage.ports, watch)]);
        expect(seen).not.toContain("OWNERS");
        for (const { delta } of got) expect(delta.items.filter(({ key }) => isForOwners(key))).toEqual([]);
        expect(Object.keys(follower.values(watch)).filter(isForOwners)).toEqual([]);
        if (early) expect(follower.gaps.size).toBe(0);
      }),
      { numRuns: runs(100) },
    );
  });
});
