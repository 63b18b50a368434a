export { type Dynamodb, type DynamodbOptions, startDynamodb, UnansweredEndpoint } from "./dynamodb.ts";
export { MissingEngine } from "./engine-binary.ts";
export { DirectoryInUse } from "./pid-file.ts";
