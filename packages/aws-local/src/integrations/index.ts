export { type ApiAction, awsSdk } from "./aws-sdk.ts";
export { bedrockInvokeModel } from "./bedrock-invoke-model.ts";
export { dynamodbTasks } from "./dynamodb.ts";
export { type Connection, httpInvoke } from "./http-invoke.ts";
export { lambdaFunction, lambdaInvoke } from "./lambda-invoke.ts";
export { putEvents } from "./put-events.ts";
export { type RunContainers, runTask, type TaskStateChangeEntry } from "./run-task.ts";
