import type { EventTaker, Lambda, Sns, Sqs, States } from "@callboard/aws-local";
import { functionNameOf } from "@callboard/aws-local";

/** The services that can be targets of rules. */
export interface TargetParts {
  readonly lambda: Lambda;
  readonly queues: Pick<Sqs, "targetOf">;
  readonly sns: Pick<Sns, "publish">;
  readonly states: Pick<States, "operations">;
}

/** A function by its ARN, if it exists: one of Callboard's, or one in the user's own folder. */
export function functionTarget(lambda: Lambda, arn: string): EventTaker | undefined {
  const name = functionNameOf(arn);
  return name !== undefined && lambda.has(name) ? lambda.targetOf(name) : undefined;
}

/**
 * Finds the target of a rule, which receives the events: a function, a queue, a topic, or a state machine to
 * start.
 */
export function busTargets(parts: TargetParts, arn: string) {
  const { lambda, queues, sns, states } = parts;
  const taker = functionTarget(lambda, arn) ?? queues.targetOf(arn);
  if (taker) return taker;
  if (/^arn:aws[^:]*:sns:/.test(arn)) {
    return (event: object) => sns.publish(arn, JSON.stringify(event));
  }
  return machineTarget(states, arn);
}

/** A state machine by its ARN, started by an event; an event delivered twice starts one execution. */
export function machineTarget({ operations }: Pick<States, "operations">, stateMachineArn: string) {
  if (!/^arn:aws[^:]*:states:[^:]*:\d*:stateMachine:/.test(stateMachineArn)) return undefined;
  return (event: object, name: string) =>
    operations
      .StartExecution({ stateMachineArn, name, input: JSON.stringify(event) })
      .catch((cause: Error) => {
        if (cause.name !== "ExecutionAlreadyExists") throw cause;
      });
}
