import { arnOf, type Bus, defaultPlace } from "@callboard/aws-local";
import { busRules } from "@callboard/functions";

/** The bus's name, as documentation and producers know it. */
export const busName = "callboard";

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
  for (const rule of busRules("all")) {
    const EventBusName = rule.bus === "callboard" ? busName : rule.bus;
    await PutRule({ Name: rule.name, EventBusName, EventPattern: JSON.stringify(rule.pattern) });
    await PutTargets({
      Rule: rule.name,
      EventBusName,
      Targets: [
        {
          Id: rule.target,
          Arn: functionArn(rule.target),
          DeadLetterConfig: { Arn: queueArn(`${rule.name}-dead-letters`) },
          ...(rule.inputTransformer ? { InputTransformer: rule.inputTransformer } : {}),
        },
      ],
    });
  }
}
