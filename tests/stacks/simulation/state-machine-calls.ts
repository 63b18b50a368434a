import type { Synthesis } from "../../../scripts/synth/resource.ts";
import { get, ofType } from "../stage.ts";
import { eventKeys, type Judged, type Made, tracing } from "./call.ts";
import { arnOf, type Places } from "./places.ts";

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Branches?: readonly { readonly States: Readonly<Record<string, State>> }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

/** The calls of a state machine, from its definition: each task by its integration. */
export function callsOfStateMachine(stage: Synthesis, places: Places): Judged[] {
  return ofType(stage, "aws:sfn/stateMachine:StateMachine").flatMap(({ name, inputs }) => {
    const role = roleNamed(stage, String(inputs.roleArn));
    const { States } = JSON.parse(String(inputs.definition)) as { States: Record<string, State> };
    const ofTasks = tasksOf(States).flatMap(([path, state]) =>
      ofTask(stage, state, places, String(inputs.name ?? name)).map((made) => ({ role, path, ...made })),
    );
    const ofItself = [
      ...(get(inputs, "loggingConfiguration", "logDestination") ? deliveringLogs : []),
      ...(get(inputs, "tracingConfiguration", "enabled") ? tracing : []),
    ].map((made) => ({ role, path: "being a state machine", ...made }));
    return [...ofTasks, ...ofItself];
  });
}

function roleNamed(stage: Synthesis, arn: string): string {
  const role = ofType(stage, "aws:iam/role:Role").find(
    (one) => arn === `arn:aws:iam::123456789012:role/${one.inputs.name ?? one.name}`,
  );
  if (!role) throw new Error(`no role ${arn}`);
  return role.name;
}

const tasksOf = (states: Readonly<Record<string, State>>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]): [string, State][] => [
    ...(state.Type === "Task" ? [[name, state] as [string, State]] : []),
    ...(state.Branches ?? []).flatMap(({ States }) => tasksOf(States)),
    ...(state.ItemProcessor ? tasksOf(state.ItemProcessor.States) : []),
  ]);

const on = (action: string, resource: string, context: Made["context"] = {}): Made => ({
  action,
  resource,
  context,
});

/** A text joined by a JSONata expression: unknown parts match anything. */
function filled(value: unknown): string {
  const [, expression] = /^\{%(.*)%\}$/s.exec(String(value)) ?? [];
  if (expression === undefined) return String(value);
  return expression
    .split("&")
    .map((part) => /^'([^']*)'$/.exec(part.trim())?.[1] ?? "x")
    .join("");
}

