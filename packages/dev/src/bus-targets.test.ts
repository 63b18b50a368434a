import { createLambda, createStates, memoryStore, tasks, virtualClock } from "@callboard/aws-local";
import { busStage } from "@callboard/aws-local/testing";
import { expect, it, onTestFinished } from "vitest";
import { busTargets } from "./bus-targets.ts";

const definition = JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } });
const deadLetters = "arn:aws:sqs:us-east-1:000000000000:dead";

it("starts one execution for an event, named by its id, however often it is delivered", async () => {
  const clock = virtualClock();
  const store = memoryStore();
  const states = createStates({ clock, store, integrations: tasks([], {}) });
  onTestFinished(() => states.close());
  const { operations } = states;
  const { stateMachineArn } = await operations.CreateStateMachine({ name: "m", roleArn: "role", definition });
  const parts = {
    lambda: createLambda({ clock, store, log: () => {} }),
    queues: { targetOf: () => undefined },
    sns: { publish: async () => {} },
    states,
  };
  const { bus, rule } = await busStage({
    clock,
    chaos: { duplicate: 1, random: () => 0 },
    targetOf: (arn) => busTargets(parts, arn),
  });
  await rule(
    { Arn: stateMachineArn, DeadLetterConfig: { Arn: deadLetters } },
    { Arn: "arn:aws:lambda:us-east-1:000000000000:function:absent", DeadLetterConfig: { Arn: deadLetters } },
  );
  const { Entries } = await bus.putEvents([{ Source: "app", DetailType: "Numbered", Detail: '{"n":1}' }]);
  await bus.idle();
  const { executions } = await operations.ListExecutions({ stateMachineArn });
  const { EventId: name } = Entries[0] as { EventId: string };
  expect(executions).toMatchObject([{ name }]);
  const { input } = await operations.DescribeExecution({ executionArn: executions[0]!.executionArn });
  expect(JSON.parse(input!)).toMatchObject({ id: name, detail: { n: 1 } });
  expect(bus.deadLetters().map(({ attributes }) => attributes.ERROR_CODE)).toEqual([
    "NO_RESOURCE",
    "NO_RESOURCE",
  ]);
});
