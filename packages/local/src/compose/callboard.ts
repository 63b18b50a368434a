import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { TTL, tableDefinition } from "@callboard/functions";
import { createTaskFunctions } from "@callboard/workflow";
import { type Bus, type Chaos, createBus } from "../bus/index.ts";
import { type Clock, systemClock } from "../clock/clock.ts";
import { startDynamodb } from "../dynamodb/dynamodb.ts";
import { proxy } from "../dynamodb/proxy.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { createGateway, type Gateway } from "../gateway/gateway.ts";
import { createHttpApi } from "../http-api/http-api.ts";
import { createLambda, type Lambda } from "../lambda/lambda.ts";
import { modelEndpoint } from "../models/models.ts";
import { createS3 } from "../s3/s3.ts";
import { createStates } from "../states/index.ts";
import { createTranscribe } from "../transcribe/transcribe.ts";
import { buildPages, pagesFolder } from "./build-pages.ts";
import { busName, functionArn, putRules } from "./bus-rules.ts";
import { openClosers } from "./closers.ts";
import { openDevTokens } from "./dev-tokens.ts";
import { composeFunctions, type Functions } from "./functions.ts";
import { integrations } from "./integrations.ts";
import { createPageServer } from "./page-server.ts";
import type { Settings } from "./settings.ts";
import {
  bucket,
  modelConnectionArn,
  putStateMachine,
  stateMachineArn,
  taskFunctionNames,
} from "./state-machine.ts";
import { createTable, sweepExpired, tableName } from "./table.ts";
import { createVideos } from "./videos.ts";

/** Something that keeps Callboard from starting and that the message says how to mend. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What an AWS SDK needs to be told to reach the embedded services; the signature of S3 is checked. */
export const credentials = { accessKeyId: "callboard", secretAccessKey: "callboard" };
export const region = "us-east-1";

export interface StartOptions {
  /** Takes what is worth a line at the terminal. */
  readonly say: (line: string) => void;
  readonly clock?: Clock;
  /** Waits before a failed function is tried again, in milliseconds; two tries as on AWS, but sooner. */
  readonly retryDelaysMs?: readonly number[];
  /** How the bus shuffles and duplicates what it delivers; left out, it does not. */
  readonly chaos?: Chaos;
}

/** The whole of Callboard on one machine. */
export interface LocalCallboard {
  readonly addresses: {
    readonly pages: string;
    readonly socket: string;
    readonly aws: string;
    /** With a viewer's and a creator's token in the fragment. */
    readonly viewer: string;
    readonly creator: string;
  };
  readonly bus: Bus;
  readonly lambda: Pick<Lambda, "deadLetters" | "idle">;
  readonly gateway: Gateway;
  /** Rejects when something that everything stands on has ended by itself. */
  readonly failed: Promise<never>;
  /** Stops everything; what was accepted is on the disk. */
  close(): Promise<void>;
}

const lookEveryMs = 5000;
const sweepEveryMs = 3_600_000;

/** Starts everything, or nothing: what had been started is stopped again when a later part fails. */
export async function startCallboard(settings: Settings, options: StartOptions): Promise<LocalCallboard> {
  const closers = openClosers();
  try {
    return await start(settings, options, closers);
  } catch (cause) {
    await closers.close().catch(() => {});
    throw portInUse(cause, settings) ?? cause;
  }
}

