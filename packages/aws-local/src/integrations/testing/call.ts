import type { IntegrationCall, Integrations, Pattern } from "../../states/integration.ts";
import { parseResource } from "../../states/run/resource.ts";

export const origin = {
  executionArn: "arn:aws:states:us-east-1:000000000000:execution:m:run",
  stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
};

/** Calls a resource as a Task state would: `sqs:sendMessage.waitForTaskToken`, or a full ARN. */
export async function callTask(
  integrations: Integrations,
  name: string,
  input: unknown,
  more: Partial<IntegrationCall> = {},
): Promise<unknown> {
  const { resource, pattern } = parseResource(name.startsWith("arn:") ? name : `arn:aws:states:::${name}`);
  const integration = integrations.find(resource, pattern);
  if (!integration) throw new Error(`nothing serves ${name}`);
  return integration({
    resource,
    arguments: input,
    pattern,
    stateName: "State",
    id: "2.0.0",
    scheduledAt: 0,
    signal: new AbortController().signal,
    ...origin,
    ...more,
  });
}

/** The patterns of these with which a resource is served. */
export function patternsOf(integrations: Integrations, name: string): Pattern[] {
  const all: Pattern[] = ["request", "sync", "sync:2", "waitForTaskToken"];
  return all.filter((pattern) => integrations.find(`arn:aws:states:::${name}`, pattern) !== undefined);
}
