import { join } from "node:path";
import {
  type Bus,
  type Clock,
  createBus,
  createDynamodb,
  createEndpoint,
  createEventSourceMappings,
  createLambda,
  createS3,
  createSes,
  createSns,
  createStates,
  createTranscribe,
  type Dynamodb,
  defaultPlace,
  type Endpoint,
  type EventSourceMappings,
  foreignDynamodb,
  type Key,
  type Lambda,
  openDataFolder,
  type S3,
  type Ses,
  type Sqs,
  type States,
  spareExecution,
  spareObject,
  systemClock,
  type View,
} from "@callboard/aws-local";
import { perMinute } from "@callboard/core";
import { RETENTION_DAYS } from "@callboard/functions/deployment";
import { objectFolders } from "@callboard/video/definition";
import { modelEndpoint } from "@callboard/video/models";
import type { TaskFunctions } from "@callboard/video/tasks";
import { busName } from "./bus-rules.ts";
import { busTargets, functionTarget } from "./bus-targets.ts";
import type { Closers } from "./closers.ts";
import { containerProcesses } from "./container/processes.ts";
import { integrations, remedyFor } from "./integrations.ts";
import { openOwnFunctions } from "./own-functions.ts";
import { type Places, placesService } from "./places.ts";
import type { OwnPlugin } from "./plugins/plugin-folder.ts";
import { openOwnPlugins } from "./plugins/register.ts";
import { createQueues } from "./queues.ts";
import { credentials, type LateClients, lateClients, region } from "./sdk.ts";
import type { Settings, StartOptions } from "./settings.ts";
import { modelConnectionArn } from "./state-machine.ts";
import { forgetExecutions } from "./table.ts";

/** The embedded services and their clients. */
export interface Engines {
  readonly clock: Clock;
  /** The embedded one; undefined when another DynamoDB is used. */
  readonly dynamodb: Dynamodb | undefined;
  readonly lambda: Lambda;
  /** The plugins among the user's own functions. */
  readonly ownPlugins: readonly OwnPlugin[];
  readonly bus: Bus;
  readonly queues: Sqs;
  readonly mappings: EventSourceMappings;
  readonly s3: S3;
  readonly ses: Ses;
  readonly states: States;
  readonly endpoint: Endpoint;
  readonly clients: LateClients;
  /** Loaded when first used, so that a start does not wait for them. */
  readonly tasks: () => Promise<TaskFunctions>;
}

/**
 * Starts the embedded AWS services behind one address. Work that an earlier process left does not resume yet.
 */
