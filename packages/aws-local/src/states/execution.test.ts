import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { memoryJournal } from "../journal/journal.ts";
import { Execution } from "./execution.ts";
import { Cancelled } from "./failure.ts";
import { ROOT } from "./projection.ts";

const start = {
  executionArn: "arn:aws:states:us-east-1:000000000000:execution:machine:one",
  name: "one",
  stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
  stateMachineName: "machine",
  roleArn: "arn:aws:iam::000000000000:role/test",
  definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
  machineUpdatedAt: 0,
  input: "{}",
  startedAt: 0,
};

it("writes nothing more after a write has failed, so that its journal has no gap", async () => {
  const written: unknown[] = [];
  let isFull = false;
  const journal = {
    ...memoryJournal(),
    append: async (record: unknown) => {
      if (isFull) throw new Error("the disk is full");
      written.push(record);
    },
  };
  const execution = Execution.start(start, journal, virtualClock());
  const root = execution.projection.flows.get(ROOT)!;
  await execution.commit();
  isFull = true;
  execution.write(root, "PassStateEntered", { name: "A", input: "{}" });
  await expect(execution.commit()).rejects.toThrow("the disk is full");
  isFull = false;
  expect(() => execution.write(root, "PassStateExited", { name: "A", output: "{}" })).toThrow(Cancelled);
  await expect(execution.commit()).rejects.toThrow("the disk is full");
  expect(written).toHaveLength(2);
});

it("lets nothing into the history after the end", () => {
  const execution = Execution.start(start, memoryJournal(), virtualClock());
  const root = execution.projection.flows.get(ROOT)!;
  execution.end("ABORTED", {}, 0);
  execution.end("FAILED", {}, 0);
  expect(() => execution.write(root, "PassStateEntered", { name: "A", input: "{}" })).toThrow(Cancelled);
  expect(execution.projection.history.map((event) => event.type)).toEqual([
    "ExecutionStarted",
    "ExecutionAborted",
  ]);
});
