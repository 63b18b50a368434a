import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { openLmdb } from "../store/lmdb-store.ts";
import { type MemoryStore, memoryStore } from "../store/memory-store.ts";
import { entered, forkedStore, killedCopies } from "../testing/killed-copies.ts";
import { only, recorder, stage, task, until, waitForToken } from "../testing/states-stage.ts";
import { TaskFailure } from "./index.ts";
import type { ExecutionRecord } from "./records.ts";

/** A process that continues, at a given time, what a kill has left of another. */
async function takeUp(store: MemoryStore, now: number, services: Parameters<typeof stage>[0] = {}) {
  const next = stage(services, { store: store.fork(), clock: virtualClock(now) });
  await next.states.resume();
  return next;
}

it("keeps a wait for a token after a kill: same token, no second call, the remaining time", async () => {
  const store = memoryStore();
  const ask = recorder();
  const before = stage({ ask: ask.service }, { store });
  const execution = await before.start(only(waitForToken({ TimeoutSeconds: 100 })));
  const taskToken = await ask.token();
  await submitted(store);
  const again = recorder();
  const after = await takeUp(store, before.clock.now() + 60_000, { ask: again.service });
  await after.clock.advance(39_999);
  expect(await after.status(execution)).toBe("RUNNING");
  await after.operations.SendTaskSuccess({ taskToken, output: '"here"' });
  expect(await after.ended(execution)).toEqual({ status: "SUCCEEDED", output: "here" });
  expect(again.calls).toHaveLength(0);
});

it("times a wait out at the time that was set before the kill", async () => {
  const store = memoryStore();
  const ask = recorder();
  const before = stage({ ask: ask.service }, { store });
  const execution = await before.start(only(waitForToken({ TimeoutSeconds: 100 })));
  await ask.token();
  await submitted(store);
  const after = await takeUp(store, before.clock.now() + 60_000);
  await after.clock.advance(40_000);
  expect(await after.ended(execution)).toEqual({ status: "FAILED", error: "States.Timeout" });
});

