import type { Integration, IntegrationCall } from "../states/integration.ts";

export const origin = {
  executionArn: "arn:aws:states:us-east-1:000000000000:execution:m:run",
  stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
};

/** Calls an integration as a Task state would. */
export function callTask(
  integration: Integration,
  input: unknown,
  more: Partial<IntegrationCall> = {},
): Promise<unknown> {
  return integration({
    resource: "arn:aws:states:::service:action",
    arguments: input,
    pattern: "request",
    stateName: "State",
    signal: new AbortController().signal,
    ...origin,
    ...more,
  });
}
