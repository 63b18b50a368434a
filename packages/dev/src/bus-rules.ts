import { arnOf, type Bus, defaultPlace } from "@callboard/aws-local";
import { busRules } from "@callboard/functions";
import { stoppedTasks } from "@callboard/video/definition";

/** The bus's name, as documentation and producers know it. */
export const busName = "callboard";

/** The cluster of its containers. */
export const clusterArn = arnOf(defaultPlace, "ecs", "cluster/callboard");

/** The ARN of a function of this machine. */
export const functionArn = (name: string) => arnOf(defaultPlace, "lambda", `function:${name}`);
const queueArn = (name: string) => arnOf(defaultPlace, "sqs", name);

/**
 * Makes the bus and its rules, each with a dead-letter queue; again is fine. Of this machine's state machines all are
 * watched: whoever makes one at the AWS endpoint need not name it.
 */
export async function putRules(bus: Bus): Promise<void> {
  const { CreateEventBus, PutRule, PutTargets } = bus.operations;
  await CreateEventBus({ Name: busName }).catch((cause: Error) => {
    if (cause.name !== "ResourceAlreadyExistsException") throw cause;
  });
  for (const rule of [...busRules("all"), taskStopped]) {
    const { name, pattern, target, inputTransformer } = rule;
    const EventBusName = rule.bus === "callboard" ? busName : rule.bus;
    await PutRule({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) });
    await PutTargets({
      Rule: name,
      EventBusName,
      Targets: [
        {
          Id: target,
          Arn: functionArn(target),
          DeadLetterConfig: { Arn: queueArn(`${name}-dead-letters`) },
          ...(inputTransformer ? { InputTransformer: inputTransformer } : {}),
        },
      ],
    });
  }
}

/** What the post-processing is told of its containers. */
const taskStopped = {
  bus: "default",
  name: "task-stopped",
  pattern: stoppedTasks(clusterArn),
  target: "task-stopped",
  inputTransformer: undefined,
} as const;
