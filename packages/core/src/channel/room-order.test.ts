import { limits } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Entry } from "../ports/index.ts";
import type { Channels } from "./counts.ts";
import { newMeta } from "./decide-change.ts";
import { type Crowded, makeRoom } from "./make-room.ts";

const now = Date.UTC(2026, 0, 2);
const asked = "req_0000000001";

/** By how many keys the channels are over their limit; negative: so many fit in. */
interface Over {
  readonly watch: number;
  readonly work: number;
}
const by = (over: number): Over => ({ watch: over, work: over });

const many = (n: number, key: string, value: object = {}) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`${key}${i}`, value]));

/** What is removed of these values, which changed in this order; `private` ones are shown to owners only. */
function room(values: Readonly<Record<string, unknown>>, over: Over, more: Partial<Crowded> = {}) {
  const entries = Object.entries(values).map(([key, value], n): Entry => {
    const offsets = key.startsWith("private/") ? { work: n + 1 } : { watch: n + 1, work: n + 1 };
    return { key, value, version: "1", at: now, offsets };
  });
  const filled = ({ watch, work }: Over): Channels => ({
    watch: { ...newMeta, keys: limits.channelKeys + watch },
    work: { ...newMeta, keys: limits.channelKeys + work },
  });
  const made = makeRoom({
    before: { watch: newMeta, work: newMeta },
    channels: filled(over),
    entries: new Map(entries.map((one) => [one.key, one])),
    own: new Set(),
    mustShow: false,
    most: { beside: 90, alone: 90 },
    now,
    ...more,
  });
  return made.outcome === "none" ? made.outcome : [made.outcome, ...made.gone.map(({ key }) => key)];
}

/** How many entries are removed. */
const count = (...args: Parameters<typeof room>) => room(...args).length - 1;

describe("finished parts", () => {
  it("are removed until a tenth of each channel is free that was over its limit", () => {
    const finished = many(80, "step/-/s", { state: "succeeded" });
    expect(count(finished, by(1))).toBe(51);
    expect(count(finished, { watch: 1, work: 10 })).toBe(60);
    expect(count(finished, { watch: 10, work: 1 })).toBe(60);
  });

  it("are not removed to free more of a channel that was within its limit", () => {
    expect(count(many(80, "private/p"), { watch: -20, work: 1 })).toBe(51);
  });
});

it("removes parts under way only as far as the change needs", () => {
  expect(count(many(80, "step/-/s", { state: "started" }), by(2))).toBe(2);
});

describe("an entry", () => {
  it("stays if no channel that shows it is over its limit", () => {
    expect(room({ "private/a": 1, "fact/b": 1 }, { watch: 1, work: -100 })).toEqual(["made", "fact/b"]);
  });

  it("is removed if one of several such channels shows it", () => {
    expect(room({ "private/a": 1, "fact/b": 1 }, { watch: 1, work: 2 })).toEqual([
      "made",
      "private/a",
      "fact/b",
    ]);
  });
});

it("makes room in one write as long as it removes no more than fit in beside the change", () => {
  const steps = many(9, "step/-/s", { state: "started" });
  const most = { beside: 2, alone: 4 };
  expect(room(steps, by(2), { most })).toEqual(["made", "step/-/s0", "step/-/s1"]);
  expect(room(steps, by(3), { most })).toEqual(["begun", "step/-/s0", "step/-/s1", "step/-/s2"]);
  expect(count(steps, by(6), { most })).toBe(4);
});

describe("what belongs to the change itself", () => {
  it("stays: the execution of its step", () => {
    const values = {
      "execution/run": { state: "running" },
      "step/run/a": { state: "started" },
      "execution/last": { state: "running" },
    };
    expect(room(values, by(1), { own: new Set(["step/run/a"]) })).toBe("none");
  });

  it("stays, except candidates of the question that it closes: before steps under way, after all else", () => {
    const values = {
      "step/-/s": { state: "started" },
      [`candidate/t/1/${asked}/a`]: { thread: "t", round: 1, by: asked },
      [`candidate/t/1/${asked}/b`]: { thread: "t", round: 1, by: asked },
      [`request/${asked}`]: { state: "relayed", thread: "t", round: 1 },
      "step/last/x": { state: "started" },
    };
    const [candidates, all] = [
      [`candidate/t/1/${asked}/a`, `candidate/t/1/${asked}/b`],
      { own: new Set([`request/${asked}`]), mustShow: true },
    ];
    const work = (over: number): Over => ({ watch: -100, work: over });
    expect(room(values, work(1), all)).toEqual(["made", "step/-/s"]);
    expect(room(values, work(2), all)).toEqual(["made", "step/-/s", ...candidates]);
    expect(room(values, work(4), all)).toEqual(["made", "step/-/s", ...candidates, "step/last/x"]);
    expect(room(values, work(4), { ...all, mustShow: false })).toBe("none");
    expect(room(values, work(5), all)).toBe("none");
  });
});
