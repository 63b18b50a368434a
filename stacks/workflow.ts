import { readFileSync } from "node:fs";
import { join } from "node:path";
import { definition, type objectFolders } from "@callboard/video/definition";
import { buildSync } from "esbuild";
import type { BusParts } from "./bus.ts";
import { callboardFunction } from "./functions.ts";
import { longestName, stageName } from "./names.ts";
import type { Statement } from "./permissions.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

const tasks = {
  probe: "Probe",
  prepare: "Prepare",
  "read-transcript": "ReadTranscript",
  "store-avatar": "StoreAvatar",
} as const;
type TaskName = keyof typeof tasks;

const machineName = () => stageName(longestName.stateMachine, "post-processing");

/** The post-processing of a video: its functions, its container, what it calls, and the state machine itself. */
export function workflow(settings: Settings, { bucket }: Storage, { own }: BusParts) {
  const functions = taskFunctions(settings, bucket, own);
  const container = fargate(bucket, own);
  const connection = modelConnection(settings);
  const bedrock = [settings.models.textModelId, settings.models.imageModelId].flatMap(modelArns);
  const filled = $util
    .output({
      BusName: own.name,
      Bucket: bucket.name,
      ProbeFunction: functions.probe.arn,
      PrepareFunction: functions.prepare.arn,
      ReadTranscriptFunction: functions["read-transcript"].arn,
      StoreAvatarFunction: functions["store-avatar"].arn,
      ModelConnectionArn: connection.arn,
      ClusterArn: container.cluster,
      TaskDefinitionArn: container.taskDefinition,
      ContainerName: container.name,
      Subnets: container.subnets,
      SecurityGroups: container.securityGroups,
    })
    .apply((known) =>
      definition(
        {
          ...known,
          TextModelId: settings.models.textModelId,
          TextModelLabel: settings.models.textModelId,
          ImageModelId: settings.models.imageModelId,
          ModelEndpoint: settings.models.endpoint,
          ModelName: settings.models.name,
          ModelLabel: settings.models.name,
          TranscribePollSeconds: "15",
          TranscribeCaptioned: "false",
        },
        // The same file that runs locally; bundled code cannot find it beside itself.
        readFileSync(join($cli.paths.root, "packages/video/post-processing.asl.json"), "utf8"),
      ),
    );

  const name = machineName();
  const log = new aws.cloudwatch.LogGroup("PostProcessingLog", {
    name: `/aws/vendedlogs/states/${name}`,
    retentionInDays: settings.production ? 90 : 7,
  });
  const statements = [
    { actions: ["events:PutEvents"], resources: [own.arn] },
    { actions: ["lambda:InvokeFunction"], resources: Object.values(functions).map(({ arn }) => arn) },
    { actions: ["bedrock:InvokeModel"], resources: bedrock },
    // Transcribe reads and writes as whoever starts the job, and Bedrock as whoever asks for a picture.
    { actions: ["s3:GetObject"], resources: objectsIn(bucket, ["videos/"]) },
    mayWrite(bucket, ["transcripts/", "avatars/"]),
    ...transcription,
    ...runContainer(container),
    ...callModel(connection, settings.models.endpoint),
    ...writeLog,
  ];
  const role = new aws.iam.Role("PostProcessingRole", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "states.amazonaws.com" }),
    inlinePolicies: [{ name: "inline", policy: policyOf(statements) }],
  });
  const stateMachine = new aws.sfn.StateMachine("PostProcessing", {
    name,
    type: "STANDARD",
    definition: filled,
    roleArn: role.arn,
    // Execution data holds task tokens.
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: false,
      logDestination: $interpolate`${log.arn}:*`,
    },
    tracingConfiguration: { enabled: true },
  });
  /** Whoever puts its events. */
  const putting = [role.arn, functions.prepare.nodes.role.arn, container.taskRole];
  return { stateMachine, functions, putting };
}

/**
 * A model of this Region; or, by the id of an inference profile such as `us.anthropic…`, the profile and its model in
 * each Region that it leads to (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html).
 */
function modelArns(id: string) {
  const region = aws.getRegionOutput().region;
  const [, model] = /^(?:us|eu|apac|global)\.(.+)$/.exec(id) ?? [];
  if (!model) return [$interpolate`arn:aws:bedrock:${region}::foundation-model/${id}`];
  const account = aws.getCallerIdentityOutput().accountId;
  return [
    $interpolate`arn:aws:bedrock:${region}:${account}:inference-profile/${id}`,
    $util.output(`arn:aws:bedrock:*::foundation-model/${model}`),
  ];
}

/** A bucket may be a team's own, with much else in it: each task has the folders that it works in. */
type Folder = (typeof objectFolders)[number];
const objectsIn = (bucket: Storage["bucket"], folders: readonly Folder[]) =>
  folders.map((folder) => $interpolate`${bucket.arn}/${folder}*`);

const mayWrite = (bucket: Storage["bucket"], folders: readonly Folder[]): Statement => ({
  actions: ["s3:PutObject"],
  resources: objectsIn(bucket, folders),
});

