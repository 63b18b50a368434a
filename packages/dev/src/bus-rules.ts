import { arnOf, type Bus, defaultPlace } from "@callboard/aws-local";
import { busRules } from "@callboard/functions";
import { stoppedTasks } from "@callboard/video/definition";

/** The bus's name in the documentation and for producers. */
export const busName = "callboard";

/** The cluster of its containers. */
export const clusterArn = arnOf(defaultPlace, "ecs", "cluster/callboard");

/** The ARN of a function on this machine. */
export const functionArn = (name: string) => arnOf(defaultPlace, "lambda", `function:${name}`);
const queueArn = (name: string) => arnOf(defaultPlace, "sqs", name);

/**
 * Creates the bus and its rules, each with a dead-letter queue; can be repeated. The rules watch
 * all state machines on this machine, also those that are created at the AWS endpoint.
 */
export async function putRules(bus: Bus): Promise<void> {
  await bus.operations.CreateEventBus({ Name: busName }).catch((cause: Error) => {
    if (cause.name !== "ResourceAlreadyExistsException") throw cause;
  });
  for (const rule of [...busRules("all"), taskStopped])
    await putRule(bus, { ...rule, arn: functionArn(rule.target) });
}

type BusRule = ReturnType<typeof busRules>[number];

/** A rule with its one target. */
interface LocalRule extends Pick<BusRule, "bus" | "name" | "pattern" | "inputTransformer"> {
  readonly target: string;
  readonly arn: string;
}

/** Creates a rule with a dead-letter queue; can be repeated. */
export async function putRule(bus: Bus, rule: LocalRule): Promise<void> {
  const { PutRule, PutTargets } = bus.operations;
  const EventBusName = rule.bus === "callboard" ? busName : rule.bus;
  await PutRule({ Name: rule.name, EventBusName, EventPattern: JSON.stringify(rule.pattern) });
  await PutTargets({
    Rule: rule.name,
    EventBusName,
    Targets: [
      {
        Id: rule.target,
        Arn: rule.arn,
        DeadLetterConfig: { Arn: queueArn(`${rule.name}-dead-letters`) },
        ...(rule.inputTransformer ? { InputTransformer: rule.inputTransformer } : {}),
      },
    ],
  });
}

/** The rule that notifies the post-processing when its containers stop. */
const taskStopped = {
  bus: "default",
  name: "task-stopped",
  pattern: stoppedTasks(clusterArn),
  target: "task-stopped",
} as const;
