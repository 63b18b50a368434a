import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/index.ts";
import { entry } from "../testing/bus-stage.ts";
import { createBus } from "./bus.ts";
import type { StartedByRule } from "./delivery.ts";

const Arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";

async function stage(start?: (started: StartedByRule) => Promise<void>) {
  const clock = virtualClock();
  const bus = await createBus({
    clock,
    store: memoryStore(),
    targets: {},
    chaos: { duplicate: 1, random: () => 0 },
    ...(start ? { startExecution: start } : {}),
  });
  await bus.operations.PutRule({ Name: "app", EventPattern: '{"source":["app"]}' });
  await bus.operations.PutTargets({
    Rule: "app",
    Targets: [{ Id: "m", Arn, DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:000000000000:dead" } }],
  });
  return { bus, clock };
}

it("starts executions with events, under the event's id however often it is delivered", async () => {
  const started: StartedByRule[] = [];
  const { bus } = await stage(async (one) => void started.push(one));
  const { Entries } = await bus.putEvents([entry(1)]);
  await bus.idle();
  const { EventId: name } = Entries[0] as { EventId: string };
  const start = {
    stateMachineArn: Arn,
    name,
    input: expect.objectContaining({ id: name, detail: { n: 1 } }),
  };
  expect(started).toEqual([start, start]);
});

it("tries again what could not be started", async () => {
  let tries = 0;
  const { bus, clock } = await stage(async () => {
    if (++tries < 3) throw new Error("throttled");
  });
  await bus.putEvents([entry(1)]);
  for (let turn = 0; turn < 20; turn++) await clock.advance(200);
  expect(tries).toBe(4);
  expect(bus.deadLetters()).toEqual([]);
});

it("has no such targets where nobody starts executions", async () => {
  const { bus } = await stage();
  await bus.putEvents([entry(1)]);
  await bus.idle();
  expect(bus.deadLetters().map(({ attributes }) => attributes.ERROR_CODE)).toEqual([
    "NO_RESOURCE",
    "NO_RESOURCE",
  ]);
});
