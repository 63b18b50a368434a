import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Clock, Objects } from "@callboard/core";
import type { AwsEnvironment } from "../environment.ts";
import type { Credentials, CredentialsProvider } from "./fresh-credentials.ts";
import { s3Objects } from "./s3-objects.ts";

const CONNECT_TIMEOUT_MS = 1000;

/** Region, credentials if the environment names them, and bounds of time; the SDK retries within them. */
function common(environment: AwsEnvironment, requestTimeoutMs: number) {
  const credentials = namedCredentials(environment);
  return {
    region: environment.AWS_REGION,
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(credentials ? { credentials } : {}),
  };
}

function namedCredentials(environment: AwsEnvironment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}

type EndpointVariable = Extract<keyof AwsEnvironment, `AWS_ENDPOINT_URL${string}`>;

/** A service's own address, else the general one, else the public one. */
function endpoint(environment: AwsEnvironment, own: EndpointVariable): { endpoint?: string } {
  const address = environment[own] ?? environment.AWS_ENDPOINT_URL;
  return address === undefined ? {} : { endpoint: address };
}

export const dynamoClient = (environment: AwsEnvironment): DynamoDBClient =>
  new DynamoDBClient({
    ...common(environment, 3000),
    ...endpoint(environment, "AWS_ENDPOINT_URL_DYNAMODB"),
  });

export const eventBridgeClient = (environment: AwsEnvironment): EventBridgeClient =>
  new EventBridgeClient({
    ...common(environment, 3000),
    ...endpoint(environment, "AWS_ENDPOINT_URL_EVENTBRIDGE"),
  });

export const sfnClient = (environment: AwsEnvironment): SFNClient =>
  new SFNClient({ ...common(environment, 5000), ...endpoint(environment, "AWS_ENDPOINT_URL_SFN") });

/** Whoever sends a message waits for it, and does without when it is not taken: so two tries are enough. */
export const sqsClient = (environment: AwsEnvironment, requestTimeoutMs = 1000, maxAttempts = 2): SQSClient =>
  new SQSClient({
    ...common(environment, requestTimeoutMs),
    ...endpoint(environment, "AWS_ENDPOINT_URL_SQS"),
    maxAttempts,
  });

/** Signs the URLs of the deployment's bucket. A bucket is a part of the path wherever the address is not AWS's own. */
export const bucketSigner = (
  environment: AwsEnvironment & { readonly BUCKET: string },
  clock: Clock,
): Objects =>
  s3Objects({
    bucket: environment.BUCKET,
    region: environment.AWS_REGION,
    credentials: credentialsProvider(environment),
    clock,
    ...endpoint(environment, "AWS_ENDPOINT_URL_S3"),
  });

/** One try a call: whoever posts a page repeats what was throttled. */
export const connectionsClient = (
  environment: AwsEnvironment,
  socketEndpoint: string,
): ApiGatewayManagementApiClient =>
  new ApiGatewayManagementApiClient({
    ...common(environment, 3000),
    endpoint: socketEndpoint,
    maxAttempts: 1,
  });

/**
 * The credentials that the clients above would use: those which the environment names, as Lambda's always does
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime), else those
 * which the SDK's default chain finds. The chain is borrowed from a client that every function has anyway, and only when
 * it is asked for, so that it adds nothing to a bundle or to a cold start.
 */
export function credentialsProvider(environment: AwsEnvironment): CredentialsProvider {
  const named = namedCredentials(environment);
  if (named) return async () => named;
  let chain: CredentialsProvider | undefined;
  return async () => {
    chain ??= eventBridgeClient(environment).config.credentials;
    return chain();
  };
}