/**
 * Reading objects, and being told of one that is missing: without the right to list the bucket S3 answers 403 for it
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html).
 */
const mayRead = (bucket: Storage["bucket"], folders: readonly Folder[]): Statement[] => [
  { actions: ["s3:GetObject"], resources: objectsIn(bucket, folders) },
  { actions: ["s3:ListBucket"], resources: [bucket.arn] },
];

const policyOf = (statements: readonly Statement[]) =>
  aws.iam.getPolicyDocumentOutput({
    statements: statements.map((one) => ({ ...one, effect: "Allow" })),
  }).json;

function taskFunctions(
  settings: Settings,
  bucket: Storage["bucket"],
  own: BusParts["own"],
): Record<TaskName, sst.aws.Function> {
  const remove = { actions: ["s3:DeleteObject"], resources: objectsIn(bucket, ["avatars/"]) };
  const report = { actions: ["events:PutEvents"], resources: [own.arn] };
  const file = (name: TaskName) => `packages/video/src/lambda/${name}`;
  const bucketTask = (name: TaskName, permissions: Statement[], more: object = {}) =>
    callboardFunction(settings, tasks[name], {
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
    "store-avatar": bucketTask("store-avatar", [
      ...mayRead(bucket, ["avatars/"]),
      mayWrite(bucket, ["avatars/"]),
      remove,
    ]),
  };
}

/** Where videos of a quarter of an hour and longer are prepared. */
function fargate(bucket: Storage["bucket"], own: BusParts["own"]) {
  const vpc = new sst.aws.Vpc("Vpc");
  const cluster = new sst.aws.Cluster("Cluster", { vpc });
  const may: Statement[] = [
    ...mayRead(bucket, ["videos/"]),
    mayWrite(bucket, ["videos/"]),
    { actions: ["events:PutEvents"], resources: [own.arn] },
  ];
  const task = new sst.aws.Task("PrepareLong", {
    cluster,
    architecture: "arm64",
    cpu: "1 vCPU",
    memory: "2 GB",
    image: { context: bundleContainer() },
    environment: { CALLBOARD_BUS: own.name },
    transform: {
      // SST's own policies would let it read every secret of the account, and open a shell.
      executionRole: { inlinePolicies: [] },
      taskRole: { inlinePolicies: [{ name: "inline", policy: policyOf(may) }] },
    },
  });
  const list = (values: $util.Input<$util.Input<string>[]>) =>
    $util.output(values).apply((all) => all.join(","));
  return {
    cluster: cluster.nodes.cluster.arn,
    taskDefinition: task.taskDefinition,
    // The name that SST gives the container of a task with one.
    name: "PrepareLong",
    subnets: list(vpc.publicSubnets),
    securityGroups: list(vpc.securityGroups),
    taskRole: task.nodes.taskRole.arn,
    roles: [task.nodes.executionRole.arn, task.nodes.taskRole.arn],
  };
}

/** Bundles what the container runs into the folder of its Dockerfile, which it returns. */
function bundleContainer(): string {
  const folder = "packages/video/src/container";
  buildSync({
    absWorkingDir: $cli.paths.root,
    entryPoints: [`${folder}/prepare.ts`],
    outfile: `${folder}/prepare.mjs`,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: "error",
  });
  return folder;
}

/** The key of the model outside AWS, which is kept by EventBridge and seen by no code of ours. */
function modelConnection({ production }: Settings) {
  const key = new sst.Secret("ModelKey", production ? undefined : "none");
  return new aws.cloudwatch.EventConnection("ModelConnection", {
    name: stageName(longestName.connection, "model"),
    authorizationType: "API_KEY",
    authParameters: { apiKey: { key: "Authorization", value: $interpolate`Bearer ${key.value}` } },
  });
}

// IAM knows no narrower resource for starting a job.
const transcription: Statement[] = [
  { actions: ["transcribe:StartTranscriptionJob", "transcribe:GetTranscriptionJob"], resources: ["*"] },
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html#connect-ecs-iam */
const runContainer = ({ taskDefinition, cluster, roles }: ReturnType<typeof fargate>): Statement[] => {
  const region = aws.getRegionOutput().region;
  const account = aws.getCallerIdentityOutput().accountId;
  return [
    { actions: ["ecs:RunTask"], resources: [taskDefinition] },
    {
      actions: ["ecs:StopTask", "ecs:DescribeTasks"],
      resources: [$util.output(cluster).apply((arn) => `${arn.replace(":cluster/", ":task/")}/*`)],
    },
    { actions: ["iam:PassRole"], resources: roles },
    {
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [
        $interpolate`arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForECSTaskRule`,
      ],
    },
  ];
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions */
const callModel = (connection: aws.cloudwatch.EventConnection, endpoint: string): Statement[] => [
  {
    actions: ["states:InvokeHTTPEndpoint"],
    resources: [
      $interpolate`arn:aws:states:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:stateMachine:${machineName()}`,
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

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: of log deliveries there is no narrower resource. */
const writeLog: Statement[] = [
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
