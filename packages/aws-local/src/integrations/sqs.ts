import type { Operations } from "../endpoint/aws-json.ts";
import type { Integrations } from "../states/integration.ts";
import { actionsOf, apiAction, awsSdk } from "./aws-sdk.ts";
import { CALLBACK, firstOf, tasks } from "./tasks.ts";

/**
 * Task states on queues: `arn:aws:states:::sqs:sendMessage`, whose MessageBody may be JSON and whose errors begin with
 * `SQS.`, and the SDK's actions, whose errors begin with `Sqs.`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
 */
export function sqsTasks(operations: Operations): Integrations {
  const actions = actionsOf(operations);
  return firstOf(
    tasks(CALLBACK, {
      "sqs:sendMessage": apiAction("SQS", ({ MessageBody, ...request }, context) =>
        actions.sendMessage!({ ...request, MessageBody: textOf(MessageBody) }, context),
      ),
    }),
    awsSdk("sqs", "Sqs", actions),
  );
}

/** Text unchanged, anything else as JSON; a missing value is left to the service to refuse. */
export function textOf(value: unknown): unknown {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
