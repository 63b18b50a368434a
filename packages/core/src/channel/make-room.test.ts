import { hours, limits, type Principal, receiptMs } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry, Head } from "../ports/index.ts";
import { type Change, type Entries, propose, proposing, version } from "./change.ts";
import { decideChange } from "./decide-change.ts";

const work = "work:job/nightly" as const;
const inbox = "inbox:user/ana" as const;
const now = Date.UTC(2026, 0, 2);

interface World {
  head: Head | undefined;
  entries: Entries;
}

/** Makes a change until it is written or refused, as a head's queue does. */
function make(world: World, change: Change, name: typeof work | typeof inbox = work, at = now) {
  let all = false;
  for (let writes = 0; ; ) {
    const known = all || change.keys === "all" ? world.entries : chosen(world.entries, change.keys);
    const context = { name, head: world.head, entries: known, all, epoch: "e", now: at };
    const rest = { spacingMs: () => 250, along: false, flushUntil: 0 };
    const { outcomes, write } = decideChange({ ...context, ...rest }, [change]);
    const outcome = outcomes[0]!;
    if (write) {
      writes++;
      expect(write.entries.length + write.forget.length).toBeLessThanOrEqual(90);
      const entries = new Map(world.entries);
      for (const key of write.forget) entries.delete(key);
      for (const entry of write.entries) entries.set(entry.key, entry);
      Object.assign(world, { head: write.after, entries });
    }
    if (outcome.outcome === "crowded") all = true;
    else if (outcome.outcome !== "alone") return { ...outcome, writes };
  }
}

/** The unique part of a request's id. */
const padded = (name: string | number): string => String(name).padStart(10, "0");

const chosen = (entries: Entries, keys: readonly string[]): Entries =>
  new Map(keys.flatMap((key) => entries.get(key) ?? []).map((entry) => [entry.key, entry]));

const live = ({ entries }: World): Entry[] => [...entries.values()].filter(({ value }) => value !== null);
const keysIn = (world: World, prefix: string) =>
  live(world).flatMap(({ key }) => (key.startsWith(prefix) ? [key] : []));

const put = (world: World, values: Readonly<Record<string, unknown>>, ...rest: [typeof inbox?, number?]) =>
  make(
    world,
    proposing(Object.entries(values).map(([key, value]) => propose(key, value, version(1), rest[1] ?? now))),
    ...rest,
  );

/** An execution with its steps, all of them in this state. */
const run = (id: string, state: string, ofSteps: string, steps = 8) => ({
  [`execution/${id}`]: { execution: id, state, startedAt: now },
  ...Object.fromEntries(
    Array.from({ length: steps }, (_, n) => [`step/${id}/s${n}`, { execution: id, state: ofSteps, at: now }]),
  ),
});

const asked = (id: string, state: string, more: object = {}) => ({
  [`request/${id}`]: {
    requestId: id,
    state,
    thread: "t",
    round: 1,
    candidates: [],
    assignees: [],
    execution: "-",
    ...more,
  },
});

