import type { Operations } from "../endpoint/aws-json.ts";
import type { Integrations } from "../states/integration.ts";
import { actionsOf, apiAction, awsSdk } from "./aws-sdk.ts";
import { CALLBACK, firstOf, tasks } from "./tasks.ts";

/**
 * Task states on queues: `arn:aws:states:::sqs:sendMessage`, whose MessageBody may be JSON, and the SDK's actions, all
 * with errors that begin with `Sqs.`, or with `SQS.` for the former.
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

/** Text as it is, anything else as JSON; what is missing is the service's to refuse. */
export function textOf(value: unknown): unknown {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
