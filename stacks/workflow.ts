import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rowPrefix } from "@callboard/functions/deployment";
import { definition, type Substitutions, stoppedTasks } from "@callboard/video/definition";
import type { BusParts, RuleParts } from "./bus.ts";
import { longestSecondsLive } from "./code.ts";
import { container, runContainer } from "./container.ts";
import { callboardFunction, keepFailures, mayKeepFailures } from "./functions.ts";
import type { Models } from "./model-settings.ts";
import { labelOf, type Model, statementsFor } from "./models.ts";
import { longestName, type Names } from "./names.ts";
import { breakersOf, mayRead, mayWrite, objectsIn, policyOf, type Statement } from "./permissions.ts";
import type { StageSettings } from "./stage-settings.ts";
import type { AnyBucket, Storage } from "./storage.ts";

const tasks = {
  probe: "Probe",
  prepare: "Prepare",
  "read-transcript": "ReadTranscript",
  "store-avatar": "StoreAvatar",
} as const;
type TaskName = keyof typeof tasks;

const machineName = ({ stageName }: Names) => stageName(longestName.stateMachine, "post-processing");

export type WithModels = StageSettings & { readonly models: Models };

/** The post-processing of a video: its functions, its container, its permissions, and the state machine itself. */
export function workflow(
  names: Names,
  settings: WithModels,
  {
    bucket,
    table,
    own,
    failed,
  }: Pick<Storage, "bucket"> & Pick<BusParts, "own" | "failed"> & { readonly table: AnyBucket },
) {
  const { text, image, outside } = settings.models;
  const functions = taskFunctions(names, settings, bucket, own);
  const long = container(bucket, own);
  const drawing = image && { ImageModelId: image.text, StoreAvatarFunction: functions["store-avatar"]!.arn };
  const connection = outside && modelConnection(names, settings);
  const asking = outside && {
    ModelEndpoint: outside.endpoint,
    ModelName: outside.name,
    ModelLabel: outside.name,
    ModelConnectionArn: connection!.arn,
  };
  const filled = $util
    .output({
      BusName: own.name,
      Bucket: bucket.name,
      TableName: table.name,
      ProbeFunction: functions.probe.arn,
      PrepareFunction: functions.prepare.arn,
      ReadTranscriptFunction: functions["read-transcript"].arn,
      ClusterArn: long.cluster,
      TaskDefinitionArn: long.taskDefinition,
      ContainerName: long.name,
      Subnets: long.subnets,
      SecurityGroups: long.securityGroups,
      ...drawing,
      ...asking,
    })
    .apply((known) =>
      definition(
        {
          ...known,
          BreakerPrefix: rowPrefix.breaker,
          TextModelId: text.text,
          TextModelLabel: labelOf(text),
          TranscribePollSeconds: "15",
          TranscribeCaptioned: "false",
        } as Substitutions,
        // The same file that runs locally; bundled code cannot find it next to itself.
        readFileSync(join($cli.paths.root, "packages/video/post-processing.asl.json"), "utf8"),
      ),
    );

  const name = machineName(names);
  const log = new aws.cloudwatch.LogGroup("PostProcessingLog", {
    name: `/aws/vendedlogs/states/${name}`,
    retentionInDays: settings.production ? 90 : 7,
  });
  const statements: Statement[] = [
    { actions: ["events:PutEvents"], resources: [own.arn] },
    { actions: ["lambda:InvokeFunction"], resources: Object.values(functions).map(({ arn }) => arn) },
    // Transcribe uses the rights of the caller who starts the job, and Bedrock those of the caller who wants a picture.
    { actions: ["s3:GetObject"], resources: objectsIn(bucket, ["videos/"]) },
    mayWrite(bucket, ["transcripts/", "avatars/"]),
    breakersOf({ table }),
    ...transcription,
    ...runContainer(long),
    ...(outside && connection ? callOutside(names, connection, outside.endpoint) : []),
    ...writeLog,
  ];
  const role = new aws.iam.Role("PostProcessingRole", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "states.amazonaws.com" }),
    inlinePolicies: [
      {
        name: "inline",
        policy: policyOf(
          callModels(image ? [text, image] : [text]).apply((models) => [...statements, ...models]),
        ),
      },
    ],
  });
  const stateMachine = new aws.sfn.StateMachine("PostProcessing", {
    name,
    type: "STANDARD",
    definition: filled,
    roleArn: role.arn,
    // Execution data contains task tokens.
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: false,
      logDestination: $interpolate`${log.arn}:*`,
    },
    tracingConfiguration: { enabled: true },
  });
  /** The publisher of its events. */
  const putting = [role.arn, functions.prepare.nodes.role.arn, long.taskRole];
  return { stateMachine, functions, putting, stopped: containerStopped(names, settings, long, failed) };
}