export async function startEngines(
  settings: Settings,
  { say, clock = systemClock, retryDelaysMs = [1000, 5000], chaos }: StartOptions,
  closers: Closers,
  places: () => Places | undefined,
): Promise<Engines> {
  const folder = (name: string) => join(settings.data, name);
  const data = await openDataFolder(settings.data, { now: clock.now, spare, log: say });
  closers.add(() => data.close());
  data.notes.forEach(say);
  const { store } = data;
  const { dynamodbEndpoint } = settings;
  const foreign = dynamodbEndpoint ? await foreignDynamodb(dynamodbEndpoint) : undefined;
  const dynamodb = foreign ? undefined : createDynamodb({ store, clock });

  const ownFunctions = await openOwnFunctions(settings, clock, () => endpoint.url, closers);
  const ownPlugins = await openOwnPlugins(settings, ownFunctions);
  const lambda = createLambda({
    clock,
    store,
    retryDelaysMs,
    concurrency: 100,
    ...(ownFunctions ? { functions: ownFunctions } : {}),
    log: say,
  });
  closers.add(() => lambda.close());
  const targetOf = (arn: string) => busTargets({ lambda, queues, sns, states }, arn);
  const isTold = perMinute(1, clock);
  const bus = await createBus({
    clock,
    store,
    targetOf,
    chaos,
    onMissingBus: (name) => {
      // An invalid name may contain terminal control characters.
      const named = /^[/.\-_A-Za-z0-9]{1,256}$/.test(name) ? name : "with an invalid name";
      if (isTold("bus"))
        say(`an event was put on the bus ${named}, which does not exist here: Callboard's bus is ${busName}`);
    },
  });
  closers.add(() => bus.close());
  const queues = createQueues({ bus, lambda, clock, store, url: () => endpoint.url, log: say });
  closers.add(() => queues.close());
  const retentionMs = Number(settings.retentionDays ?? RETENTION_DAYS) * 86_400_000;
  const lifecycle = { prefixes: objectFolders, expireAfterMs: retentionMs };
  const s3 = createS3({ store, directory: folder("s3"), clock, credentials, region, lifecycle, log: say });
  closers.add(() => s3.close());
  const ses = createSes({ clock, store, putEvents: bus.putEvents });
  closers.add(() => ses.close());
  const mappings = createEventSourceMappings({ store, clock, place: defaultPlace, sqs: queues, lambda });
  const sns = createSns({
    clock,
    store,
    targetOf: (arn) => functionTarget(lambda, arn) ?? queues.targetOf(arn),
    sendMail: (to, subject, text) => sendMail(ses, to, subject, text),
    log: say,
  });
  const transcribe = createTranscribe({ objects: s3, clock, store, jobMs: 2000 });

  const clients = lateClients();
  const tasks = async () => {
    const { createTaskFunctions } = await import("@callboard/video/tasks");
    return createTaskFunctions({
      s3: clients().s3,
      sfn: clients().sfn,
      progress: { bus: clients().bus, busName },
      now: clock.now,
    });
  };
  const states: States = createStates({
    clock,
    store,
    retentionMs,
    remedy: remedyFor,
    integrations: integrations({
      bus,
      lambda,
      dynamodb,
      s3,
      sqs: queues,
      sns,
      states: () => states,
      transcribe,
      containers: containerProcesses(() => ({
        AWS_ENDPOINT_URL: endpoint.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        CALLBOARD_BUS: busName,
      })),
      onTaskStopped: ({ Detail, ...entry }) =>
        // The waiting state gives up when its heartbeats stop.
        void bus
          .putEvents([{ ...entry, Detail: JSON.stringify(Detail) }])
          .catch((cause: Error) => say(cause.message)),
      connections: { [modelConnectionArn]: modelConnection(settings) },
    }),
    ...(dynamodb ? { onForgotten: (arns) => void forgetExecutions(dynamodb.call, arns) } : {}),
    onStatusChange: async (event) => {
      const { source, "detail-type": type, resources, detail } = event;
      const { Entries } = await bus.putEvents([
        { Source: source, DetailType: type, Resources: resources, Detail: JSON.stringify(detail) },
      ]);
      for (const entry of Entries) if ("ErrorCode" in entry) throw new Error(entry.ErrorCode);
    },
  });
  closers.add(() => states.close());

  const endpoint: Endpoint = await createEndpoint({
    port: settings.awsPort,
    services: [
      foreign ?? dynamodb!,
      states,
      bus,
      lambda,
      mappings,
      queues,
      sns,
      s3,
      ses,
      modelEndpoint,
      placesService(places),
    ],
  });
  closers.add(() => endpoint.close());
  clients.useEndpoint(endpoint.url);
  return {
    clock,
    dynamodb,
    lambda,
    ownPlugins,
    bus,
    queues,
    mappings,
    s3,
    ses,
    states,
    endpoint,
    clients,
    tasks,
  };
}

/** A mail from a topic to an e-mail subscriber. */
async function sendMail(ses: Ses, to: string, subject: string, text: string): Promise<void> {
  const from = "AWS Notifications <no-reply@sns.amazonaws.com>";
  const headers = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=`,
  ];
  const type = [
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
  ];
  const raw = [...headers, ...type, "", Buffer.from(text).toString("base64")].join("\r\n");
  await ses.sendRaw(Buffer.from(raw), { from, to: [to] });
}

/** Records that a start can do without when they are damaged: an object, or an ended execution. */
const spare = (key: Key, view: View): Key | undefined => spareObject(key) ?? spareExecution(key, view);

/** The connection that adds a model's key to requests. */
function modelConnection({ model }: Settings): { headers?: Record<string, string> } {
  return model?.key ? { headers: { authorization: `Bearer ${model.key}` } } : {};
}
