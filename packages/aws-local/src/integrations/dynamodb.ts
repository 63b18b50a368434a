import { AwsError, type Operations } from "../endpoint/aws-json.ts";
import type { Integration } from "../states/integration.ts";
import { type ApiAction, awsSdk } from "./aws-sdk.ts";

/** Those that Step Functions has of its own, beside the SDK's. */
const OPTIMIZED = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"];

/** Errors without a class of their own in the SDK, which are named after the service. */
const UNNAMED: ReadonlySet<string> = new Set([
  "SerializationException",
  "UnknownOperationException",
  "ValidationException",
]);

/**
 * Task states on a DynamoDB by their resources: `arn:aws:states:::dynamodb:<action>` for actions on one item, whose
 * errors begin with `DynamoDB.`, and `arn:aws:states:::aws-sdk:dynamodb:<action>` for all, with `DynamoDb.`
 * (https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html).
 */
export function dynamodbTasks(operations: Operations): Record<string, Integration> {
  const tasks: Record<string, Integration> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const action = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const named = (unnamed: string): ApiAction => naming((request) => operation(request as never), unnamed);
    if (OPTIMIZED.includes(name))
      tasks[`arn:aws:states:::dynamodb:${action}`] = awsSdk("DynamoDB", named("AmazonDynamoDBException"));
    tasks[`arn:aws:states:::aws-sdk:dynamodb:${action}`] = awsSdk("DynamoDb", named("DynamoDbException"));
  }
  return tasks;
}

const naming =
  (action: ApiAction, unnamed: string): ApiAction =>
  async (request, context) => {
    try {
      return await action(request, context);
    } catch (cause) {
      if (!(cause instanceof AwsError) || !UNNAMED.has(cause.code)) throw cause;
      throw new AwsError(unnamed, cause.message, cause.status);
    }
  };