it("does not call again for an answer that was acknowledged before the kill", async () => {
  const store = memoryStore();
  const ask = recorder();
  const before = stage({ ask: ask.service, work: () => new Promise(() => {}) }, { store });
  const execution = await before.start({
    StartAt: "Ask",
    States: { Ask: { ...waitForToken(), End: undefined, Next: "Work" }, Work: task("work") },
  });
  const taskToken = await ask.token();
  await before.operations.SendTaskSuccess({ taskToken, output: '"yes"' });
  const work = recorder((call) => call.arguments);
  const after = await takeUp(store, before.clock.now(), { work: work.service });
  expect(await after.ended(execution)).toEqual({ status: "SUCCEEDED", output: "yes" });
  await expect(after.operations.SendTaskSuccess({ taskToken, output: '"no"' })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
});

it("calls a running task again, and counts the retries before it", async () => {
  const store = memoryStore();
  const work = recorder((_, nth) => {
    if (nth === 1) throw new TaskFailure("Boom", "no");
    return new Promise(() => {});
  });
  const machine = only(task("work", { Retry: [{ ErrorEquals: ["Boom"], MaxAttempts: 1 }] }));
  const before = stage({ work: work.service }, { store });
  const execution = await before.start(machine, { a: 1 });
  await until(async () => {
    await before.clock.advance(1_000);
    return work.calls.length === 2 || undefined;
  });
  const again = recorder(() => {
    throw new TaskFailure("Boom", "again");
  });
  const after = await takeUp(store, before.clock.now(), { work: again.service });
  expect(await after.ended(execution)).toEqual({ status: "FAILED", error: "Boom", cause: "again" });
  expect(again.calls.map((call) => call.arguments)).toEqual([{ a: 1 }]);
});

it("waits after a kill only for the rest of a Wait and of a retry's delay", async () => {
  const store = memoryStore();
  const boom = () => {
    throw new TaskFailure("Boom", "no");
  };
  const before = stage({ work: boom }, { store });
  const waiting = await before.start(only({ Type: "Wait", Seconds: 100, End: true }));
  const Retry = [{ ErrorEquals: ["Boom"], IntervalSeconds: 100, MaxAttempts: 1 }];
  const retried = await before.start(only(task("work", { Retry })));
  await recorded(store, (record) => record.kind === "wait");
  await recorded(store, (record) => record.kind === "retry");
  const after = await takeUp(store, before.clock.now() + 60_000, { work: async () => "done" });
  await after.clock.advance(39_999);
  expect([await after.status(waiting), await after.status(retried)]).toEqual(["RUNNING", "RUNNING"]);
  await after.clock.advance(1);
  expect(await after.ended(waiting)).toMatchObject({ status: "SUCCEEDED" });
  expect(await after.ended(retried)).toMatchObject({ status: "SUCCEEDED", output: "done" });
});

it("remembers machines, ended executions and their histories", async () => {
  const store = memoryStore();
  const before = stage({}, { store });
  const execution = await before.start(only({ Type: "Pass", End: true }), { a: 1 }, "one");
  await before.ended(execution);
  const history = await before.history(execution);
  await before.states.close();
  const after = await takeUp(store, before.clock.now());
  expect(await after.ended(execution)).toEqual({ status: "SUCCEEDED", output: { a: 1 } });
  expect(await after.history(execution)).toEqual(history);
  const { stateMachines } = await after.operations.ListStateMachines({});
  expect(stateMachines.map((machine) => machine.name)).toEqual(["machine-1"]);
  const { executions } = await after.operations.ListExecutions({
    stateMachineArn: stateMachines[0]?.stateMachineArn,
  });
  expect(executions).toMatchObject([{ name: "one", status: "SUCCEEDED" }]);
});

it("continues from a data folder that was closed in the middle of a wait", async () => {
  const folder = await mkdtemp(join(tmpdir(), "states-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ask = recorder();
  const first = openLmdb(folder);
  const before = stage({ ask: ask.service }, { store: first });
  const execution = await before.start(only(waitForToken()));
  const taskToken = await ask.token();
  await before.states.close();
  await first.close();
  const second = openLmdb(folder);
  const again = recorder();
  const after = stage({ ask: again.service }, { store: second, clock: before.clock });
  await after.states.resume();
  await after.operations.SendTaskSuccess({ taskToken, output: "1" });
  expect(await after.ended(execution)).toEqual({ status: "SUCCEEDED", output: 1 });
  expect(again.calls).toHaveLength(0);
  await after.states.close();
  await second.close();
});

it("deletes what ended more than 90 days ago, and its name is free again", async () => {
  const store = memoryStore();
  const before = stage({}, { store });
  const machine = only({ Type: "Pass", End: true });
  const execution = await before.start(machine, {}, "one");
  await before.ended(execution);
  await before.states.close();
  const after = await takeUp(store, before.clock.now() + 91 * 86_400_000);
  await after.clock.advance(0);
  await expect(after.status(execution)).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
  expect(await after.start(machine, {}, "one")).toBe(execution);
});

const everything = {
  QueryLanguage: "JSONata",
  StartAt: "Set",
  States: {
    Set: { Type: "Pass", Assign: { factor: 10 }, Next: "Work" },
    Work: {
      ...task("flaky", { Retry: [{ ErrorEquals: ["Boom"], IntervalSeconds: 5 }] }),
      End: undefined,
      Next: "Both",
    },
    Both: {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Pause",
          States: { Pause: { Type: "Wait", Seconds: 30, Next: "Left" }, Left: task("echo") },
        },
        only(waitForToken()),
      ],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      MaxConcurrency: 1,
      Items: "{% [1, 2] %}",
      ItemProcessor: only({
        ...task("echo"),
        Output: "{% $states.result * $factor %}",
        Catch: [{ ErrorEquals: ["Never"], Next: "Only" }],
      }),
      Assign: { both: "{% $states.input %}" },
      Next: "Fails",
    },
    Fails: {
      Type: "Map",
      Items: [1],
      ItemProcessor: only({ Type: "Fail", Error: "Inside" }),
      Catch: [{ ErrorEquals: ["Inside"], Output: { each: "{% $states.input %}" }, Next: "Decide" }],
      Next: "Decide",
    },
    Decide: {
      Type: "Choice",
      Choices: [{ Condition: "{% $count($states.input.each) = 2 %}", Next: "Done" }],
      Default: "Wrong",
    },
    Wrong: { Type: "Fail" },
    Done: { Type: "Succeed", Output: { each: "{% $states.input.each %}", both: "{% $both %}" } },
  },
};

const outcome = { status: "SUCCEEDED", output: { each: [10, 20], both: ["worked", "answer"] } };

/** Runs everything in a directory to its end, and answers every token. */
async function finish(current: ReturnType<typeof stage>, execution: string, tokens: Set<string>) {
  return until(async () => {
    await current.clock.advance(1_000);
    for (const taskToken of tokens) {
      const sent = current.operations.SendTaskSuccess({ taskToken, output: '"answer"' });
      await sent.catch((cause: { code: string }) => expect(cause.code).toBe("TaskTimedOut"));
    }
    if ((await current.status(execution)) === "RUNNING") return undefined;
    return current.ended(execution);
  });
}

function services(tokens: Set<string>) {
  let tries = 0;
  return {
    flaky: async () => {
      if (tries++ === 0) throw new TaskFailure("Boom", "no");
      return "worked";
    },
    echo: async (call: { arguments: unknown }) => {
      await nextTurn();
      return call.arguments;
    },
    ask: async (call: { arguments: unknown }) => {
      tokens.add((call.arguments as { token: string }).token);
      await nextTurn();
      return {};
    },
  };
}

it("has the same result from every point at which it could have been killed", async () => {
  const { store, forks } = forkedStore();
  const tokens = new Set<string>();
  const first = stage(services(tokens), { store });
  const execution = await first.start(everything);
  expect(await finish(first, execution, tokens)).toEqual(outcome);
  const visits = entered(await first.history(execution));

  const copies = killedCopies(forks);
  for (const copy of copies) {
    const killed = `killed after ${copy.records.length} records`;
    const next = await takeUp(copy.store, copy.now, services(copy.tokens));
    expect(await finish(next, execution, copy.tokens), killed).toEqual(outcome);
    const history = await next.history(execution);
    expect(entered(history), killed).toEqual(visits);
    expect(history.map((event) => event.id)).toEqual(history.map((_, at) => at + 1));
    await next.states.close();
  }
  expect(copies.length).toBeGreaterThan(10);
});

/** Resolves when the disk has such a record. */
async function recorded(store: MemoryStore, is: (record: ExecutionRecord) => boolean): Promise<void> {
  await until(async () => {
    // Writes that may be lost come with the next commit.
    await store.write([]);
    const rows = [...store.list<ExecutionRecord>({ prefix: ["states", "execution"] })];
    return rows.some(([, record]) => is(record)) || undefined;
  });
}

function submitted(store: MemoryStore): Promise<void> {
  return recorded(store, (record) => record.kind === "event" && record.event.type === "TaskSubmitted");
}

it("continues nothing when it is closed before it is resumed", async () => {
  const store = memoryStore();
  const before = stage({ work: () => new Promise(() => {}) }, { store });
  await before.start(only(task("work")));
  await before.clock.advance(0);
  const work = recorder();
  const { states, clock } = stage({ work: work.service }, { store: store.fork() });
  await states.close();
  await states.resume();
  await clock.advance(60_000);
  expect(work.calls).toHaveLength(0);
});
