import type { Channel } from "@callboard/protocol";
import { expect, it } from "vitest";
import { MAX_PROMPT_PER_MINUTE, pacedMarks } from "./mark-viewers.ts";

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

it("is marked again once its time has come", async () => {
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
