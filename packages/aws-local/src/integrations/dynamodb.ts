import { AwsError, type Operations } from "../endpoint/aws-json.ts";
import { isObject } from "../json.ts";
import type { Integrations } from "../states/integration.ts";
import { type ApiAction, actionName, apiAction, awsSdk } from "./aws-sdk.ts";
import { firstOf, REQUEST, tasks } from "./tasks.ts";

/** Actions with an optimized integration of Step Functions, besides the SDK's. */
const OPTIMIZED = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"];

/** Errors without a class in the SDK, which are named after the service. */
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
export function dynamodbTasks(operations: Operations): Integrations {
  const actions = (names: readonly string[], unnamed: string): [string, ApiAction][] =>
    names.map((name) => [
      actionName(name),
      naming((request) => operations[name]!(readFlags(request) as never), unnamed),
    ]);
  const optimized = actions(OPTIMIZED, "AmazonDynamoDBException");
  return firstOf(
    tasks(
      REQUEST,
      Object.fromEntries(
        optimized.map(([name, action]) => [`dynamodb:${name}`, apiAction("DynamoDB", action)]),
      ),
    ),
    awsSdk("dynamodb", "DynamoDb", Object.fromEntries(actions(Object.keys(operations), "DynamoDbException"))),
  );
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

/** A boolean may be text in a definition, `{"BOOL": "true"}`: Step Functions reads it as a boolean. */
function readFlags(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readFlags);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name,
      entries.length === 1 && isFlag(name, inner) ? inner === "true" : readFlags(inner),
    ]),
  );
}

function isFlag(name: string, value: unknown): boolean {
  return (name === "BOOL" || name === "NULL") && (value === "true" || value === "false");
}
