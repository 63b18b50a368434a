import type { StepProgress } from "@callboard/client/headless";
import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { englishForTests } from "../testing/words.ts";
import { executionText, runName, spokenChanges } from "./progress.ts";

it.each([
  ["running", {}, "Under way since 14:30."],
  ["running", { redrive: 1 }, "Under way again, attempt 2."],
  ["succeeded", { endedAt: halfPastTwo }, "Finished at 14:30."],
  [
    "succeeded",
    { message: "Ended: its creator rejected the titles" },
    "Ended: its creator rejected the titles.",
  ],
  [
    "failed",
    { step: "transcribe", message: "The captions are empty" },
    "It failed in “Transcribe the speech”. The captions are empty.",
  ],
  ["timed_out", { step: "ask" }, "It took too long and was stopped in “Ask the creator”."],
  ["aborted", { endedAt: halfPastTwo }, "It was stopped by hand at 14:30."],
  ["aborted", { step: "ask", message: "It was stopped." }, "It was stopped by hand in “Ask the creator”."],
  ["timed_out", { message: "It took too long." }, "It took too long and was stopped."],
  ["failed", { message: "Something went wrong." }, "It failed."],
  ["aborted", { message: "Its creator left" }, "It was stopped by hand. Its creator left."],
] as const)("shows the state of a run that is %s", (state, more, text) => {
  const value = { execution: "run1", state, startedAt: halfPastTwo, ...more };
  expect(plain(executionText(value, halfPastTwo, englishForTests))).toBe(text);
});

it("announces changed states, not percentages", () => {
  const rows = (percent: number, state: StepProgress["state"]) =>
    [{ step: "probe", state, percent }] as unknown as StepProgress[];
  expect(spokenChanges(rows(10, "running"), rows(90, "running"), englishForTests)).toBe("");
  expect(spokenChanges(rows(10, "running"), rows(100, "succeeded"), englishForTests)).toBe(
    "Look at the file: done.",
  );
});

it("names a run by its state machine and its name", () => {
  expect([runName("order:7", englishForTests), runName("-", englishForTests)]).toEqual([
    "order · 7",
    "Other progress",
  ]);
});
