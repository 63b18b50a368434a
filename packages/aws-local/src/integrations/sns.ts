import type { Operations } from "../endpoint/aws-json.ts";
import type { Integrations } from "../states/integration.ts";
import { actionsOf, apiAction, awsSdk } from "./aws-sdk.ts";
import { textOf } from "./sqs.ts";
import { CALLBACK, firstOf, tasks } from "./tasks.ts";

/**
 * Task states on topics: `arn:aws:states:::sns:publish`, whose Message may be JSON, with errors that begin with `SNS.`, and
 * the SDK's actions, with `Sns.`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
 */
export function snsTasks(operations: Operations): Integrations {
  const actions = actionsOf(operations);
  return firstOf(
    tasks(CALLBACK, {
      "sns:publish": apiAction("SNS", ({ Message, ...request }, context) =>
        actions.publish!({ ...request, Message: textOf(Message) }, context),
      ),
    }),
    awsSdk("sns", "Sns", actions),
  );
}