async function start(
  settings: Settings,
  { say, clock = systemClock, retryDelaysMs = [1000, 5000], chaos }: StartOptions,
  closers: ReturnType<typeof openClosers>,
): Promise<LocalCallboard> {
  const folder = (name: string) => join(settings.data, name);
  await buildPages(say);
  const tokens = await openDevTokens(join(settings.data, "dev-key.json"));

  const dynamodb = await startDynamodb({
    directory: folder("dynamodb"),
    ...(settings.dynamodbEndpoint ? { endpoint: settings.dynamodbEndpoint } : {}),
  });
  closers.add(() => dynamodb.stop());

  const lambda = createLambda({ clock, directory: folder("lambda"), retryDelaysMs, log: say });
  closers.add(() => lambda.close());
  const targets = Object.fromEntries(
    ["ingest", "relay"].map((name) => [
      functionArn(name),
      (event: object) => lambda.invokeAsync(name, event),
    ]),
  );
  const bus = await createBus({ clock, directory: folder("bus"), targets, chaos });
  closers.add(() => bus.close());
  const s3 = createS3({ directory: folder("s3"), clock, credentials, region });
  const transcribe = await createTranscribe({
    objects: s3,
    clock,
    directory: folder("transcribe"),
    jobMs: 2000,
  });
  closers.add(() => transcribe.close());

  const clients = lateClients();
  const tasks = () =>
    createTaskFunctions({ s3: clients().s3, progress: { bus: clients().bus, busName }, now: clock.now });
  const states = createStates({
    clock,
    directory: folder("states"),
    integrations: integrations({
      bus,
      lambda,
      s3,
      transcribe,
      prepare: (input) => tasks().prepare(input),
      connections: { [modelConnectionArn]: modelConnection(settings) },
    }),
    onStatusChange: async (event) => {
      const { source, "detail-type": type, resources, detail } = event;
      await bus.putEvents([
        { Source: source, DetailType: type, Resources: resources, Detail: JSON.stringify(detail) },
      ]);
    },
  });
  closers.add(() => states.close());

  const endpoint = await createEndpoint({
    host: "127.0.0.1",
    port: settings.awsPort,
    services: {
      dynamodb: proxy(dynamodb.endpoint),
      states: states.handle,
      events: bus.handle,
      lambda: lambda.handle,
      s3: s3.handle,
    },
    mounts: { "/models/": modelEndpoint },
  });
  closers.add(() => endpoint.close());
  clients.are(endpoint.url);

  let functions: Functions | undefined;
  let ready = () => {};
  const whenReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const on =
    <K extends "authorize" | "socket" | "authorizeHttp" | "requests">(name: K) =>
    async (event: unknown) => {
      await whenReady;
      return functions![name](event as never);
    };
  const gateway = await createGateway({
    clock,
    port: settings.socketPort,
    authorizer: on("authorize"),
    connect: on("socket"),
    message: on("socket"),
    disconnect: on("socket"),
    http: createHttpApi({ clock, authorizer: on("authorizeHttp"), integration: on("requests") }),
  });
  closers.add(() => gateway.close());

  functions = composeFunctions(
    {
      TABLE_NAME: tableName,
      BUS_NAME: busName,
      BUCKET: bucket,
      SOCKET_ENDPOINT: `http://127.0.0.1:${gateway.port}`,
      TOKEN_JWKS: JSON.stringify(tokens.jwks),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    },
    say,
  );
  lambda.register("ingest", functions.ingest as never);
  lambda.register("relay", functions.relay as never);
  lambda.register("clock", functions.clock as never);
  for (const [task, name] of Object.entries(taskFunctionNames))
    lambda.register(name, (payload) => tasks()[task as keyof typeof taskFunctionNames](payload as never), {
      timeoutMs: 15 * 60_000,
    });

  const client = { region, credentials, endpoint: endpoint.url };
  const table = new DynamoDBClient({ ...client, endpoint: dynamodb.endpoint });
  const sfn = new SFNClient(client);
  await createTable(table, tableDefinition as never, TTL);
  await s3.createBucket(bucket);
  await putStateMachine(sfn, endpoint.url, settings.model);
  await putRules(bus, [stateMachineArn]);
  ready();
  await lambda.resume();
  bus.resume();
  await states.resume();
  closers.add(every(clock, lookEveryMs, async () => void (await lambda.invoke("clock", {}))));
  closers.add(every(clock, sweepEveryMs, async () => void (await sweepExpired(table, TTL, clock.now()))));

  const videos = createVideos({
    s3: clients().s3,
    sfn,
    bucket,
    stateMachineArn,
    sample: sampleFiles,
    newId: () => randomBytes(9).toString("hex"),
    now: clock.now,
  });
  const socket = `ws://127.0.0.1:${gateway.port}`;
  const config = {
    socketUrl: `${socket}/`,
    standIns: true,
    sampleAvailable: true,
    devTokens: true,
  };
  const pages = await createPageServer({
    port: settings.port,
    folder: pagesFolder,
    routes: () => ({ config, tokens, videos }),
    origins: () => ({ socket, files: endpoint.url }),
  });
  closers.add(() => pages.close());

  return {
    addresses: {
      pages: pages.url,
      socket: `${socket}/`,
      aws: endpoint.url,
      viewer: `${pages.url}/viewer.html#token=${await tokens.sign("vic", "viewer")}`,
      creator: `${pages.url}/creator.html#token=${await tokens.sign("ana", "creator")}`,
    },
    bus,
    lambda,
    gateway,
    failed: dynamodb.exited.then((exit) => {
      if (exit.stopped) return new Promise<never>(() => {});
      throw new StartError("The DynamoDB engine has ended by itself; start again to go on where it was.");
    }),
    close: closers.close,
  };
}

