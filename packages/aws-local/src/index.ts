export { type Bus, type Chaos, createBus } from "./bus/index.ts";
export { type Clock, systemClock, virtualClock } from "./clock/clock.ts";
export { type Dynamodb, startDynamodb } from "./dynamodb/dynamodb.ts";
export { proxy } from "./dynamodb/proxy.ts";
export { AwsError, type HttpService, readBody } from "./endpoint/aws-json.ts";
export { createEndpoint, type Endpoint } from "./endpoint/endpoint.ts";
export { foreignness } from "./endpoint/origin.ts";
export { createGateway, type Gateway } from "./gateway/gateway.ts";
export type { GatewayLimits } from "./gateway/limits.ts";
export { createHttpApi, type HttpApiOptions } from "./http-api/http-api.ts";
export { awsSdk } from "./integrations/aws-sdk.ts";
export { bedrockInvokeModel } from "./integrations/bedrock-invoke-model.ts";
export { type Connection, httpInvoke } from "./integrations/http-invoke.ts";
export { lambdaFunction, lambdaInvoke } from "./integrations/lambda-invoke.ts";
export { putEvents } from "./integrations/put-events.ts";
export { type ContainerRun, runTask } from "./integrations/run-task.ts";
export { createLambda, type Lambda } from "./lambda/lambda.ts";
export type { LambdaHandler } from "./lambda/lambda-function.ts";
export { createS3, type S3 } from "./s3/s3.ts";
export { createSqs, type Sqs } from "./sqs/sqs.ts";
export {
  createStates,
  type Integration,
  type IntegrationCall,
  type States,
  type StatusChangeEvent,
  TaskFailure,
} from "./states/index.ts";
export { createTranscribe, type Transcribe } from "./transcribe/transcribe.ts";
