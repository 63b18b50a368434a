import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import type { BusEvent } from "./event.ts";
import { type Delivery, openEventLog } from "./event-log.ts";

const delivery = (id: number): Delivery => ({
  event: { id: `e-${id}`, detail: {} } as unknown as BusEvent,
  acceptedAt: 1,
  ruleArn: "arn:rule",
  targetId: "t",
});

it("shrinks its file while events come and go, and forgets none that is owed", async () => {
  const directory = await mkdtemp(join(tmpdir(), "event-log-"));
  const path = join(directory, "events.jsonl");
  const log = await openEventLog(path, virtualClock());
  await log.accept([delivery(-1)]);
  for (let round = 0; round < 130; round++) {
    const batch = Array.from({ length: 100 }, (_, n) => delivery(round * 100 + n));
    await Promise.all(batch.map((item) => log.accept([item])));
    for (const item of batch.slice(1)) log.settle(item);
  }
  await log.close();
  expect((await readFile(path, "utf8")).split("\n").length).toBeLessThan(6_000);

  const reopened = await openEventLog(path, virtualClock());
  expect(reopened.owed()).toHaveLength(131);
  expect(reopened.owed()).toContainEqual(delivery(-1));
  await reopened.close();
  await rm(directory, { recursive: true });
});

it("owes an event until each of its targets took it", async () => {
  const log = await openEventLog(undefined, virtualClock());
  const [first, second] = [delivery(1), { ...delivery(1), targetId: "u" }];
  await log.accept([first, second]);
  log.settle(first);
  expect(log.owed()).toEqual([second]);
  log.settle(second);
  expect(log.size()).toBe(0);
});
