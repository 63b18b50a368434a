import { expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import { only, recorder, stage, until, waitForToken } from "../testing/states-stage.ts";
import { evolve, replay } from "./evolve.ts";
import { Execution, redriveRecord } from "./execution.ts";
import { type ExecutionSnapshot, redrivability } from "./redrive.ts";
import { readRecords, recordKey } from "./rows.ts";

const failed: ExecutionSnapshot = {
  status: "FAILED",
  startedAt: 0,
  stoppedAt: 0,
  redriveCount: 0,
  events: 24_998,
};

it("redrives while the history has room for the redrive, one more event and the end", () => {
  expect(redrivability(failed, 0)).toEqual({ redriveStatus: "REDRIVABLE" });
  expect(redrivability({ ...failed, events: 24_999 }, 0)).toEqual({
    redriveStatus: "NOT_REDRIVABLE",
    redriveStatusReason: "Execution history event limit exceeded",
  });
});

it("redrives nothing that was started a year ago, however recently it ended", () => {
  const year = 365 * 86_400_000;
  expect(redrivability({ ...failed, stoppedAt: year - 1 }, year - 1)).toMatchObject({
    redriveStatus: "REDRIVABLE",
  });
  expect(redrivability({ ...failed, stoppedAt: year - 1 }, year)).toMatchObject({
    redriveStatusReason: "Execution has exceeded the max execution time",
  });
});

it("refuses executions that run, succeeded, or ended more than 14 days ago, and says why", async () => {
  const ask = recorder();
  const { start, ended, operations, clock } = stage({ ask: ask.service });
  const running = await start(only(waitForToken()));
  const succeeded = await start(only({ Type: "Pass", End: true }));
  const failed = await start(only({ Type: "Fail" }));
  await ended(succeeded);
  await ended(failed);
  const redrive = (executionArn: string) => operations.RedriveExecution({ executionArn });
  const reasons = new Map([
    [running, "Execution is RUNNING and cannot be redriven"],
    [succeeded, "Execution is SUCCEEDED and cannot be redriven"],
    [failed, "Execution redrivable period exceeded"],
  ]);
  await clock.advance(14 * 86_400_000);
  expect(await operations.DescribeExecution({ executionArn: failed })).toMatchObject({
    redriveStatus: "REDRIVABLE",
  });
  await clock.advance(1);
  for (const [executionArn, reason] of reasons) {
    expect(await operations.DescribeExecution({ executionArn })).toMatchObject({
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: reason,
    });
    await expect(redrive(executionArn)).rejects.toMatchObject({
      code: "ExecutionNotRedrivable",
      message: reason,
    });
  }
  await expect(redrive(`${failed}-not`)).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
});

it("redrives an execution 1,000 times and no more", async () => {
  const store = memoryStore();
  const { start, ended, operations, clock } = stage({}, { store });
  const executionArn = await start(only({ Type: "Fail" }));
  await ended(executionArn);
  const projection = replay(readRecords(store, executionArn));
  for (let redrive = 0; redrive < 999; redrive++) {
    const record = redriveRecord(projection, clock.now(), undefined);
    const length = 1 + projection.history.length;
    await store.write([[recordKey(executionArn, length), record]]);
    evolve(projection, record);
    const execution = new Execution(projection, store, clock, length + 1);
    execution.end("FAILED", {}, length);
    await execution.commit();
  }
  expect(await operations.DescribeExecution({ executionArn })).toMatchObject({ redriveCount: 999 });
  await operations.RedriveExecution({ executionArn });
  await ended(executionArn);
  await expect(operations.RedriveExecution({ executionArn })).rejects.toMatchObject({
    code: "ExecutionNotRedrivable",
    message: "Execution redrive limit exceeded",
  });
});

it("answers a repeated client token as the first time, for 15 minutes and until ten newer ones", async () => {
  const { start, ended, operations, clock } = stage();
  const executionArn = await start(only({ Type: "Fail" }));
  const redrive = async (clientToken: string) => {
    await ended(executionArn);
    return (await operations.RedriveExecution({ executionArn, clientToken })).redriveDate;
  };
  const count = async () => (await operations.DescribeExecution({ executionArn })).redriveCount;
  const first = await redrive("one");
  await clock.advance(15 * 60_000 - 1);
  expect(await redrive("one")).toBe(first);
  expect(await count()).toBe(1);
  await clock.advance(1);
  expect(await redrive("one")).toBe(clock.now() / 1000);
  for (let nth = 0; nth < 9; nth++) await redrive(`more-${nth}`);
  await redrive("one");
  expect(await count()).toBe(11);
  await redrive("tenth");
  await redrive("one");
  expect(await count()).toBe(13);
});

it("redrives once when many requests come at the same moment", async () => {
  const ask = recorder();
  const { start, operations, clock } = stage({ ask: ask.service });
  const executionArn = await start(only(waitForToken({ TimeoutSeconds: 1 })));
  await clock.advance(1_000);
  const answers = await Promise.allSettled(
    ["a", "a", "b", undefined].map((clientToken) =>
      operations.RedriveExecution({ executionArn, ...(clientToken && { clientToken }) }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
  expect((await operations.DescribeExecution({ executionArn })).redriveCount).toBe(1);
  await until(() => ask.calls.length === 2 || undefined);
});
