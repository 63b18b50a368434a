import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../../scripts/synth/bundle.ts";
import { root } from "../../scripts/synth/platform.ts";
import type { StageFunction } from "./stage.ts";

/** What Lambda and X-Ray do with a function's role; the function's code does not call it. */
const ofLambda =
  /^(logs:(CreateLogStream|PutLogEvents)|xray:Put(TraceSegments|TelemetryRecords)|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes))$/;

/** The queue where Lambda puts failed events. */
const forFailures = /-FailedInvocations$/;

/** What a function's role allows it to call. */
export const allowed = ({ statements }: StageFunction): string[] =>
  unique(
    statements
      .filter(
        ({ effect, resources }) => effect === "Allow" && !resources.every((arn) => forFailures.test(arn)),
      )
      .flatMap(({ actions }) => actions),
  ).filter((action) => !ofLambda.test(action));

/** The IAM actions of the AWS calls that are in a function's bundle. */
export async function calls({ metafile, files }: Bundle): Promise<string[]> {
  const sources = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  const actions = await Promise.all(unique(sources).map(actionsOf));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const called = [...actions.flat(), ...texts.flatMap(targetsIn)];
  return unique(called).filter((action) => !neverCalled.includes(action));
}

/** The services that our own client calls, by the prefix of their targets. */
const targetServices: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "dynamodb",
  AWSEvents: "events",
  AWSStepFunctions: "states",
  AmazonSQS: "sqs",
  AmazonSSM: "ssm",
};

/**
 * The calls of our own client: the code of each contains its complete target, `DynamoDB_20120810.PutItem`, once, and a
 * bundle contains only the code of calls that it uses.
 */
function targetsIn(bundle: string): string[] {
  const targets = bundle.matchAll(/["'`](\w+)\.(\w+)["'`]/g);
  return [...targets].flatMap(([, name, operation]) => {
    const action = targetServices[name!] && `${targetServices[name!]}:${operation}`;
    return action ? (renamed[action] ?? [action]) : [];
  });
}

const service: Readonly<Record<string, string>> = {
  dynamodb: "dynamodb",
  eventbridge: "events",
  sfn: "states",
  sqs: "sqs",
  s3: "s3",
};

/**
 * Unused commands that come with the SDK's clients: endpoint discovery is off by default, the scan paginator is created
 * when its module is loaded, and sessions are for directory buckets.
 */
const neverCalled = ["dynamodb:DescribeEndpoints", "dynamodb:Scan", "s3:CreateSession"];

/** IAM's names of operations that differ; a transaction needs the rights of its parts. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  "dynamodb:TransactWriteItems": [],
  // Without the second right a missing object is "denied", not "not found".
  "s3:HeadObject": ["s3:GetObject", "s3:ListBucket"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "sqs:SendMessageBatch": ["sqs:SendMessage"],
};

/** Files of ours that call AWS without a command of the SDK. */
const ofOurs: Readonly<Record<string, string>> = {
  "packages/functions/src/push/pooled-sender.ts": "execute-api:ManageConnections",
  "packages/functions/src/aws/s3-objects.ts": "s3:GetObject",
};

const inTransactions = {
  Put: "dynamodb:PutItem",
  Update: "dynamodb:UpdateItem",
  Delete: "dynamodb:DeleteItem",
  ConditionCheck: "dynamodb:ConditionCheckItem",
} as const;

async function actionsOf(path: string): Promise<string[]> {
  const [, client, command] = /@aws-sdk\/client-([\w-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
  if (client && command && service[client]) {
    const action = `${service[client]}:${command}`;
    return [...(renamed[action] ?? [action])];
  }
  const own = ofOurs[path];
  if (own) return [own];
  if (!path.startsWith("packages/functions/src/table/")) return [];
  const text = await readFile(join(root, path), "utf8");
  return Object.entries(inTransactions)
    .filter(([kind]) => new RegExp(`\\b${kind}: \\{`).test(text))
    .map(([, action]) => action);
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