/** Clients of the embedded services, whose address is known only once the endpoint listens. */
function lateClients() {
  let made: { s3: S3Client; bus: EventBridgeClient } | undefined;
  const get = () => {
    if (!made) throw new Error("the endpoint does not listen yet");
    return made;
  };
  return Object.assign(get, {
    are(endpoint: string) {
      const client = { region, credentials, endpoint };
      // A checksum in a signed upload would be that of an empty body.
      const s3 = new S3Client({
        ...client,
        forcePathStyle: true,
        requestChecksumCalculation: "WHEN_REQUIRED",
      });
      made = { s3, bus: new EventBridgeClient(client) };
    },
  });
}

/** The connection that adds a model's key to requests. */
function modelConnection({ model }: Settings): { headers?: Record<string, string> } {
  return model?.key ? { headers: { authorization: `Bearer ${model.key}` } } : {};
}

/**
 * Runs `work` at once and then again and again, `ms` after it last ended; a failure is told and does not end it. The
 * function that it returns stops it, and waits for what is under way.
 */
function every(clock: Clock, ms: number, work: () => Promise<void>): () => Promise<void> {
  let cancel = () => {};
  let underWay = Promise.resolve();
  let stopped = false;
  const wait = (pause: number) => {
    cancel = clock.after(pause, () => {
      underWay = work()
        .catch((cause: unknown) => console.error(cause))
        .then(() => {
          if (!stopped) wait(ms);
        });
    });
  };
  wait(0);
  return () => {
    stopped = true;
    cancel();
    return underWay;
  };
}

const sampleFolder = fileURLToPath(new URL("../../../workflow/sample", import.meta.url));
const sampleFiles = [
  { path: join(sampleFolder, "talk.mp4"), fileName: "talk.mp4", contentType: "video/mp4" },
  { path: join(sampleFolder, "talk.vtt"), fileName: "talk.vtt", contentType: "text/vtt" },
];

function portInUse(cause: unknown, settings: Settings): StartError | undefined {
  const { code, port } = cause as { code?: string; port?: number };
  if (code !== "EADDRINUSE") return undefined;
  const names = [
    ["CALLBOARD_PORT", settings.port],
    ["CALLBOARD_SOCKET_PORT", settings.socketPort],
    ["CALLBOARD_AWS_PORT", settings.awsPort],
  ] as const;
  const name = names.find(([, number]) => number === port)?.[0];
  return new StartError(`Port ${port} is in use${name ? `; choose another with ${name}` : ""}.`);
}
