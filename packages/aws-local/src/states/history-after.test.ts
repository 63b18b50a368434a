import { expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import type { Store } from "../store/store.ts";
import { fragile, stage, task } from "../testing/states-stage.ts";

/** A store that counts the records that are read of it. */
function countingStore() {
  const store = memoryStore();
  let reads = 0;
  const counting: Store = {
    ...store,
    get: (key) => {
      reads++;
      return store.get(key);
    },
    *list(range) {
      for (const record of store.list(range)) {
        reads++;
        yield record as never;
      }
    },
  };
  return { counting, reads: () => reads };
}

/** An execution with waits and tries between its events, each of which has a record of its own. */
async function longExecution() {
  const { counting, reads } = countingStore();
  const { service } = fragile();
  const on = stage({ work: service }, { store: counting, random: () => 0 });
  const Retry = [{ ErrorEquals: ["Boom"], MaxAttempts: 20, BackoffRate: 1, IntervalSeconds: 1 }];
  const arn = await on.start({
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", Seconds: 5, Next: "Try" },
      Try: task("work", { Retry }),
    },
  });
  await on.clock.advance(60_000);
  expect((await on.ended(arn)).status).toBe("FAILED");
  return { ...on, arn, reads };
}

it("returns the events after each event, and reads almost nothing before it", async () => {
  const { states, arn, history, reads } = await longExecution();
  const all = await history(arn);
  expect(all.length).toBeGreaterThan(60);
  for (let id = 0; id <= all.length + 1; id++) {
    const before = reads();
    const after = await states.historyAfter(arn, id, 1_000);
    expect(after.map((event) => event.id)).toEqual(all.slice(id).map((event) => event.id));
    if (id === all.length - 1) expect(reads() - before).toBeLessThan(10);
  }
});

it("returns at most the requested number of events, and none of an unknown execution", async () => {
  const { states, arn, reads } = await longExecution();
  const before = reads();
  expect((await states.historyAfter(arn, 40, 1)).map(({ id }) => id)).toEqual([41]);
  expect(reads() - before).toBeLessThan(10);
  expect(await states.historyAfter(`${arn}-other`, 0, 10)).toEqual([]);
});