const newWorld = (): World => ({ head: undefined, entries: new Map() });
const many = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("a subject that has no room for a change", () => {
  it("removes the oldest finished part first, then quiet ones, then those without a report for the longest time", () => {
    const world = newWorld();
    put(world, run("silent", "running", "started"));
    put(world, run("quiet", "running", "succeeded"));
    for (const n of many(51)) put(world, run(`ended-${n}`, "failed", "failed"));
    put(world, { title: { title: "Nightly" }, ...asked("req_000000open", "open") });
    for (const n of many(5)) put(world, run(`later-${n}`, "failed", "failed"));
    const left = keysIn(world, "execution/");
    expect(left).toContain("execution/silent");
    expect(left).toContain("execution/quiet");
    expect(left).not.toContain("execution/ended-0");
    expect(left).toContain("execution/later-4");
    for (const n of many(55)) put(world, run(`busy-${n}`, "running", "started"));
    expect(keysIn(world, "execution/")).not.toContain("execution/ended-50");
    expect(keysIn(world, "execution/")).not.toContain("execution/quiet");
    expect(keysIn(world, "execution/")).not.toContain("execution/silent");
    expect(keysIn(world, "execution/")).toContain("execution/busy-54");
    expect(keysIn(world, "title")).toEqual(["title"]);
    expect(keysIn(world, "request/")).toEqual(["request/req_000000open"]);
  });

  it("removes old final steps of the one execution that fills it", () => {
    const world = newWorld();
    for (const n of many(700))
      expect(
        put(
          world,
          run("map", "running", "succeeded", 0) && { [`step/map/item-${n}`]: { state: "succeeded" } },
        ).outcome,
      ).toBe("taken");
    expect(keysIn(world, "step/map/")).toContain("step/map/item-699");
    expect(keysIn(world, "step/map/")).not.toContain("step/map/item-0");
  });

  it("shows a question of the one execution that fills it with steps under way, and its latest state", () => {
    const world = newWorld();
    for (const n of many(500))
      put(world, { "execution/map": { state: "running" }, [`step/map/item-${n}`]: { state: "started" } });
    expect(keysIn(world, "step/map/")).toHaveLength(499);
    const must = (values: Readonly<Record<string, unknown>>) =>
      make(world, {
        ...proposing(Object.entries(values).map(([key, value]) => propose(key, value, version(1), now))),
        mustShow: true,
      });
    const candidate = {
      "candidate/t/1/req_000000open/a": { thread: "t", round: 1, by: "req_000000open", id: "a" },
    };
    expect(
      must({ ...asked("req_000000open", "open", { execution: "map", candidates: ["a"] }), ...candidate }),
    ).toMatchObject({ outcome: "taken", writes: 1 });
    expect(keysIn(world, "step/map/")).not.toContain("step/map/item-1");
    expect(keysIn(world, "step/map/")).toContain("step/map/item-2");
    expect(must({ "step/map/last": { state: "started" } }).outcome).toBe("taken");
    expect(keysIn(world, "request/").concat(keysIn(world, "candidate/"))).toHaveLength(2);
    expect(keysIn(world, "step/map/")).not.toContain("step/map/item-2");
  });

  it("makes room in several writes if one is not enough", () => {
    const world = newWorld();
    for (const n of many(55)) put(world, run(`ended-${n}`, "failed", "failed"));
    const data = "x".repeat(15_000);
    const large = Object.fromEntries(
      many(17).map((n) => [`step/now/large-${n}`, { state: "started", data }]),
    );
    const made = put(world, large);
    expect(made).toMatchObject({ outcome: "taken" });
    expect(made.writes).toBeGreaterThan(1);
    expect(keysIn(world, "step/now/")).toHaveLength(17);
  });

  it("refuses a change, and removes nothing, if what must stay leaves no room for it", () => {
    const world = newWorld();
    for (const n of many(490)) put(world, asked(`req_${padded(n)}`, "open"));
    put(world, run("old", "failed", "failed"));
    const before = world.entries;
    expect(
      put(world, Object.fromEntries(many(20).map((n) => [`step/now/s${n}`, { state: "started" }]))),
    ).toMatchObject({
      outcome: "full",
      limit: "channelKeys",
    });
    expect(world.entries).toBe(before);
  });

  it("keeps the candidates of open questions, and removes those that nobody can choose any more", () => {
    const world = newWorld();
    const proposed = (thread: string, round: number, by: string) => ({
      [`candidate/${thread}/${round}/${by}/a`]: { thread, round, by, id: "a" },
    });
    put(world, {
      ...proposed("t", 1, "nova"),
      ...proposed("t", 2, "nova"),
      ...proposed("u", 1, "nova"),
      ...proposed("v", 1, "req_0000closed"),
      ...proposed("w", 1, "req_000000open"),
      ...asked("req_000000000t", "open", { round: 2 }),
      ...asked("req_000000open", "open", { thread: "w", candidates: ["a"] }),
      ...asked("req_0000closed", "relayed", { thread: "v" }),
    });
    for (const n of many(60)) put(world, run(`ended-${n}`, "failed", "failed"));
    expect(keysIn(world, "candidate/").sort()).toEqual([
      "candidate/t/2/nova/a",
      "candidate/u/1/nova/a",
      "candidate/w/1/req_000000open/a",
    ]);
    expect(keysIn(world, "request/").sort()).toEqual(["request/req_000000000t", "request/req_000000open"]);
  });

  it("replaces old followers by new ones, except those whom a question waits for", () => {
    const world = newWorld();
    const follow = (who: Principal, state: string) =>
      make(world, {
        ...proposing(
          Object.entries(asked(`req_${padded(who.slice(5))}`, state, { assignees: [who] })).map(
            ([key, value]) => propose(key, value, version(1), now),
          ),
        ),
        members: { followers: [who] },
      });
    follow("user/first", "open");
    for (const n of many(100)) follow(`user/u${n}`, "relayed");
    expect(world.head?.followers).toHaveLength(limits.followers);
    expect(world.head?.followers).toContain("user/first");
    expect(world.head?.followers).toContain("user/u99");
    expect(world.head?.followers).not.toContain("user/u0");
  });
});

