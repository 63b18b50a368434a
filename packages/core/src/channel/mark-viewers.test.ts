import { type Channel, minutes, seconds } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { MAX_PROMPT_PER_MINUTE, type MarkPorts, markViewers, pacedMarks, perMinute } from "./mark-viewers.ts";

const watch: Channel = "watch:video/v_1";

/** Marks that wait until the test lets them be written, or fail. */
function stage() {
  let now = 0;
  const marked: number[] = [];
  const ends: { resolve(due?: number): void; reject(cause: Error): void }[] = [];
  const marks = pacedMarks(
    {
      mark: (_channel: Channel, at: number) => {
        marked.push(at);
        return new Promise<number>((resolve, reject) =>
          ends.push({ resolve: (due = at) => resolve(due), reject }),
        );
      },
    },
    { now: () => now },
  );
  return {
    marked,
    ends,
    mark: (at: number, by?: string) =>
      (marks.mark as (c: Channel, at: number, by?: string) => Promise<number>)(watch, at, by),
    pass(ms: number) {
      now += ms;
    },
  };
}

it("marks once for everybody who comes while the mark is being written, and all of them wait for it", async () => {
  const { marked, ends, mark } = stage();
  const settled: string[] = [];
  const all = Array.from({ length: 3 * MAX_PROMPT_PER_MINUTE }, (_, n) =>
    mark(3000 + n, "vic").then(() => settled.push("marked")),
  );
  await Promise.resolve();
  expect([marked, settled]).toEqual([[3000], []]);
  ends[0]!.resolve();
  await Promise.all(all);
  await mark(3000, "ana");
  expect(marked).toEqual([3000]);
});

it("fails for all of them, and the next one marks again", async () => {
  const { marked, ends, mark } = stage();
  const all = [mark(3000), mark(4000), mark(5000)];
  ends[0]!.reject(new Error("full"));
  for (const one of all) await expect(one).rejects.toThrow("full");
  const next = mark(6000);
  ends[1]!.resolve();
  await next;
  expect(marked).toEqual([3000, 6000]);
});

it("is marked again for an earlier time, and keeps that mark when the other one fails", async () => {
  const { marked, ends, mark } = stage();
  const late = mark(60_000);
  const soon = mark(3000);
  ends[1]!.resolve();
  await soon;
  ends[0]!.reject(new Error("full"));
  await expect(late).rejects.toThrow("full");
  await mark(3000);
  expect(marked).toEqual([60_000, 3000]);
});

it("is marked again once its time is reached", async () => {
  const { marked, ends, mark, pass } = stage();
  const first = mark(3000);
  ends[0]!.resolve();
  await first;
  pass(3000);
  void mark(6000);
  expect(marked).toEqual([3000, 6000]);
});

it("is marked again after the stored time, though a later one was requested", async () => {
  const { marked, ends, mark, pass } = stage();
  const left = mark(3000);
  // Another process had marked it before, or the count of an earlier mark has not begun.
  ends[0]!.resolve(1000);
  await left;
  await mark(4000);
  expect(marked).toEqual([3000]);
  pass(1000);
  void mark(4000);
  expect(marked).toEqual([3000, 4000]);
});

it("marks each channel separately", async () => {
  const marked: Channel[] = [];
  const marks = pacedMarks(
    {
      mark: async (channel: Channel, at: number) => {
        marked.push(channel);
        return at;
      },
    },
    { now: () => 0 },
  );
  for (const channel of [watch, "watch:video/v_2", watch] as const) await marks.mark(channel, 3000);
  expect(marked).toEqual([watch, "watch:video/v_2"]);
});

/** Marks that are written immediately, for channels that differ only by a number. */
function immediate() {
  let now = minutes(10);
  const at: number[] = [];
  const marks = pacedMarks(
    {
      mark: async (_channel: Channel, time: number) => {
        at.push(time - now);
        return time;
      },
    },
    { now: () => now },
  );
  return {
    at,
    come: (n: number, by: string | undefined, inMs = 3000) =>
      void (marks.mark as (c: Channel, at: number, by?: string) => Promise<number>)(
        `watch:video/v_${n}`,
        now + inMs,
        by,
      ),
    pass(ms: number) {
      now += ms;
    },
  };
}

