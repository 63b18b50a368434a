import { expect, it } from "vitest";
import { halfPastTwo, itemsOf, london } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { executionText, progressOf, spokenChanges } from "./progress.ts";

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

it("lists every expected step before anything was reported", () => {
  const { execution, steps } = progressOf(itemsOf({}), expected);
  expect(execution).toBeUndefined();
  expect(steps.map((row) => [row.step, row.state])).toEqual([
    ["probe", "to_come"],
    ["models", "to_come"],
    ["finish", "to_come"],
  ]);
});

it("shows percent, message and compute of a step as reported", () => {
  const items = itemsOf({
    ...execution(),
    ...step("probe", { state: "running", percent: 40, message: "Reading", data: { compute: "ecs" } }),
  });
  expect(progressOf(items, expected).steps[0]).toMatchObject({
    label: "Look at the file",
    state: "running",
    percent: 40,
    message: "Reading",
    compute: "Fargate",
  });
});

it("puts a step that it does not know after the one that it followed", () => {
  const items = itemsOf({
    ...execution(),
    ...step("watermark-all", { startedAt: 15 }),
    ...step("probe", { startedAt: 10 }),
    ...step("models", { startedAt: 30 }),
  });
  expect(progressOf(items, expected).steps.map((row) => row.label)).toEqual([
    "Look at the file",
    "Watermark all",
    "Ask the models for titles",
    "Finish",
  ]);
});

it("keeps a repeated step in its place", () => {
  const items = itemsOf({
    ...execution(),
    ...step("finish", { startedAt: 40 }),
    ...step("models", { startedAt: 90, attempt: 2 }),
  });
  expect(progressOf(items, expected).steps.map((row) => row.step)).toEqual(expected);
});

it("shows the latest run alone", () => {
  const items = itemsOf({
    ...execution({ state: "failed", endedAt: 9 }),
    ...step("probe", { state: "failed" }),
    ...execution({ startedAt: 50 }, "run2"),
    ...step("probe", { state: "running", startedAt: 51 }, "run2"),
  });
  const { execution: run, steps } = progressOf(items);
  expect(run?.execution).toBe("run2");
  expect(steps.map((row) => row.state)).toEqual(["running"]);
});

it("says of steps after a failure that they were not reached, and drops them after a success", () => {
  const failed = itemsOf({ ...execution({ state: "failed" }), ...step("probe", { state: "failed" }) });
  expect(progressOf(failed, expected).steps.map((row) => row.state)).toEqual([
    "failed",
    "not_reached",
    "not_reached",
  ]);
  const done = itemsOf({ ...execution({ state: "succeeded" }), ...step("probe") });
  expect(progressOf(done, expected).steps.map((row) => row.step)).toEqual(["probe"]);
});

it("leaves out what is no step at all", () => {
  const items = itemsOf({ "step/run1/probe": "nonsense", ...step("models") });
  expect(progressOf(items).steps.map((row) => row.step)).toEqual(["models"]);
});

it.each([
  ["running", {}, "Under way since 14:30."],
  ["running", { redrive: 1 }, "Under way again, try 2."],
  ["succeeded", { endedAt: halfPastTwo }, "Finished at 14:30."],
  [
    "succeeded",
    { message: "Ended: its creator rejected the titles" },
    "Ended: its creator rejected the titles.",
  ],
  [
    "failed",
    { step: "transcribe", message: "The captions are empty" },
    "It failed in “Write down what is said”. The captions are empty.",
  ],
  ["timed_out", { step: "ask" }, "It took too long and was stopped in “Ask the creator”."],
  ["aborted", { endedAt: halfPastTwo }, "It was stopped by hand at 14:30."],
] as const)("says how a run that is %s stands", (state, more, text) => {
  const value = { execution: "run1", state, startedAt: halfPastTwo, ...more };
  expect(plain(executionText(value, halfPastTwo, london))).toBe(text);
});

it("speaks of changed states and not of percents", () => {
  const rows = (percent: number, state: string) =>
    progressOf(itemsOf({ ...execution(), ...step("probe", { state, percent }) }), expected).steps;
  expect(spokenChanges(rows(10, "running"), rows(90, "running"))).toBe("");
  expect(spokenChanges(rows(10, "running"), rows(100, "succeeded"))).toBe("Look at the file: done.");
});