describe("an inbox that has no room for a question", () => {
  it("removes expired receipts, then those with a final status", () => {
    const world = newWorld();
    const receipt = (n: number, status: string, at: number) =>
      put(world, { [`receipt/r${n}`]: { replyId: `r${n}`, status, at } }, inbox, at);
    receipt(0, "accepted", now - hours(1));
    for (const n of many(300)) receipt(n + 1, "relayed", now - hours(1));
    for (const n of many(40)) receipt(n + 1000, "relayed", now - receiptMs);
    for (const n of many(250))
      expect(
        put(world, { [`request/req_${padded(n)}`]: { requestId: `req_${padded(n)}` } }, inbox).outcome,
      ).toBe("taken");
    expect(keysIn(world, "receipt/r10")).not.toContain("receipt/r1000");
    expect(keysIn(world, "receipt/")).toContain("receipt/r0");
    expect(keysIn(world, "request/")).toHaveLength(250);
  });
});

const step = fc.record({
  kind: fc.constantFrom("run", "run", "end", "ask", "close", "propose", "again"),
  n: fc.nat({ max: 400 }),
  size: fc.constantFrom(10, 300, 3000),
});

it("stays within its limits and shows everything that is open or runs, whatever happened before", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 200, maxLength: 300 }), (happenings) => {
      const world = newWorld();
      const open = new Set<string>();
      let rev = 1;
      const change = (values: Readonly<Record<string, unknown>>) =>
        make(
          world,
          proposing(Object.entries(values).map(([key, value]) => propose(key, value, version(rev), now))),
        );
      for (const { kind, n, size } of happenings) {
        const data = "x".repeat(size);
        const before = live(world);
        const values: Readonly<Record<string, unknown>> =
          kind === "run"
            ? { ...run(`r${n}`, "running", "started", 5), [`step/r${n}/large`]: { state: "succeeded", data } }
            : kind === "end"
              ? run(`r${n}`, "failed", "failed", 5)
              : kind === "propose"
                ? {
                    [`candidate/t${n}/1/nova/a`]: {
                      thread: `t${n}`,
                      round: 1,
                      by: "nova",
                      id: "a",
                      title: data,
                    },
                  }
                : asked(`req_${padded(n % 40)}`, kind === "close" ? "relayed" : "open", {
                    thread: `t${n % 40}`,
                    prompt: data,
                  });
        if (kind !== "again") rev++;
        if (kind === "ask") open.add(`request/req_${padded(n % 40)}`);
        if (kind === "close") open.delete(`request/req_${padded(n % 40)}`);
        if (kind === "again") {
          const entry = before[n % Math.max(1, before.length)];
          if (!entry) continue;
          const same = make(world, proposing([propose(entry.key, entry.value, entry.version, entry.at)]));
          expect(same).toMatchObject({ outcome: "taken", writes: 0 });
          continue;
        }
        expect(change(values).outcome).toBe("taken");
        const { keys, bytes } = world.head!.channels.work!;
        expect(keys).toBe(live(world).length);
        expect(keys).toBeLessThanOrEqual(limits.channelKeys);
        expect(bytes).toBeLessThanOrEqual(limits.channelBytes);
        for (const key of Object.keys(values)) expect(world.entries.get(key)?.value).toEqual(values[key]);
        expect(keysIn(world, "request/")).toEqual(expect.arrayContaining([...open]));
        const gone = before.filter((entry) => world.entries.get(entry.key)?.value === null);
        const ended = (entry: Entry) =>
          entry.key.startsWith("execution/") && (entry.value as { state: string }).state === "failed";
        const last = Math.max(0, ...gone.filter(ended).map(({ offsets }) => offsets.work!));
        const oldest = Math.min(
          ...live(world)
            .filter((entry) => ended(entry) && !(entry.key in values))
            .map(({ offsets }) => offsets.work!),
        );
        expect(last).toBeLessThan(oldest);
      }
    }),
    { numRuns: 8 },
  );
});
