import { join } from "node:path";
import {
  type Bus,
  type Clock,
  createBus,
  createEndpoint,
  createLambda,
  createS3,
  createStates,
  createTranscribe,
  type Dynamodb,
  type Endpoint,
  type Lambda,
  openDataFolder,
  type S3,
  type Sqs,
  type States,
  startDynamodb,
  systemClock,
} from "@callboard/aws-local";
import { modelEndpoint } from "@callboard/video/models";
import type { TaskFunctions } from "@callboard/video/tasks";
import { busName, functionArn } from "./bus-rules.ts";
import type { Closers } from "./closers.ts";
import { integrations } from "./integrations.ts";
import { createQueues } from "./queues.ts";
import { credentials, type LateClients, lateClients, region } from "./sdk.ts";
import type { Settings, StartOptions } from "./settings.ts";
import { modelConnectionArn } from "./state-machine.ts";

/** The embedded services, and what reaches them. */
export interface Engines {
  readonly clock: Clock;
  readonly dynamodb: Dynamodb;
  readonly lambda: Lambda;
  readonly bus: Bus;
  readonly queues: Sqs;
  readonly s3: S3;
  readonly states: States;
  readonly endpoint: Endpoint;
  readonly clients: LateClients;
  /** Loaded when they are first asked for, which a start is not to wait for. */
  readonly tasks: () => Promise<TaskFunctions>;
}

/** Starts the embedded AWS services behind one address. Nothing that an earlier process left goes on yet. */
export async function startEngines(
  settings: Settings,
  { say, clock = systemClock, retryDelaysMs = [1000, 5000], chaos }: StartOptions,
  closers: Closers,
): Promise<Engines> {
  const folder = (name: string) => join(settings.data, name);
  const data = await openDataFolder(settings.data, { now: clock.now });
  closers.add(() => data.close());
  data.notes.forEach(say);
  const dynamodb = await startDynamodb({
    directory: folder("dynamodb"),
    ...(settings.dynamodbEndpoint ? { endpoint: settings.dynamodbEndpoint } : {}),
  });
  closers.add(() => dynamodb.stop());

  const lambda = createLambda({
    clock,
    directory: folder("lambda"),
    retryDelaysMs,
    concurrency: 100,
    log: say,
  });
  closers.add(() => lambda.close());
  const targets = Object.fromEntries(
    ["ingest", "fanout", "relay"].map((name) => [
      functionArn(name),
      (event: object) => lambda.invokeAsync(name, event),
    ]),
  );
  const bus = await createBus({ clock, directory: folder("bus"), targets, chaos });
  closers.add(() => bus.close());
  const queues = await createQueues({ bus, lambda, clock, directory: folder("sqs"), log: say });
  closers.add(() => queues.close());
  const s3 = createS3({ directory: folder("s3"), clock, credentials, region });
  const transcribe = await createTranscribe({
    objects: s3,
    clock,
    directory: folder("transcribe"),
    jobMs: 2000,
  });
  closers.add(() => transcribe.close());

  const clients = lateClients();
  const tasks = async () => {
    const { createTaskFunctions } = await import("@callboard/video/tasks");
    return createTaskFunctions({
      s3: clients().s3,
      progress: { bus: clients().bus, busName },
      now: clock.now,
    });
  };
  const states = createStates({
    clock,
    directory: folder("states"),
    integrations: integrations({
      bus,
      lambda,
      s3,
      transcribe,
      prepare: async (input) => (await tasks()).prepare(input),
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
    port: settings.awsPort,
    services: [dynamodb, states, bus, lambda, queues, s3, modelEndpoint],
  });
  closers.add(() => endpoint.close());
  clients.are(endpoint.url);
  return { clock, dynamodb, lambda, bus, queues, s3, states, endpoint, clients, tasks };
}

/** The connection that adds a model's key to requests. */
function modelConnection({ model }: Settings): { headers?: Record<string, string> } {
  return model?.key ? { headers: { authorization: `Bearer ${model.key}` } } : {};
}
