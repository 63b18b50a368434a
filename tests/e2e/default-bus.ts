import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
} from "@aws-sdk/client-sfn";
import type { Aws } from "./aws.ts";

/** An event as a rule's target gets it. */
export interface CaughtEvent {
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has a shape of its own.
  readonly detail: Readonly<Record<string, any>>;
}

/**
 * Collects events of the account's default bus that match a pattern, in a state machine that has each event as its
 * input.
 */
export async function catchEvents({ bus, sfn }: Aws, name: string, pattern: object) {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: `arn:aws:iam::000000000000:role/${name}`,
      definition: JSON.stringify({ StartAt: "Keep", States: { Keep: { Type: "Succeed" } } }),
    }),
  );
  await bus.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
  await bus.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: "kept", Arn: stateMachineArn! }] }));
  /** The events so far, the oldest first. */
  return async (): Promise<CaughtEvent[]> => {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const described = await Promise.all(
      executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
    );
    return described
      .sort((a, b) => a.startDate!.getTime() - b.startDate!.getTime())
      .map(({ input }) => JSON.parse(input!));
  };
}