it("remembers ten thousand marks, so that a process stays small", () => {
  const { at, come } = immediate();
  for (let n = 0; n < 10_000; n++) come(n, undefined);
  come(0, undefined);
  expect(at).toHaveLength(10_000);
  come(10_000, undefined);
  come(0, undefined);
  expect(at).toHaveLength(10_002);
});

it("delays no mark that nobody caused", () => {
  const { at, come } = immediate();
  for (let n = 0; n <= MAX_PROMPT_PER_MINUTE; n++) come(n, undefined);
  expect(at.at(-1)).toBe(3000);
});

describe("a person who comes and goes all the time", () => {
  it("may come to a channel that is marked already as often as they like", () => {
    const { at, come } = immediate();
    for (let n = 0; n <= MAX_PROMPT_PER_MINUTE; n++) come(1, "vic");
    come(2, "vic");
    expect(at).toEqual([3000, 3000]);
  });

  it("has a hundred channels a minute counted soon, and the others four minutes later", () => {
    const { at, come, pass } = immediate();
    for (let n = 0; n <= MAX_PROMPT_PER_MINUTE; n++) come(n, "vic");
    expect(at.slice(-2)).toEqual([3000, minutes(4)]);
    come(1000, "ana");
    come(1001, "vic", minutes(5));
    expect(at.slice(-2)).toEqual([3000, minutes(5)]);
    pass(minutes(1));
    come(1002, "vic");
    expect(at.at(-1)).toBe(3000);
  });

  it("is counted apart from others, in each minute", () => {
    let now = minutes(10);
    const isPrompt = perMinute(2, { now: () => now });
    expect([isPrompt("a"), isPrompt("a"), isPrompt("b"), isPrompt("a")]).toEqual([true, true, true, false]);
    now += minutes(1) - 1;
    expect(isPrompt("a")).toBe(false);
    now += 1;
    expect([isPrompt("a"), isPrompt("a"), isPrompt("a")]).toEqual([true, true, false]);
  });
});

describe("a change of viewers", () => {
  /** When viewers of a channel are counted after a change, in milliseconds; and who caused it. */
  async function marked(channel: Channel, options?: Parameters<typeof markViewers>[2], fails = false) {
    const marks: unknown[] = [];
    const warnings: string[] = [];
    const ports: MarkPorts = {
      clock: { now: () => 5, wait: async () => {} },
      log: { info() {}, metric() {}, warn: (text) => void warnings.push(text) },
      audiences: {
        async mark(of, at, by) {
          if (fails) throw new Error("throttled");
          marks.push([of, at - 5, by]);
        },
      },
    };
    await markViewers(ports, channel, options);
    return { marks, warnings };
  }

  it("is counted after three seconds, or one for each partition of the transport, a minute at most", async () => {
    const after = async (hint?: number) => (await marked(watch, hint === undefined ? {} : { hint })).marks;
    expect(await after()).toEqual([[watch, seconds(3), undefined]]);
    expect(await after(3)).toEqual([[watch, seconds(3), undefined]]);
    expect(await after(10)).toEqual([[watch, seconds(10), undefined]]);
    expect(await after(61)).toEqual([[watch, seconds(60), undefined]]);
  });

  it("is counted as soon as somebody wants it, and in whose name", async () => {
    const { marks, warnings } = await marked(watch, { withinMs: 7, by: "vic" });
    expect([marks, warnings]).toEqual([[[watch, 7, "vic"]], []]);
  });

  it("is counted only in channels of viewers", async () => {
    for (const channel of ["work:video/v_1", "inbox:user/ana", "list:video"] as const)
      expect((await marked(channel)).marks).toEqual([]);
  });

  it("makes no caller fail when it cannot be marked: the next heartbeat marks it", async () => {
    const { warnings } = await marked(watch, {}, true);
    expect(warnings).toEqual(["viewers were not marked to be counted; the next heartbeat does it"]);
  });
});
