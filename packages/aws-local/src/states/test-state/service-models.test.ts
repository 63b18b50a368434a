import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as s3 from "@aws-sdk/client-s3";
import * as sesv2 from "@aws-sdk/client-sesv2";
import * as sfn from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { mockedOperation, type ServiceModel, type Shape, serviceModel } from "./service-models.ts";

it.each([
  ["arn:aws:states:::lambda:invoke", "lambda", "invoke"],
  ["arn:aws:states:::events:putEvents", "eventbridge", "putEvents"],
  ["arn:aws:states:::dynamodb:putItem", "dynamodb", "putItem"],
  ["arn:aws-cn:states:::sqs:sendMessage", "sqs", "sendMessage"],
  ["arn:aws:states:::states:startExecution", "sfn", "startExecution"],
  ["arn:aws:states:::states:startExecution.sync", "sfn", "describeExecution"],
  ["arn:aws:states:::states:startExecution.sync:2", "sfn", "describeExecution"],
  ["arn:aws:states:::ecs:runTask.sync", "ecs", "describeTasks"],
  ["arn:aws:states:::bedrock:invokeModel", "bedrockruntime", "invokeModel"],
  ["arn:aws:states:::aws-sdk:bedrockruntime:converse", "bedrockruntime", "converse"],
  ["arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob", "transcribe", "getTranscriptionJob"],
  ["arn:aws:states:::glue:startJobRun", "glue", "startJobRun"],
])("treats the result of %s as the answer of %s's %s", (resource, service, operation) => {
  expect(mockedOperation(resource)).toEqual({ kind: "operation", service, operation });
});

it.each([
  "arn:aws:lambda:us-east-1:000000000000:function:f",
  "arn:aws:states:us-east-1:000000000000:activity:a",
  "arn:aws:states:::events:putEvents.waitForTaskToken",
  "arn:aws:states:::http:invoke",
  "arn:aws:states:::apigateway:invoke",
  "arn:aws:states:::eks:call",
  "arn:aws:states:::eks:runJob.sync",
])("has no operation behind %s", (resource) => {
  expect(mockedOperation(resource)).toEqual({ kind: "unchecked" });
});

it("knows the operation that is polled for each pattern .sync that has a model", async () => {
  for (const started of [
    "athena:startQueryExecution",
    "batch:submitJob",
    "ecs:runTask",
    "states:startExecution",
  ]) {
    const polled = mockedOperation(`arn:aws:states:::${started}.sync`);
    if (polled.kind === "unchecked") throw new Error(started);
    const model = await serviceModel(polled.service);
    expect(model?.operations[polled.operation]).toBeTypeOf("number");
  }
});

it("has no model of an unknown service", async () => {
  expect(await serviceModel("glue")).toBeUndefined();
  expect(await serviceModel("constructor")).toBeUndefined();
});

/** A schema of the SDK: https://github.com/smithy-lang/smithy-typescript/tree/main/packages/core/src/submodules/schema */
type Schema = readonly [type: number, namespace: string, name: string, traits: unknown, ...parts: unknown[]];

it.each([
  ["dynamodb", dynamodb],
  ["eventbridge", eventbridge],
  ["s3", s3],
  ["sesv2", sesv2],
  ["sfn", sfn],
] as const)("agrees with the SDK's own schemas about %s", async (name, client) => {
  const model = (await serviceModel(name))!;
  const schemas = client as unknown as Record<string, Schema | undefined>;
  const compared = Object.entries(model.operations).flatMap(([operation, answer]) => {
    const schema = schemas[`${operation.charAt(0).toUpperCase()}${operation.slice(1)}$`];
    return schema && answer !== null ? [{ schema, answer }] : [];
  });
  expect(compared.length).toBeGreaterThan(30);
  const differences = new Set<string>();
  const seen = new Set<number>();
  for (const { schema, answer } of compared)
    compareStructure(model, answer, referred(schema[5]), differences, seen);
  expect([...differences].filter((difference) => !OLDER_IN_THE_SDK.test(difference))).toEqual([]);
});

/** The SDK for JavaScript keeps the first version of these. */
const OLDER_IN_THE_SDK = /PartNumberMarker: number, not text$/;

function compareStructure(
  model: ServiceModel,
  number: number,
  schema: unknown,
  differences: Set<string>,
  seen: Set<number>,
): void {
  if (seen.has(number)) return;
  seen.add(number);
  const [, , name, , members, refs, requiredCount = 0] = schema as Schema;
  const names = (members as string[]).map((member) => member.charAt(0).toUpperCase() + member.slice(1));
  const [ours, required = []] = model.structures[number]!;
  const theirs = names.slice(0, requiredCount as number).sort();
  if (String([...required].sort()) !== String(theirs))
    differences.add(`${name}: required ${required}, not ${theirs}`);
  for (const [member, shape] of Object.entries(ours)) {
    const at = names.indexOf(member);
    if (at < 0) differences.add(`${name}.${member} is unknown`);
    else compare(model, shape, (refs as unknown[])[at], `${name}.${member}`, differences, seen);
  }
}

function compare(
  model: ServiceModel,
  shape: Shape,
  ref: unknown,
  where: string,
  differences: Set<string>,
  seen: Set<number>,
): void {
  const [kind, inner] = theirKind(ref);
  const ourKind = typeof shape === "number" ? "structure" : kindOf(Array.isArray(shape) ? shape[0] : shape);
  if (kind !== ourKind) differences.add(`${where}: ${ourKind}, not ${kind}`);
  else if (typeof shape === "number") compareStructure(model, shape, inner, differences, seen);
  else if (kind === "list" || kind === "map") {
    compare(model, (shape as readonly [string, Shape])[1], inner, where, differences, seen);
  }
}

const KINDS: Record<string, string> = {
  s: "text",
  e: "text",
  n: "number",
  b: "boolean",
  "*": "any",
  l: "list",
  m: "map",
};
const kindOf = (code: unknown) => KINDS[String(code)];

const SIMPLE: Record<number, string> = {
  0: "text",
  1: "number",
  2: "boolean",
  4: "text",
  5: "text",
  6: "text",
  7: "text",
  15: "any",
  17: "number",
  19: "number",
  21: "text",
  42: "text",
};

/** What the SDK says of a member: its kind, and what a list or map holds or a structure is. */
function theirKind(ref: unknown): readonly [kind: string | undefined, inner?: unknown] {
  const found = referred(ref);
  if (typeof found === "number") {
    if (found & 64) return ["list", found & ~64];
    return found & 128 ? ["map", found & ~128] : [SIMPLE[found]];
  }
  const [type, , , , first, second] = found as Schema;
  if (type === 0) return theirKind(first);
  if (type === 1) return ["list", first];
  return type === 2 ? ["map", second] : ["structure", found];
}

/** A reference may be a function, and have traits beside it. */
function referred(ref: unknown): unknown {
  if (typeof ref === "function") return referred(ref());
  return Array.isArray(ref) && typeof ref[1] !== "string" ? referred(ref[0]) : ref;
}
