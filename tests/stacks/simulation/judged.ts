import { layoutRow, rowPrefix } from "@callboard/functions/deployment";
import type { Synthesis } from "../../../scripts/synth/resource.ts";
import { functionsOf, get, ofType, type StageFunction } from "../stage.ts";
import { eventKeys, type Judged, type Made, tracing } from "./call.ts";
import { arnOf, type Places, placesOf } from "./places.ts";
import { type RecordedCall, recordings } from "./recordings.ts";
import { callsOfStateMachine } from "./state-machine-calls.ts";

/** Every call of every role of the stage itself: by its code, and by AWS services that use its roles. */
export function judgedCalls(stage: Synthesis): Judged[] {
  const places = placesOf(stage);
  const recorded = recordings();
  const roles = new Map(
    ofType(stage, "aws:iam/role:Role").map((role) => [`role/${role.inputs.name ?? role.name}`, role.name]),
  );
  const ofFunctions = functionsOf(stage).flatMap((fn): Judged[] => {
    const role = roles.get(String(fn.inputs.role).split(":").at(-1)!)!;
    const paths = Object.entries(recorded.get(fn.name) ?? {});
    return [
      ...paths.flatMap(([path, calls]) =>
        calls.flatMap((call) =>
          madeOf(startedBy(fn, call), places).map((made) => ({ role, path: pathName(path), ...made })),
        ),
      ),
      ...firstReads(fn.name, places).map((made) => ({ role, path: "its first read", ...made })),
      ...platformCalls(stage, fn).map((made) => ({ role, path: "being a function", ...made })),
    ];
  });
  const container = ["Prepare", "PrepareLong"]
    .flatMap((name) => recorded.get(name)?.invoke ?? [])
    .flatMap((call) =>
      madeOf(call, places).map((made) => ({ role: "PrepareLongTaskRole", path: "the container", ...made })),
    );
  return [
    ...ofFunctions,
    ...scheduleCalls(stage),
    ...ruleCalls(stage),
    ...(ofType(stage, "aws:ecs/taskDefinition:TaskDefinition").length > 0 ? container : []),
    ...callsOfStateMachine(stage, places),
  ];
}

/** The function that starts an upload has the name of the state machine. */
const startedBy = ({ variables }: StageFunction, call: RecordedCall): RecordedCall =>
  call.action === "states:StartExecution" && variables.RECORDING_ARN && variables.BUCKET
    ? { ...call, of: "stateMachine:recording" }
    : call;

/** Functions that read heads check the table's layout with their first read. */
const firstReads = (name: string, { table }: Places): Made[] =>
  ["Ingest", "Notify", "Requests", "Socket"].includes(name)
    ? [
        {
          action: "dynamodb:BatchGetItem",
          resource: table,
          context: { "dynamodb:LeadingKeys": [layoutRow.pk, `${rowPrefix.subject}video/v_1`] },
        },
      ]
    : [];

/** An id in a path stands for many. */
const pathName = (path: string): string => path.replace(/req_\w+/, "{id}");

/**
 * The resources of a recorded call in this stage: a mail by SES needs the rights to each of its resources. A stage sends
 * its mails in one way, and makes none of the other's calls.
 */
function madeOf(call: RecordedCall, places: Places): Made[] {
  const { action } = call;
  if (action.startsWith("ses:"))
    return places.mail.map((resource) => ({
      action,
      resource,
      context: { "ses:FromAddress": places.mailFrom },
    }));
  if (action.startsWith("ssm:"))
    return places.parameters.map((resource) => ({ action, resource, context: {} }));
  return [placeOf(call, places)];
}

function placeOf({ action, keys, index, events, of }: RecordedCall, places: Places): Made {
  const [service] = action.split(":");
  switch (service) {
    case "dynamodb":
      return {
        action,
        resource: index === undefined ? places.table : `${places.table}/index/${index}`,
        context: { "dynamodb:LeadingKeys": [...keys!] },
      };
    case "events":
      return {
        action,
        resource: events!.every((one) => one.startsWith("serverlessVideo.")) ? places.defaultBus : places.bus,
        context: eventKeys(events!),
      };
    case "sqs":
      return { action, resource: places.wakeups, context: {} };
    case "execute-api":
      return { action, resource: `${places.connections}/${of}`, context: {} };
    case "s3":
      return {
        action,
        resource: of === undefined ? places.bucket : `${places.bucket}/${of}`,
        context: { "aws:SecureTransport": "true" },
      };
    case "states":
      return { action, resource: of === undefined ? "*" : runOf(of, places), context: {} };
  }
  throw new Error(`unknown resource of ${action}`);
}

/** Suites use another Region; those of videos name a run of their state machine without its account. */
const runOf = (of: string, { processing, recording }: Places): string =>
  of.startsWith("arn:")
    ? of.replace(/^arn:aws:states:[\w-]+/, "arn:aws:states:us-east-1")
    : arnOf(
        "states",
        of.replace(/^(\w+:)videos/, `$1${processing}`).replace(/^(\w+:)recording/, `$1${recording}`),
      );

/**
 * The calls of Lambda and X-Ray with a function's role: its log, its trace, failed events, and its queue's messages.
 */
function platformCalls(stage: Synthesis, { inputs }: StageFunction): Made[] {
  const group = get(inputs, "loggingConfig", "logGroup")!;
  const stream = `arn:aws:logs:us-east-1:123456789012:log-group:${group}:log-stream:2026/01/01/[$LATEST]0`;
  const made = (actions: readonly string[], resource: string): Made[] =>
    actions.map((action) => ({ action, resource, context: {} }));
  const kept = ofType(stage, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    .filter((one) => one.inputs.functionName === inputs.name)
    .map((one) => get(one.inputs, "destinationConfig", "onFailure", "destination")!);
  const given = ofType(stage, "aws:lambda/eventSourceMapping:EventSourceMapping")
    .filter((one) => one.inputs.functionName === inputs.name)
    .map((one) => String(one.inputs.eventSourceArn));
  return [
    ...made(["logs:CreateLogStream", "logs:PutLogEvents"], stream),
    ...(get(inputs, "tracingConfig", "mode") === "Active" ? tracing : []),
    ...kept.flatMap((queue) => made(["sqs:SendMessage"], queue)),
    ...given.flatMap((queue) =>
      made(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue),
    ),
  ];
}

/** The calls of EventBridge with a role: it starts executions. */
const ruleCalls = (stage: Synthesis): Judged[] =>
  ofType(stage, "aws:cloudwatch/eventTarget:EventTarget")
    .filter(({ inputs }) => inputs.roleArn !== undefined)
    .map(({ name, inputs }) => ({
      role: String(inputs.roleArn).split("role/")[1]!,
      path: name.replace(/Target$/, ""),
      action: "states:StartExecution",
      resource: String(inputs.arn),
      context: {},
    }));

function scheduleCalls(stage: Synthesis): Judged[] {
  return ofType(stage, "aws:scheduler/schedule:Schedule").flatMap(({ inputs }) => {
    const role = String(get(inputs, "target", "roleArn")).split("role/")[1]!;
    const [fn, queue] = [get(inputs, "target", "arn")!, get(inputs, "target", "deadLetterConfig", "arn")!];
    return [
      { role, path: "each minute", action: "lambda:InvokeFunction", resource: fn, context: {} },
      { role, path: "an invocation that failed", action: "sqs:SendMessage", resource: queue, context: {} },
    ];
  });
}
