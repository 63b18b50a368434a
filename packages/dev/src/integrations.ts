import type {
  Bus,
  Dynamodb,
  Integration,
  Lambda,
  RunContainers,
  S3,
  TaskStateChangeEntry,
  Transcribe,
} from "@callboard/aws-local";
import {
  awsSdk,
  bedrockInvokeModel,
  type Connection,
  dynamodbTasks,
  httpInvoke,
  lambdaFunction,
  lambdaInvoke,
  putEvents,
  runTask,
} from "@callboard/aws-local";
import { converseStandIn, drawStandIn } from "@callboard/video/models";

/** What the services behind Task states are made of. */
export interface IntegrationParts {
  readonly bus: Pick<Bus, "operations">;
  readonly lambda: Lambda;
  /** The embedded one; Task states reach no other. */
  readonly dynamodb?: Pick<Dynamodb, "operations"> | undefined;
  readonly s3: Pick<S3, "read" | "write">;
  readonly transcribe: Transcribe;
  /** How containers run, and who is told of those that have stopped. */
  readonly containers: RunContainers;
  readonly onTaskStopped: (entry: TaskStateChangeEntry) => void;
  /** EventBridge connections by ARN. */
  readonly connections: Readonly<Record<string, Connection>>;
}

/** What Task states can call, by the resource that they name: what the post-processing needs, and the table. */
export function integrations(parts: IntegrationParts): Record<string, Integration> {
  const { bus, lambda, dynamodb, s3, transcribe, connections, containers, onTaskStopped } = parts;
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
    "arn:aws:states:::ecs:runTask": runTask(containers, { onStopped: onTaskStopped }),
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
