import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Clock, Log, Objects } from "@callboard/core";
import type { AwsVariables } from "../environment.ts";
import { type DynamoDb, dynamoDb } from "./dynamodb/dynamodb.ts";
import { type Credentials, type CredentialsProvider, freshCredentials } from "./fresh-credentials.ts";
import { nodePool } from "./http/node-pool.ts";
import type { PostPool, PostPoolOptions } from "./http/posting.ts";
import { standardRetries } from "./json/retries.ts";
import { type JsonService, type JsonServiceOptions, jsonService } from "./json/service.ts";
import { httpTransport, type Transport } from "./json/transport.ts";
import { cryptoIds, systemClock, systemRandom, traceId } from "./machine.ts";
import { s3Objects } from "./s3-objects.ts";

const CONNECT_TIMEOUT_MS = 1000;
const REQUEST_TIMEOUT_MS = 3000;
/** Most tries of a call, the first included. */
const ATTEMPTS = 4;
/** The SDK's clients have at most this many connections. */
const CONNECTIONS = 50;

type EndpointVariable = Extract<keyof AwsVariables, `AWS_ENDPOINT_URL${string}`>;

/** Options of calls over HTTP that differ from the defaults. */
export interface Wire {
  /** Decides when credentials expire; the pauses before retries use the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
  readonly log?: Pick<Log, "warn"> | undefined;
  /** Default: the credentials in the environment. */
  readonly credentials?: CredentialsProvider;
  /** Default: Node's own, which keeps answers and sends nothing twice. */
  readonly pool?: (options: PostPoolOptions) => PostPool;
  /** Makes the calls of services that run in this process, keyed by the service's name in signatures. */
  readonly inProcess?: InProcess | undefined;
}

/** How to call a service that runs in this process. */
export type InProcess = Partial<Readonly<Record<Spoken["service"], Transport>>>;

/**
 * DynamoDB in this process, else at the address in the environment, else at the Region's address. The other clients do
 * the same.
 */
export const dynamoDbOf = (environment: AwsVariables, wire: Wire = {}): DynamoDb =>
  dynamoDb({
    ...reached(environment, wire, {
      service: "dynamodb",
      version: "1.0",
      own: "AWS_ENDPOINT_URL_DYNAMODB",
      baseMs: 25,
    }),
    token: cryptoIds.random,
  });

/** EventBridge, only to put events. */
export type EventBridge = JsonService<"AWSEvents">;

export const eventBridgeOf = (environment: AwsVariables, wire: Wire = {}): EventBridge =>
  jsonService(
    reached(environment, wire, {
      service: "events",
      version: "1.1",
      own: "AWS_ENDPOINT_URL_EVENTBRIDGE",
      baseMs: 50,
    }),
  );

/** Step Functions, only for waiting tasks and their histories. */
export type StepFunctions = JsonService<"AWSStepFunctions">;

export const stepFunctionsOf = (environment: AwsVariables, wire: Wire = {}): StepFunctions =>
  jsonService(
    reached(environment, wire, {
      service: "states",
      version: "1.0",
      own: "AWS_ENDPOINT_URL_SFN",
      baseMs: 50,
      timeoutMs: 5000,
    }),
  );

/** SQS, only to send messages to queues. */
export type Sqs = JsonService<"AmazonSQS">;

/** The sender waits for the message to be sent and can continue without it, so two short tries are enough. */
export const sqsOf = (environment: AwsVariables, wire: Wire = {}): Sqs =>
  jsonService(
    reached(environment, wire, {
      service: "sqs",
      version: "1.0",
      own: "AWS_ENDPOINT_URL_SQS",
      baseMs: 50,
      timeoutMs: 1000,
      attempts: 2,
    }),
  );

/** SSM, only to read parameters. */
export type Ssm = JsonService<"AmazonSSM">;

/** Something waits for at most a few seconds while a parameter is read. */
export const ssmOf = (environment: AwsVariables, wire: Wire = {}): Ssm =>
  jsonService(
    reached(environment, wire, {
      service: "ssm",
      version: "1.1",
      own: "AWS_ENDPOINT_URL_SSM",
      baseMs: 50,
      timeoutMs: 1000,
      attempts: 2,
    }),
  );

interface Spoken {
  /** The name in signatures and addresses. */
  readonly service: "dynamodb" | "events" | "states" | "sqs" | "ssm";
  readonly version: "1.0" | "1.1";
  readonly own: EndpointVariable;
  /** The longest first pause before a retry, as in the SDK. */
  readonly baseMs: number;
  readonly timeoutMs?: number;
  /** Most tries of a call, the first included. */
  readonly attempts?: number;
}

