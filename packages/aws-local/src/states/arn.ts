import { AwsError } from "../endpoint/aws-json.ts";

/** Where the embedded service says it is. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** The ARN of a state machine. */
export function stateMachineArn({ region, accountId }: Place, name: string): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
}

/** The ARN of an execution of the machine of a name. */
export function executionArn({ region, accountId }: Place, machine: string, name: string): string {
  return `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
}

/** Admits the ARN of a machine or an execution; throws `InvalidArn` for anything else. */
export function checkArn(arn: string, kind: "stateMachine" | "execution"): string {
  const parts = arn.split(":");
  const named = kind === "execution" ? 8 : 7;
  if (parts[0] !== "arn" || parts[2] !== "states" || parts.length < 7) {
    throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  }
  if (parts[5] !== kind || parts.length !== named) {
    throw new AwsError("InvalidArn", `Invalid Arn: 'Resource type not valid in this context: ${parts[5]}'`);
  }
  return arn;
}
