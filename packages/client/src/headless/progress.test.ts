import { expect, it } from "vitest";
import { itemsOf } from "../testing/items.ts";
import type { Items } from "./items.ts";
import { progressOf, type RunProgress, unreadProgress } from "./progress.ts";

const step = (step: string, more: object = {}, execution = "run1") => ({
  [`step/${execution}/${step}`]: {
    execution,
    step,
    state: "succeeded",
    attempt: 1,
    startedAt: 10,
    at: 20,
    ...more,
  },
});
const execution = (more: object = {}, execution = "run1") => ({
  [`execution/${execution}`]: { execution, state: "running", startedAt: 5, ...more },
});
const expected = ["probe", "models", "finish"];

/** The one run that is shown. */
function only(...given: Parameters<typeof progressOf>): RunProgress {
  const [run, ...others] = progressOf(...given);
  expect(others).toEqual([]);
  return run!;
}

it("lists every expected step before anything was reported", () => {
  const { run, execution, steps } = only(itemsOf({}), expected);
  expect([run, execution]).toEqual([undefined, undefined]);
  expect(steps.map((row) => [row.step, row.state])).toEqual([
    ["probe", "to_come"],
    ["models", "to_come"],
    ["finish", "to_come"],
  ]);
});

it("shows percent, message and data of a step as reported", () => {
  const items = itemsOf({
    ...execution(),
    ...step("probe", { state: "running", percent: 40, message: "Reading", data: { compute: "ecs" } }),
  });
  expect(only(items, expected).steps[0]).toMatchObject({
    step: "probe",
    state: "running",
    percent: 40,
    message: "Reading",
    data: { compute: "ecs" },
  });
});

it("puts a step that it does not know after the one that it followed", () => {
  const items = itemsOf({
    ...execution(),
    ...step("watermark-all", { startedAt: 15 }),
    ...step("probe", { startedAt: 10 }),
    ...step("models", { startedAt: 30 }),
  });
  expect(only(items, expected).steps.map((row) => row.step)).toEqual([
    "probe",
    "watermark-all",
    "models",
    "finish",
  ]);
});

it("keeps a repeated step in its place", () => {
  const items = itemsOf({
    ...execution(),
    ...step("finish", { startedAt: 40 }),
    ...step("models", { startedAt: 90, attempt: 2 }),
  });
  expect(only(items, expected).steps.map((row) => row.step)).toEqual(expected);
});

const shown = (items: Items, of: readonly string[] = []) =>
  progressOf(items, of).map(({ run, execution, steps }) => [
    run,
    execution?.state,
    steps.map((row) => `${row.step} ${row.state}`).join(),
  ]);

it("shows a running parent although its child of the same name has failed", () => {
  const items = itemsOf({
    ...execution({ startedAt: 5 }, "parent:order-1"),
    ...step("validate", { state: "started", at: 5 }, "parent:order-1"),
    ...execution({ startedAt: 50, state: "failed", endedAt: 60 }, "child:order-1"),
    ...step("validate", { state: "failed", startedAt: 50, at: 55 }, "child:order-1"),
  });
  expect(shown(items)).toEqual([
    ["parent:order-1", "running", "validate started"],
    ["child:order-1", "failed", "validate failed"],
  ]);
});

it("shows all runs under way, the first to start first, and the last ended one", () => {
  const items = itemsOf({
    ...execution({ startedAt: 30 }, "m:c"),
    ...execution({ startedAt: 1, state: "failed", endedAt: 10 }, "m:a"),
    ...execution({ startedAt: 2, state: "succeeded", endedAt: 11 }, "m:b"),
    ...execution({ startedAt: 20 }, "n:c"),
    ...step("probe", { state: "succeeded" }, "-"),
  });
  expect(shown(items).map(([run, state]) => [run, state])).toEqual([
    ["n:c", "running"],
    ["m:c", "running"],
    ["-", undefined],
  ]);
});

it("shows five of the runs without a reported end, those with the latest reports", () => {
  const items = itemsOf(
    Object.assign(
      {},
      ...Array.from({ length: 8 }, (_, n) => execution({ startedAt: n }, `m:${n}`)),
      step("probe", { at: 100 }, "m:0"),
    ),
  );
  expect(shown(items).map(([run]) => run)).toEqual(["m:0", "m:4", "m:5", "m:6", "m:7"]);
});

it("expects the known steps only of a run that has some of them", () => {
  const items = itemsOf({
    ...execution(),
    ...step("probe"),
    ...execution({ startedAt: 20 }, "other:run1"),
    ...step("resize", { state: "running", startedAt: 20 }, "other:run1"),
  });
  expect(shown(items, expected)).toEqual([
    ["run1", "running", "probe succeeded,models to_come,finish to_come"],
    ["other:run1", "running", "resize running"],
  ]);
});

it("shows steps after a failure as not reached, and drops them after a success", () => {
  const failed = itemsOf({ ...execution({ state: "failed" }), ...step("probe", { state: "failed" }) });
  expect(only(failed, expected).steps.map((row) => row.state)).toEqual([
    "failed",
    "not_reached",
    "not_reached",
  ]);
  const done = itemsOf({ ...execution({ state: "succeeded" }), ...step("probe") });
  expect(only(done, expected).steps.map((row) => row.step)).toEqual(["probe"]);
});

it("leaves out what is not a step", () => {
  const items = itemsOf({ "step/run1/probe": "nonsense", ...step("models") });
  expect(only(items).steps.map((row) => row.step)).toEqual(["models"]);
  expect(unreadProgress(items)).toEqual(["step/run1/probe"]);
});
