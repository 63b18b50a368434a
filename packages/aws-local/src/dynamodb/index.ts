export { type Dynamodb, type DynamodbOptions, startDynamodb, UnansweredEndpoint } from "./dynamodb.ts";
export { MissingEngine } from "./engine-binary.ts";
