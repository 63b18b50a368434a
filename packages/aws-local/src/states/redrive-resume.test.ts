import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { entered, forkedStore, type KilledCopy, killedCopies } from "../testing/killed-copies.ts";
import { only, recorder, stage, task, until, waitForToken } from "../testing/states-stage.ts";
import type { StatusChangeEvent } from "./index.ts";
import { TaskFailure } from "./index.ts";

type Services = Parameters<typeof stage>[0];

it("continues after a kill in the middle of a redriven wait, with the last token", async () => {
  const store = memoryStore();
  const ask = recorder();
  const before = stage({ ask: ask.service }, { store });
  const executionArn = await before.start(only(waitForToken({ TimeoutSeconds: 100 })));
  await before.clock.advance(100_000);
  expect(await before.ended(executionArn)).toMatchObject({ status: "FAILED" });
  await before.operations.RedriveExecution({ executionArn, clientToken: "once" });
  const [old, taskToken] = [await ask.token(1), await ask.token(2)];
  const now = before.clock.now() + 99_999;
  const after = stage({ ask: ask.service }, { store: store.fork(), clock: virtualClock(now) });
  await after.states.resume();
  expect(await after.operations.RedriveExecution({ executionArn, clientToken: "once" })).toEqual({
    redriveDate: before.clock.now() / 1000,
  });
  await expect(after.operations.SendTaskSuccess({ taskToken: old, output: "0" })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
  await after.operations.SendTaskSuccess({ taskToken, output: "1" });
  expect(await after.ended(executionArn)).toEqual({ status: "SUCCEEDED", output: 1 });
});

it("redrives executions that ended before the process started, from the disk", async () => {
  const store = memoryStore();
  const before = stage({}, { store });
  const executionArn = await before.start(only(task("work")));
  expect(await before.ended(executionArn)).toMatchObject({ status: "FAILED" });
  await before.states.close();
  const after = stage({ work: async () => "done" }, { store, clock: before.clock });
  await after.operations.RedriveExecution({ executionArn });
  expect(await after.ended(executionArn)).toEqual({ status: "SUCCEEDED", output: "done" });
  const history = await after.history(executionArn);
  expect(history.map((event) => event.id)).toEqual(history.map((_, at) => at + 1));
});

it("redrives before resume was called, though the end was never reported", async () => {
  const store = memoryStore();
  const before = stage({}, { store, onStatusChange: () => new Promise(() => {}) });
  const executionArn = await before.start(only({ Type: "Fail" }));
  await before.ended(executionArn);
  await before.states.close();
  const told: unknown[] = [];
  const tell = ({ detail }: StatusChangeEvent) => void told.push([detail.status, detail.redriveCount]);
  const after = stage({}, { store, clock: before.clock, onStatusChange: tell });
  await after.operations.RedriveExecution({ executionArn });
  await after.states.resume();
  await until(() => told.length === 4 || undefined);
  expect(told).toEqual([
    ["RUNNING", 0],
    ["FAILED", 0],
    ["RUNNING", 1],
    ["FAILED", 1],
  ]);
});

const everything = {
  QueryLanguage: "JSONata",
  StartAt: "Set",
  States: {
    Set: { Type: "Pass", Assign: { factor: 10 }, Next: "Both" },
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "Kept", States: { Kept: task("echo") } },
        only(waitForToken({ TimeoutSeconds: 20 })),
        only(task("fragile", { Retry: [{ ErrorEquals: ["Boom"], IntervalSeconds: 3, MaxAttempts: 1 }] })),
      ],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      MaxConcurrency: 2,
      Items: "{% [1, 2, 3] %}",
      ItemProcessor: only({ ...task("fragile"), Output: "{% $states.result * $factor %}" }),
      Output: { both: "{% $states.input %}", each: "{% $states.result %}" },
      End: true,
    },
  },
};

const outcome = {
  status: "SUCCEEDED",
  output: { both: [{}, "answer", {}], each: [10, 20, 30] },
};

