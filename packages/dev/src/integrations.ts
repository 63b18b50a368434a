import type { Bus, Dynamodb, Integration, Lambda, S3, Transcribe } from "@callboard/aws-local";
import {
  awsSdk,
  bedrockInvokeModel,
  type Connection,
  type ContainerRun,
  dynamodbTasks,
  httpInvoke,
  lambdaFunction,
  lambdaInvoke,
  putEvents,
  runTask,
} from "@callboard/aws-local";
import { converseStandIn, drawStandIn } from "@callboard/video/models";
import type { TaskFunctions } from "@callboard/video/tasks";

/** What the services behind Task states are made of. */
export interface IntegrationParts {
  readonly bus: Pick<Bus, "operations">;
  readonly lambda: Lambda;
  /** The embedded one; Task states reach no other. */
  readonly dynamodb?: Pick<Dynamodb, "operations"> | undefined;
  readonly s3: Pick<S3, "read" | "write">;
  readonly transcribe: Transcribe;
  /** What a container of the compute step runs. */
  readonly prepare: TaskFunctions["prepare"];
  /** EventBridge connections by ARN. */
  readonly connections: Readonly<Record<string, Connection>>;
}

/** What Task states can call, by the resource that they name: what the post-processing needs, and the table. */
export function integrations(parts: IntegrationParts): Record<string, Integration> {
  const { bus, lambda, dynamodb, s3, transcribe, connections } = parts;
  return {
    ...(dynamodb ? dynamodbTasks(dynamodb.operations) : {}),
    lambdaFunction: lambdaFunction(lambda),
    "arn:aws:states:::lambda:invoke": lambdaInvoke(lambda),
    "arn:aws:states:::events:putEvents": putEvents(bus.operations.PutEvents),
    "arn:aws:states:::http:invoke": httpInvoke({ fetch, connections }),
    "arn:aws:states:::bedrock:invokeModel": bedrockInvokeModel(
      async ({ body, contentType }) => ({ body: await drawStandIn(body), contentType }),
      s3,
    ),
    "arn:aws:states:::aws-sdk:bedrockruntime:converse": awsSdk("BedrockRuntime", converseStandIn),
    "arn:aws:states:::ecs:runTask": runTask(({ containers }) => runContainers(parts.prepare, containers)),
    "arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob": awsSdk(
      "Transcribe",
      transcribe.startTranscriptionJob,
    ),
    "arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob": awsSdk(
      "Transcribe",
      transcribe.getTranscriptionJob,
    ),
  };
}

/** A container's work, in this process: its input comes in the environment, as on Fargate. */
async function runContainers(
  prepare: IntegrationParts["prepare"],
  containers: readonly ContainerRun[],
): Promise<{ exitCode: number; reason?: string }> {
  try {
    for (const { environment } of containers) await prepare(JSON.parse(environment.PREPARE_INPUT ?? "null"));
    return { exitCode: 0 };
  } catch (cause) {
    return { exitCode: 1, reason: cause instanceof Error ? `${cause.name}: ${cause.message}` : "failed" };
  }
}
