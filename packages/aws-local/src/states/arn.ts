import { arnOf, type Place } from "../arn.ts";
import { AwsError } from "../endpoint/aws-json.ts";

/** The ARN of a state machine. */
export const stateMachineArn = (place: Place, name: string): string =>
  arnOf(place, "states", `stateMachine:${name}`);

/** The ARN of an execution, by the name of its machine. */
export const executionArn = (place: Place, machine: string, name: string): string =>
  arnOf(place, "states", `execution:${machine}:${name}`);

/** Accepts the ARN of a machine or an execution; throws `InvalidArn` for anything else. */
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

/**
 * A task token contains its execution's ARN and a secret: base64url of `<execution ARN> <secret>`. It proves nothing
 * until it is found among the known tokens.
 */
export function taskToken(executionArn: string, secret: string): string {
  return Buffer.from(`${executionArn} ${secret}`).toString("base64url");
}

/** The execution that a token names, or undefined for text that cannot be a token. */
export function executionOfToken(token: string): string | undefined {
  if (!/^[\w-]+$/.test(token)) return undefined;
  const [arn, secret, ...more] = Buffer.from(token, "base64url").toString("utf8").split(" ");
  const isToken = arn?.startsWith("arn:") && secret !== undefined && secret !== "" && more.length === 0;
  return isToken ? arn : undefined;
}
