import { expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import { only, recorder, stage, task, until, waitForToken } from "../testing/states-stage.ts";
import { writtenWithTheNextAlone } from "../testing/watched-store.ts";

/** A stage that counts the commits between two moments. */
function counted(services: Parameters<typeof stage>[0], options: Parameters<typeof stage>[1] = {}) {
  writtenWithTheNextAlone();
  const store = memoryStore();
  const current = stage(services, { ...options, store });
  let before = 0;
  return {
    ...current,
    store,
    /** The commits since the last call, once nothing more can happen. */
    async commits() {
      await current.clock.advance(0);
      const count = store.commits() - before;
      before = store.commits();
      return count;
    },
  };
}

it("takes one commit from StartExecution to the call that issues a token, and one from the answer to the end", async () => {
  const ask = recorder();
  const machine = {
    QueryLanguage: "JSONata",
    StartAt: "Set",
    States: {
      Set: { Type: "Pass", Output: { n: "{% $sum([1..1000]) %}" }, Next: "Ask" },
      Ask: { ...waitForToken(), End: undefined, Next: "Decide" },
      Decide: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input = 'yes' %}", Next: "Done" }],
        Default: "Done",
      },
      Done: { Type: "Succeed" },
    },
  };
  const { start, commits, operations, status, types } = counted({ ask: ask.service });
  const executionArn = await start(machine);
  const taskToken = await ask.token();
  const makingTheMachine = 1;
  expect(await commits()).toBe(makingTheMachine + 1);
  await operations.SendTaskSuccess({ taskToken, output: '"yes"' });
  expect(await commits()).toBe(1);
  expect(await status(executionArn)).toBe("SUCCEEDED");
  // The mark that it was submitted came along with the answer.
  expect(await types(executionArn)).toContain("TaskSubmitted");
});

it("makes one more commit for each task, none to report a status, and one for a machine without tasks", async () => {
  const told: string[] = [];
  const { start, commits, ended } = counted(
    { work: async () => "done" },
    { onStatusChange: ({ detail }) => void told.push(detail.status) },
  );
  await ended(await start(only({ Type: "Pass", End: true })));
  expect(await commits()).toBe(2);
  await ended(
    await start({
      StartAt: "A",
      States: {
        A: { ...task("work"), End: undefined, Next: "B" },
        B: { ...task("work"), End: undefined, Next: "C" },
        C: task("work"),
      },
    }),
  );
  expect(await commits()).toBe(1 + 4);
  expect(told).toEqual(["RUNNING", "SUCCEEDED", "RUNNING", "SUCCEEDED"]);
});

it("does not show an execution that is not on the disk yet", async () => {
  const store = memoryStore();
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  let isHeld = false;
  const slow = {
    ...store,
    commit: async <T>(decide: Parameters<typeof store.commit<T>>[0]) => {
      if (isHeld) await held;
      return store.commit(decide);
    },
  };
  const ask = recorder();
  const { operations, start, clock, states } = stage({ ask: ask.service }, { store: slow });
  await start(only(waitForToken()));
  const taskToken = await ask.token();
  const { stateMachines } = await operations.ListStateMachines({});
  const [machine] = stateMachines;
  const { executions } = await operations.ListExecutions({ stateMachineArn: machine?.stateMachineArn });
  const executionArn = executions[0]!.executionArn;
  isHeld = true;
  const starting = operations.StartExecution({ stateMachineArn: machine?.stateMachineArn, name: "late" });
  const answering = operations.SendTaskSuccess({ taskToken, output: "1" });
  await clock.advance(60_000);
  expect(await operations.DescribeExecution({ executionArn })).toMatchObject({ status: "RUNNING" });
  await expect(
    operations.DescribeExecution({ executionArn: executionArn.replace(/[^:]+$/, "late") }),
  ).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
  expect(ask.calls).toHaveLength(1);
  release();
  await Promise.all([starting, answering]);
  expect(await operations.DescribeExecution({ executionArn })).toMatchObject({ status: "SUCCEEDED" });
  await until(() => ask.calls.length === 2 || undefined);
  await states.close();
});
