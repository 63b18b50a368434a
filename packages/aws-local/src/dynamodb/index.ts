export { createDynamodb, type Dynamodb, type DynamodbOptions } from "./dynamodb.ts";
export { foreignDynamodb, UnansweredEndpoint } from "./foreign.ts";