/** Services of which one fails until it was called often enough. */
function services(tokens: Set<string>): { services: Services; echoed: () => number } {
  let fragile = 0;
  let echoed = 0;
  return {
    echoed: () => echoed,
    services: {
      fragile: async (call) => {
        fragile += 1;
        const isBroken = fragile <= 2 || fragile === 5;
        await nextTurn();
        if (isBroken) throw new TaskFailure("Boom", "not yet");
        return call.arguments;
      },
      echo: async (call) => {
        echoed += 1;
        await nextTurn();
        return call.arguments;
      },
      ask: async (call) => {
        tokens.add((call.arguments as { token: string }).token);
        await nextTurn();
        return {};
      },
    },
  };
}

/** Answers every token and redrives every other end, until success has come and was reported. */
async function finish(
  current: ReturnType<typeof stage>,
  executionArn: string,
  tokens: Set<string>,
  told: readonly StatusChangeEvent[],
) {
  await until(async () => {
    await current.clock.advance(1_000);
    const { status, redriveCount } = await current.operations.DescribeExecution({ executionArn });
    if (status === "SUCCEEDED") {
      return told.some(({ detail }) => detail.status === "SUCCEEDED") || undefined;
    }
    if (status !== "RUNNING") await current.operations.RedriveExecution({ executionArn });
    else if (redriveCount > 0) {
      for (const taskToken of tokens) {
        const sent = current.operations.SendTaskSuccess({ taskToken, output: '"answer"' });
        await sent.catch((cause: { code: string }) => expect(cause.code).toBe("TaskTimedOut"));
      }
    }
    return undefined;
  });
  return current.ended(executionArn);
}

/** The status changes to report of a history. */
function changesIn(history: readonly { readonly type: string }[]): string[] {
  const events = history.filter((event) => event.type.startsWith("Execution"));
  return events.map(({ type }, nth) => {
    const isBeginning = type === "ExecutionStarted" || type === "ExecutionRedriven";
    const status = isBeginning ? "RUNNING" : type.replace("Execution", "").toUpperCase();
    return `${status} ${Math.floor(nth / 2)}`;
  });
}

/** How many changes were known to be reported when a copy was made. */
const toldIn = ({ records, announced }: KilledCopy) =>
  announced ?? changesIn(records.flatMap((record) => (record.kind === "event" ? [record.event] : []))).length;

const changeOf = ({ detail }: StatusChangeEvent) => `${detail.status} ${detail.redriveCount}`;

it("has the same result from every point of its redrives at which it could have been killed", async () => {
  const { store, forks } = forkedStore();
  const tokens = new Set<string>();
  const told: StatusChangeEvent[] = [];
  const first = stage(services(tokens).services, {
    store,
    onStatusChange: (event) => void told.push(event),
  });
  const executionArn = await first.start(everything);
  expect(await finish(first, executionArn, tokens, told)).toEqual(outcome);
  const changes = ["RUNNING 0", "FAILED 0", "RUNNING 1", "FAILED 1", "RUNNING 2", "SUCCEEDED 2"];
  expect([...new Set(told.map(changeOf))]).toEqual(changes);
  const states = entered(await first.history(executionArn));

  // If everything has ended and was reported, nothing is left to do.
  const copies = killedCopies(forks).filter((copy) => toldIn(copy) < changes.length);
  for (const copy of copies) {
    const killed = `killed after ${copy.records.length} records`;
    const toldAfter: StatusChangeEvent[] = [];
    const next = stage(services(copy.tokens).services, {
      store: copy.store,
      clock: virtualClock(copy.now),
      onStatusChange: (event) => void toldAfter.push(event),
    });
    await next.states.resume();
    expect(await finish(next, executionArn, copy.tokens, toldAfter), killed).toEqual(outcome);
    const history = await next.history(executionArn);
    expect(history.map((event) => event.id)).toEqual(history.map((_, at) => at + 1));
    // A redrive does not enter a state again that had succeeded.
    expect(entered(history), killed).toEqual(states);
    // Reported at least once, in order, and not again if it is known to be reported.
    const toldBefore = toldIn(copy);
    expect([...new Set(toldAfter.map(changeOf))], killed).toEqual(changesIn(history).slice(toldBefore));
    await next.states.close();
  }
  expect(copies.length).toBeGreaterThan(20);
});
