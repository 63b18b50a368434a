import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../../scripts/synth/bundle.ts";
import { root } from "../../scripts/synth/platform.ts";
import type { StageFunction } from "./stage.ts";

/** What Lambda and X-Ray do in a function's name; no code of the function calls it. */
const ofLambda =
  /^(logs:(CreateLogStream|PutLogEvents)|xray:Put(TraceSegments|TelemetryRecords)|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes))$/;

/** Where Lambda itself puts what a function cannot take. */
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

/** The services that our own client calls, by what their targets begin with. */
const targetServices: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "dynamodb",
  AWSEvents: "events",
  AWSStepFunctions: "states",
  AmazonSQS: "sqs",
  AmazonSSM: "ssm",
};

/**
 * The calls of our own client: the code of each names its target, `DynamoDB_20120810.PutItem`, whole and once, and a
 * bundle holds the code of those alone that something in it calls.
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
 * Commands that come with the SDK's clients and that nothing calls: finding endpoints is off unless it is asked for,
 * the paginator of scans is made when its module is loaded, and sessions are for directory buckets.
 */
const neverCalled = ["dynamodb:DescribeEndpoints", "dynamodb:Scan", "s3:CreateSession"];

/** What an operation is called where IAM calls it otherwise; a transaction is allowed by what it is made of. */
const renamed: Readonly<Record<string, readonly string[]>> = {
  "dynamodb:TransactWriteItems": [],
  // Without the second a missing object is refused, not missed.
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
