import type {
  Bus,
  Connection,
  Dynamodb,
  Integrations,
  Lambda,
  RunContainers,
  S3,
  Sns,
  Sqs,
  States,
  TaskStateChangeEntry,
  Transcribe,
} from "@callboard/aws-local";
import {
  awsSdk,
  bedrockTasks,
  cloudwatchTasks,
  dynamodbTasks,
  ecsTasks,
  eventsTasks,
  firstOf,
  httpTasks,
  lambdaTasks,
  s3Tasks,
  sfnTasks,
  snsTasks,
  sqsTasks,
  standInName,
  standInTasks,
  startExecutionTasks,
} from "@callboard/aws-local";
import { converseStandIn, invokeStandIn } from "@callboard/video/models";
import { prepareFamily } from "./state-machine.ts";

/** The parts of the services behind Task states. */
export interface IntegrationParts {
  readonly bus: Pick<Bus, "addedBy" | "operations">;
  readonly lambda: Lambda;
  /** The embedded one; Task states can use no other. */
  readonly dynamodb?: Pick<Dynamodb, "operations"> | undefined;
  readonly s3: Pick<S3, "operations" | "read" | "write">;
  readonly sqs: Pick<Sqs, "operations">;
  readonly sns: Pick<Sns, "operations">;
  readonly states: () => States;
  readonly transcribe: Transcribe;
  /** How the compute step's containers run, and what is called when one has stopped. */
  readonly containers: RunContainers;
  readonly onTaskStopped: (entry: TaskStateChangeEntry) => void;
  /** This machine's own connections, by ARN; others are created by users. */
  readonly connections: Readonly<Record<string, Connection>>;
}

/**
 * The services that Task states can call: a function that replaces a service if the user has one, else the
 * service.
 */
export function integrations(parts: IntegrationParts): Integrations {
  const { bus, lambda, dynamodb, s3, sqs, sns, states, transcribe, connections, onTaskStopped } = parts;
  return firstOf(
    standInTasks(lambda),
    lambdaTasks(lambda, (name) => remedyBy(name)),
    eventsTasks(bus.operations.PutEvents),
    ...(dynamodb ? [dynamodbTasks(dynamodb.operations)] : []),
    startExecutionTasks(states),
    sfnTasks(() => states().operations),
    sqsTasks(sqs.operations),
    snsTasks(sns.operations),
    s3Tasks(s3.operations),
    cloudwatchTasks(),
    httpTasks({ fetch, connectionOf: (arn) => connections[arn] ?? bus.addedBy(arn) }),
    bedrockTasks(invokeStandIn, s3),
    awsSdk("bedrockruntime", "BedrockRuntime", { converse: converseStandIn }),
    awsSdk("transcribe", "Transcribe", {
      startTranscriptionJob: transcribe.startTranscriptionJob,
      getTranscriptionJob: transcribe.getTranscriptionJob,
    }),
    ecsTasks({ runnerOf: (family) => runnerOf(parts, family), remedy: remedyBy, onStopped: onTaskStopped }),
  );
}

/** What the user can do about a resource that nothing serves. */
export function remedyFor(resource: string): string {
  const name = standInName(resource);
  return name === undefined ? "" : remedyBy(name);
}

const remedyBy = (name: string): string =>
  `Put ${name}.mjs, which exports a handler, into the CALLBOARD_FUNCTIONS folder.`;

/**
 * The post-processing's containers are processes; other tasks are functions with the name of their family.
 */
function runnerOf({ lambda, containers }: IntegrationParts, family: string): RunContainers | undefined {
  if (family === prepareFamily) return containers;
  if (!lambda.has(family)) return undefined;
  return async ({ taskDefinition, containers }) => {
    const outcome = await lambda.invoke(family, { taskDefinition, containers });
    if (!("functionError" in outcome)) return { exitCode: 0 };
    const { errorType, errorMessage } = outcome.payload;
    return { exitCode: 1, reason: `${errorType}: ${errorMessage}` };
  };
}
