import type { StepState } from "@callboard/protocol";
import { expect, it } from "vitest";
import { memoryStage, viewer } from "../testing/memory-stage.ts";

const watch = "watch:video/v_1";
const at = Date.UTC(2026, 0, 1);

it.each<[StepState, readonly [StepState, number][]]>([
  // The events in their order of arrival, each with its seconds after the first report of its step was put.
  [
    "succeeded",
    [
      ["succeeded", 5],
      ["started", 0],
    ],
  ],
  [
    "running",
    [
      ["running", 5],
      ["started", 0],
      ["running", 2],
    ],
  ],
  [
    "failed",
    [
      ["failed", 5],
      ["started", 0],
      ["failed", 5],
    ],
  ],
])("shows when a step that %s began, also from a late report", async (state, sent) => {
  const stage = memoryStage();
  const guest = stage.client("guest", viewer);
  await guest.follow(watch);
  for (const [told, second] of sent)
    await stage.report({ step: "probe", state: told, at: at + second * 1000 });
  expect(guest.values(watch)).toMatchObject({
    "step/post-processing:e1/probe": { state, startedAt: at, at: at + 5000 },
    "execution/post-processing:e1": { startedAt: at },
  });
});