function reached(environment: AwsVariables, wire: Wire, spoken: Spoken): JsonServiceOptions {
  const { baseMs, attempts = ATTEMPTS } = spoken;
  return {
    transport: wire.inProcess?.[spoken.service] ?? overHttp(environment, wire, spoken),
    retries: standardRetries({ attempts, baseMs, clock: systemClock, random: systemRandom }),
  };
}

function overHttp(environment: AwsVariables, wire: Wire, spoken: Spoken): Transport {
  const { service, version, own, timeoutMs = REQUEST_TIMEOUT_MS } = spoken;
  const { clock = systemClock, log, credentials = namedProvider(environment), pool = nodePool } = wire;
  const region = environment.AWS_REGION;
  const { endpoint = publicEndpoint(service, region) } = endpointOf(environment, own);
  return httpTransport({
    endpoint,
    region,
    service,
    version,
    credentials: freshCredentials({ provider: credentials, clock, log }),
    clock: systemClock,
    pool: pool({
      origin: new URL(endpoint).origin,
      connections: CONNECTIONS,
      timeoutMs,
    }),
    trace: traceId,
  });
}

/** The domains of AWS's partitions, by the prefix of their Regions' names. */
const domains: Readonly<Record<string, string>> = {
  "cn-": "amazonaws.com.cn",
  "eusc-": "amazonaws.eu",
  "us-iso-": "c2s.ic.gov",
  "us-isob-": "sc2s.sgov.gov",
  "us-isof-": "csp.hci.ic.gov",
  "eu-isoe-": "cloud.adc-e.uk",
};

/** A service's standard address in a Region. The environment can name another one (FIPS, dual stack). */
export function publicEndpoint(service: string, region: string): string {
  const [, domain = "amazonaws.com"] =
    Object.entries(domains).find(([start]) => region.startsWith(start)) ?? [];
  return `https://${service}.${region}.${domain}`;
}

/** Options that all SDK clients share: Region, credentials if the environment names them, and timeouts. */
export function common(environment: AwsVariables, requestTimeoutMs: number) {
  const credentials = namedCredentials(environment);
  return {
    region: environment.AWS_REGION,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(credentials ? { credentials } : {}),
  };
}

/** A service's own address, else the general one, else undefined. */
function endpointOf(environment: AwsVariables, own: EndpointVariable): { endpoint?: string } {
  const address = environment[own] ?? environment.AWS_ENDPOINT_URL;
  return address === undefined ? {} : { endpoint: address };
}

/** The SDK's client, for the operator's commands. */
export const sdkEventBridge = (environment: AwsVariables): EventBridgeClient =>
  new EventBridgeClient({
    ...common(environment, REQUEST_TIMEOUT_MS),
    ...endpointOf(environment, "AWS_ENDPOINT_URL_EVENTBRIDGE"),
  });

/** One try for each call: the code that posts a page repeats what was throttled. */
export const connectionsClient = (
  environment: AwsVariables,
  socketEndpoint: string,
): ApiGatewayManagementApiClient =>
  new ApiGatewayManagementApiClient({
    ...common(environment, REQUEST_TIMEOUT_MS),
    endpoint: socketEndpoint,
    maxAttempts: 1,
  });

/** Signs the URLs of the deployment's bucket. The bucket is part of the path unless the address is AWS's own. */
export const bucketSigner = (
  environment: AwsVariables & { readonly BUCKET: string },
  clock: Clock,
  credentials: CredentialsProvider = namedProvider(environment),
): Objects =>
  s3Objects({
    bucket: environment.BUCKET,
    region: environment.AWS_REGION,
    credentials,
    clock,
    ...endpointOf(environment, "AWS_ENDPOINT_URL_S3"),
  });

function namedCredentials(environment: AwsVariables): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}

/**
 * The credentials in the environment, which Lambda always sets
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime). Rejects when
 * there are none.
 */
export function namedProvider(environment: AwsVariables): CredentialsProvider {
  const named = namedCredentials(environment);
  return async () => {
    if (!named)
      throw new Error("the environment names no credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)");
    return named;
  };
}

/**
 * The credentials in the environment, else those of the SDK's default chain: a profile, a sign-in. Only the operator's
 * commands have the chain; functions do not. It is taken from an SDK client when it is first needed.
 */
export function chainProvider(environment: AwsVariables): CredentialsProvider {
  const named = namedCredentials(environment);
  if (named) return async () => named;
  let chain: CredentialsProvider | undefined;
  return async () => {
    chain ??= sdkEventBridge(environment).config.credentials;
    return chain();
  };
}