/** Converse is allowed by the same action as InvokeModel. */
const callModels = (models: readonly Model[]): $util.Output<Statement[]> =>
  $util
    .all([
      aws.getPartitionOutput().partition,
      aws.getRegionOutput().region,
      aws.getCallerIdentityOutput().accountId,
    ])
    .apply(([partition, region, account]) =>
      models
        .flatMap((model) => statementsFor(model, { partition, region, account }))
        .map(({ resources, through }) => ({
          actions: ["bedrock:InvokeModel"],
          resources: [...resources],
          ...(through
            ? {
                conditions: [
                  { test: "StringEquals", variable: "bedrock:InferenceProfileArn", values: [through] },
                ],
              }
            : {}),
        })),
    );

/** The picture's function exists only with an image model. */
function taskFunctions(
  names: Names,
  settings: WithModels,
  bucket: Storage["bucket"],
  own: BusParts["own"],
): Record<Exclude<TaskName, "store-avatar">, sst.aws.Function> & { "store-avatar"?: sst.aws.Function } {
  const remove = { actions: ["s3:DeleteObject"], resources: objectsIn(bucket, ["avatars/"]) };
  const report = { actions: ["events:PutEvents"], resources: [own.arn] };
  const file = (name: TaskName) => `packages/video/src/lambda/${name}`;
  const bucketTask = (name: TaskName, permissions: Statement[], more: object = {}) =>
    callboardFunction(names, settings, tasks[name], {
      file: file(name),
      memory: "1024 MB",
      timeout: "60 seconds",
      permissions,
      ...more,
    });
  return {
    probe: bucketTask("probe", mayRead(bucket, ["videos/"])),
    prepare: bucketTask("prepare", [...mayRead(bucket, ["videos/"]), mayWrite(bucket, ["videos/"]), report], {
      timeout: "15 minutes",
      environment: { CALLBOARD_BUS: own.name },
    }),
    "read-transcript": bucketTask("read-transcript", mayRead(bucket, ["videos/", "transcripts/"])),
    ...(settings.models.image
      ? {
          "store-avatar": bucketTask("store-avatar", [
            ...mayRead(bucket, ["avatars/"]),
            mayWrite(bucket, ["avatars/"]),
            remove,
          ]),
        }
      : {}),
  };
}

/** Reports a stopped container to the state that waits for it. Anything later than the state's heartbeat is useless. */
function containerStopped(
  names: Names,
  settings: WithModels,
  { cluster }: ReturnType<typeof container>,
  failed: aws.sqs.Queue,
): RuleParts {
  const target = callboardFunction(names, settings, "TaskStopped", {
    file: "packages/video/src/lambda/task-stopped",
    memory: "256 MB",
    timeout: `${$dev ? longestSecondsLive(30) : 30} seconds`,
    // Task tokens cannot be named as resources.
    permissions: [{ actions: ["states:SendTaskFailure"], resources: ["*"] }, mayKeepFailures(failed)],
  });
  keepFailures(names.inStack("TaskStopped"), target, failed, 2);
  return {
    name: "task-stopped",
    pattern: $util.output(cluster).apply((arn) => JSON.stringify(stoppedTasks(arn))),
    target: target.arn,
    invokes: target,
  };
}

/** The API key of the model outside AWS, which EventBridge keeps and our code never sees. */
function modelConnection({ stageName }: Names, { production }: WithModels) {
  const key = new sst.Secret("ModelKey", production ? undefined : "none");
  return new aws.cloudwatch.EventConnection("ModelConnection", {
    name: stageName(longestName.connection, "model"),
    authorizationType: "API_KEY",
    authParameters: { apiKey: { key: "Authorization", value: $interpolate`Bearer ${key.value}` } },
  });
}

// IAM has no narrower resource for starting a job.
const transcription: Statement[] = [
  { actions: ["transcribe:StartTranscriptionJob", "transcribe:GetTranscriptionJob"], resources: ["*"] },
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions */
const callOutside = (
  names: Names,
  connection: aws.cloudwatch.EventConnection,
  endpoint: string,
): Statement[] => [
  {
    actions: ["states:InvokeHTTPEndpoint"],
    resources: [
      $interpolate`arn:aws:states:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:stateMachine:${machineName(names)}`,
    ],
    conditions: [
      { test: "StringEquals", variable: "states:HTTPMethod", values: ["POST"] },
      { test: "StringLike", variable: "states:HTTPEndpoint", values: [`${endpoint}/*`] },
    ],
  },
  { actions: ["events:RetrieveConnectionCredentials"], resources: [connection.arn] },
  {
    actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    resources: [connection.secretArn],
  },
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html:: log deliveries have no narrower resource. */
export const writeLog: Statement[] = [
  {
    actions: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    resources: ["*"],
  },
  { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] },
];