function ofTask(
  stage: Synthesis,
  { Resource = "", Arguments: given }: State,
  places: Places,
  machine: string,
): Made[] {
  const integration = Resource.replace("arn:aws:states:::", "").replace(
    /\.(sync|waitForTaskToken)(:2)?$/,
    "",
  );
  switch (integration) {
    case "events:putEvents": {
      const entries = get<{ EventBusName: string; Source: string; DetailType: string }[]>(given, "Entries")!;
      const eventsOf = (isDefault: boolean) =>
        entries
          .filter(({ EventBusName }) => (EventBusName === "default") === isDefault)
          .map(({ Source, DetailType }) => `${Source}: ${DetailType}`);
      return [false, true].flatMap((isDefault) => {
        const events = eventsOf(isDefault);
        const bus = isDefault ? places.defaultBus : places.bus;
        return events.length > 0 ? [on("events:PutEvents", bus, eventKeys(events))] : [];
      });
    }
    case "aws-sdk:dynamodb:query": {
      const values = get<Record<string, { S: string }>>(given, "ExpressionAttributeValues")!;
      const keys = Object.values(values).map(({ S }) => filled(S));
      return [on("dynamodb:Query", places.table, { "dynamodb:LeadingKeys": keys })];
    }
    case "dynamodb:getItem":
    case "dynamodb:updateItem":
    case "dynamodb:deleteItem": {
      const action = integration.replace(/:./, (start) => start.toUpperCase());
      return [on(action, places.table, { "dynamodb:LeadingKeys": [filled(get(given, "Key", "pk", "S"))] })];
    }
    case "lambda:invoke":
      return [on("lambda:InvokeFunction", get(given, "FunctionName")!)];
    // Converse needs the same right as InvokeModel.
    case "aws-sdk:bedrockruntime:converse":
    case "bedrock:invokeModel":
      return [...modelCalls(get(given, "ModelId")!), ...objectsOf(given, places)];
    case "aws-sdk:transcribe:startTranscriptionJob":
      return [on("transcribe:StartTranscriptionJob", "*"), ...objectsOf(given, places)];
    case "aws-sdk:transcribe:getTranscriptionJob":
      return [on("transcribe:GetTranscriptionJob", "*")];
    case "ecs:runTask":
      return ofContainer(stage, given);
    case "http:invoke": {
      const connection = get(given, "Authentication", "ConnectionArn")!;
      const [secret] = ofType(stage, "aws:cloudwatch/eventConnection:EventConnection").map(({ inputs }) =>
        arnOf("secretsmanager", `secret:events!connection/${inputs.name}`),
      );
      return [
        on("states:InvokeHTTPEndpoint", arnOf("states", `stateMachine:${machine}`), {
          "states:HTTPMethod": get(given, "Method")!,
          "states:HTTPEndpoint": get(given, "ApiEndpoint")!,
        }),
        on("events:RetrieveConnectionCredentials", connection),
        on("secretsmanager:GetSecretValue", secret!),
        on("secretsmanager:DescribeSecret", secret!),
      ];
    }
  }
  throw new Error(`unknown how IAM judges ${Resource}`);
}

/**
 * A model of this Region; for an inference profile the profile, and through it only, its model in each of its Regions
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html).
 */
function modelCalls(id: string): Made[] {
  const call = (arn: string, context: Made["context"] = {}) => on("bedrock:InvokeModel", arn, context);
  const [, model] = /^(?:us|eu|apac|jp|au|ca|global)\.(.+)$/.exec(id) ?? [];
  if (!model) return [call(`arn:aws:bedrock:us-east-1::foundation-model/${id}`)];
  const profile = arnOf("bedrock", `inference-profile/${id}`);
  return [
    call(profile),
    call(`arn:aws:bedrock:us-west-2::foundation-model/${model}`, { "bedrock:InferenceProfileArn": profile }),
  ];
}

/** Transcribe and Bedrock read and write objects with the caller's rights. */
function objectsOf(given: unknown, { bucket }: Places): Made[] {
  const secure = { "aws:SecureTransport": "true" };
  const at = (address: unknown) => `${bucket}/${filled(address).replace(/^s3:\/\/[^/]+\//, "")}`;
  const reads = [get(given, "Media", "MediaFileUri"), get(given, "Input", "S3Uri")].filter(Boolean);
  const writes = [get(given, "OutputKey"), get(given, "Output", "S3Uri")].filter(Boolean);
  return [
    ...reads.map((address) => on("s3:GetObject", at(address), secure)),
    ...writes.map((address) => on("s3:PutObject", at(address), secure)),
  ];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html#connect-ecs-iam */
function ofContainer(stage: Synthesis, given: unknown): Made[] {
  const [task] = ofType(stage, "aws:ecs/taskDefinition:TaskDefinition");
  return [
    on("ecs:RunTask", get(given, "TaskDefinition")!),
    ...["taskRoleArn", "executionRoleArn"].map((which) =>
      on("iam:PassRole", String(task!.inputs[which]), { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
    ),
  ];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const deliveringLogs: readonly Made[] = [
  "CreateLogDelivery",
  "GetLogDelivery",
  "UpdateLogDelivery",
  "DeleteLogDelivery",
  "ListLogDeliveries",
  "PutResourcePolicy",
  "DescribeResourcePolicies",
  "DescribeLogGroups",
].map((action) => on(`logs:${action}`, "*"));
