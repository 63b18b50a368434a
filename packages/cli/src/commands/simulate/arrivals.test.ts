import { expect, it } from "vitest";
import { createArrivals } from "./arrivals.ts";
import { ASKED, CLOSED, trackOf } from "./expected-change.ts";
import { rankAt } from "./script.ts";
import { countsOf, loadOf, spread } from "./statistics.ts";

const nothing = new Set<string>();
const video = "watch:video/v_1";
const step = (state: string, at: number) => ({ key: "step/run:1/mp4", value: { state, at } });
const views = (at: number) => ({ key: "fact/views", value: { value: 7, at } });
const mp4 = (at: number, final = false) =>
  ({ kind: "step", track: trackOf.step("mp4"), rank: rankAt(at, final) }) as const;

/** Arrivals on a clock that a test advances. */
function watched() {
  let now = 0;
  const arrivals = createArrivals(() => now);
  return {
    arrivals,
    after(ms: number) {
      now += ms;
    },
    count: (kind: "step" | "views" | "question" | "answer" | "receipt") => countsOf(arrivals.counts())[kind],
  };
}

it("counts a change for each follower, with its delay", () => {
  const { arrivals, after, count } = watched();
  const [ana, ben] = [arrivals.follow(video), arrivals.follow(video)];
  for (const follower of [ana, ben]) follower.caughtUp(nothing);
  arrivals.put(video, mp4(1000));
  after(20);
  ana.see([step("started", 1000)]);
  expect(arrivals.missing()).toBe(1);
  after(30);
  ben.see([step("started", 1000)]);
  expect(arrivals.missing()).toBe(0);
  expect(count("step")).toEqual({ put: 1, reached: 2, lost: 0, timed: 2, p50: 20, p99: 50, max: 50 });
});

it("counts a change that a follower never saw as lost, and ignores older values", () => {
  const { arrivals, count } = watched();
  const follower = arrivals.follow(video);
  follower.caughtUp(nothing);
  arrivals.put(video, mp4(1000));
  arrivals.put(video, mp4(3000, true));
  follower.see([step("started", 1000), step("started", 1000), step("running", 9000)]);
  expect(count("step")).toMatchObject({ put: 2, reached: 1, lost: 1 });
});

it("counts a change that was pushed together with a later one as seen", () => {
  const { arrivals, count } = watched();
  const follower = arrivals.follow(video);
  follower.caughtUp(nothing);
  for (const at of [1000, 2000, 3000])
    arrivals.put(video, { kind: "views", track: trackOf.fact("views"), rank: rankAt(at, false) });
  follower.see([views(3000)]);
  expect(count("views")).toMatchObject({ put: 3, reached: 3, lost: 0 });
});

it("measures no delay for a change from before the follower was caught up", () => {
  const { arrivals, after, count } = watched();
  arrivals.put(video, mp4(1000));
  const follower = arrivals.follow(video);
  after(500);
  follower.see([step("started", 1000)]);
  follower.caughtUp(nothing);
  expect(count("step")).toMatchObject({ reached: 1, lost: 0, timed: 0 });
});

it("recognizes a question by the wait, its end by the end of the wait, and its receipt once it is relayed", () => {
  const { arrivals, count } = watched();
  const inbox = "inbox:user/ana";
  const [viewer, creator] = [arrivals.follow(video), arrivals.follow(inbox)];
  arrivals.put(video, { kind: "question", track: trackOf.waiting, rank: ASKED });
  arrivals.put(inbox, { kind: "question", track: trackOf.request("video/v_1"), rank: ASKED });
  viewer.see([{ key: "waiting", value: { requests: {} } }]);
  creator.see([{ key: "request/req_1", value: { subject: "video/v_1" } }]);
  arrivals.put(video, { kind: "answer", track: trackOf.waiting, rank: CLOSED });
  arrivals.put(inbox, { kind: "receipt", track: trackOf.receipt("video/v_1"), rank: CLOSED });
  creator.see([{ key: "receipt/rpl_1", value: { subject: "video/v_1", status: "accepted" } }]);
  expect([count("question"), count("answer"), count("receipt")]).toMatchObject([
    { reached: 2, lost: 0 },
    { reached: 0, lost: 1 },
    { reached: 0, lost: 1 },
  ]);
  viewer.see([{ key: "waiting", value: null }]);
  creator.see([{ key: "receipt/rpl_1", value: { subject: "video/v_1", status: "relayed" } }]);
  expect(arrivals.missing()).toBe(0);
});

it("expects nothing of a question that was answered before a follower came, but expects an open one", () => {
  const { arrivals, count } = watched();
  arrivals.put(video, { kind: "question", track: trackOf.waiting, rank: ASKED });
  arrivals.put(video, { kind: "answer", track: trackOf.waiting, rank: CLOSED });
  arrivals.follow(video).caughtUp(nothing);
  expect([count("question"), count("answer")]).toMatchObject([
    { lost: 0, timed: 0 },
    { lost: 0, timed: 0 },
  ]);
  const other = "watch:video/v_2";
  arrivals.put(other, { kind: "question", track: trackOf.waiting, rank: ASKED });
  arrivals.follow(other).caughtUp(nothing);
  expect(count("question").lost).toBe(1);
});

it("computes the quantiles of no value, of one, and of a hundred", () => {
  expect(spread([])).toEqual({ p50: 0, p99: 0, max: 0 });
  expect(spread([3.4])).toEqual({ p50: 3, p99: 3, max: 3 });
  expect(spread(Array.from({ length: 100 }, (_, n) => 100 - n))).toEqual({ p50: 50, p99: 99, max: 100 });
});

it("gives the load of a process in cores, also after a restart, and none if it was measured once", () => {
  const at = (ms: number, cpuMs: number, mb: number) => ({ at: ms, cpuMs, memoryBytes: mb * 2 ** 20 });
  expect(loadOf([at(0, 100, 80), at(1000, 600, 120), at(2000, 1600, 90)])).toEqual({
    cores: 0.75,
    memoryMb: 120,
  });
  expect(loadOf([at(0, 9000, 80), at(1000, 9500, 80), at(2000, 100, 40), at(3000, 350, 40)])?.cores).toBe(
    0.25,
  );
  expect([loadOf([]), loadOf([at(0, 1, 1)])]).toEqual([undefined, undefined]);
});
