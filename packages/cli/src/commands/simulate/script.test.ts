import { producerOf } from "@callboard/functions";
import type { BusEvent } from "@callboard/protocol";
import { expect, it } from "vitest";
import { kinds } from "./expected-change.ts";
import { type Plan, readPlan } from "./plan.ts";
import { type Moment, type ScriptedEvent, writeScript } from "./script.ts";

const plan: Plan = { channels: 3, viewers: 10, minutes: 5, pace: 1, seed: 7, run: "r1" };

const eventsOf = (script: readonly Moment[]) =>
  script.flatMap(({ happens, ms }) => (happens.what === "event" ? [{ ...happens, ms }] : []));

it("writes the same broadcasts for the same seed, and others for another seed", () => {
  expect(writeScript(plan)).toEqual(writeScript(plan));
  expect(writeScript({ ...plan, seed: 8 })).not.toEqual(writeScript(plan));
});

it.each([0.5, 1, 5, 60])("completes every broadcast within %d minutes, in whole seconds", (minutes) => {
  const script = writeScript({ ...plan, minutes });
  expect(script.every(({ ms }) => Number.isInteger(ms / 1000) && ms <= minutes * 60_000)).toBe(true);
  expect(script).toEqual([...script].sort((a, b) => a.ms - b.ms));
  const videos = new Set(script.map(({ video }) => video));
  expect(videos.size).toBeGreaterThanOrEqual(plan.channels);
  for (const video of videos) {
    const own = script.filter((moment) => moment.video === video);
    expect(own.filter(({ happens }) => happens.what === "question")).toHaveLength(1);
    const types = eventsOf(own).map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(["IVS Recording State Change", "VideoStatusUpdated"]);
  }
});

it("counts the views of a channel each 15 seconds while it is live, and at no other time", () => {
  for (const video of new Set(writeScript(plan).map(({ video }) => video))) {
    const own = eventsOf(writeScript(plan).filter((moment) => moment.video === video));
    const [begins, ends] = own.filter(({ source }) => source === "aws.ivs").map(({ ms }) => ms) as [
      number,
      number,
    ];
    const views = own.filter(({ type }) => type === "ViewCountUpdated").map(({ ms }) => ms);
    expect(views).toEqual(
      Array.from(
        { length: Math.ceil((ends - begins - 1000) / 15_000) },
        (_, n) => begins + 1000 + 15_000 * n,
      ),
    );
  }
});

it("makes the optional plugin fail sometimes, and publishes the video nevertheless", () => {
  const script = eventsOf(writeScript({ ...plan, channels: 50, minutes: 5 }));
  const count = (type: string) => script.filter((event) => event.type === type).length;
  expect(count("Plugin failed")).toBeGreaterThan(0);
  expect(count("Plugin failed")).toBeLessThan(count("VideoStatusUpdated") / 2);
  expect(count("LifeCycleComplete")).toBe(count("VideoStatusUpdated"));
});

it("puts only events that Callboard accepts from ServerlessVideo, and lists each change that follows", () => {
  const script = eventsOf(writeScript(plan));
  const begun = new Map<string, string>();
  for (const event of script.filter(({ bus }) => bus === "default")) {
    const told = toldOf(event);
    const expected = event.changes.map(({ subject, track }) => `${subject} ${track}`);
    const seen = told.flatMap((one) => {
      switch (one.type) {
        case "Progress Reported":
          return [`${one.detail.subject} step/${one.detail.step}`];
        case "Facts Set":
          return one.detail.facts.map(({ name }) => `${one.detail.subject} fact/${name}`);
        case "Pair Told": {
          const { key, begun: half, ended } = one.detail;
          if (half) begun.set(key, `${half.subject} step/${half.step}`);
          return ended ? [begun.get(key)] : [];
        }
      }
      return ["something else"];
    });
    expect(seen.sort()).toEqual(expected.sort());
  }
  expect(new Set(script.flatMap(({ changes }) => changes.map(({ kind }) => kind)))).toEqual(
    new Set(kinds.filter((kind) => !["question", "answer", "receipt"].includes(kind))),
  );
});

function toldOf({ source, type, resources, detail }: ScriptedEvent) {
  const time = "2026-01-01T00:00:00Z";
  const event = {
    id: "e",
    source,
    "detail-type": type,
    time,
    resources: [...resources],
    detail,
  } as unknown as BusEvent;
  return producerOf(event)!.translate(event);
}

it.each([
  [{ channels: "0" }, "--channels must be a whole number from 1 to 200"],
  [{ channels: "1.5" }, "--channels must be a whole number from 1 to 200"],
  [{ viewers: "5001" }, "--viewers must be a whole number from 1 to 5000"],
  [{ viewers: "1e3" }, "--viewers must be a whole number from 1 to 5000"],
  [{ minutes: "0.4" }, "--minutes must be a number from 0.5 to 60"],
  [{ minutes: "-1" }, "--minutes must be a number from 0.5 to 60"],
  [{ minutes: "NaN" }, "--minutes must be a number from 0.5 to 60"],
  [{ pace: "0" }, "--pace must be a number from 1 to 60"],
  [{ pace: "" }, "--pace must be a number from 1 to 60"],
  [{ seed: "Infinity" }, "--seed must be a whole number from 0 to 999999999"],
])("refuses %j with the option's name", (options, misuse) => {
  expect(readPlan(options, "r1")).toEqual({ misuse });
});

it("uses 50 channels, 2,000 viewers and 5 minutes by default", () => {
  expect(readPlan({}, "r1")).toEqual({
    channels: 50,
    viewers: 2000,
    minutes: 5,
    pace: 1,
    seed: 1,
    run: "r1",
  });
  expect(readPlan({ minutes: "0.5", pace: "20" }, "r1")).toMatchObject({ minutes: 0.5, pace: 20 });
});
