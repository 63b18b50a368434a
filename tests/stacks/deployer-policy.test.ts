import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { installPlatform, root } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { asked, local, nameOf } from "./deployer-actions.ts";
import { outsideModel, postProcessing, type Statement, statementsOf } from "./stage.ts";

const policies = ["", "-post-processing", "-dev"].map((which) => `deployer-policy${which}.json`);
const policy = (name: string) => readFileSync(join(root, "docs", name), "utf8");
const [core, processing, development] = policies.map((name) => statementsOf(policy(name))) as [
  Statement[],
  Statement[],
  Statement[],
];

const everything = {
  CALLBOARD_SERVERLESS_VIDEO: "true",
  CALLBOARD_ALARM_EMAIL: "ana@a.example",
  CALLBOARD_MAIL_FROM: "board@a.example",
  CALLBOARD_PUBLISHERS: '[{"principal":"210987654321","source":"orders","subjects":["order/"]}]',
};
const withModels = {
  ...everything,
  ...postProcessing,
  ...outsideModel,
};

const stages: Record<string, Synthesis> = {};
beforeAll(async () => {
  await installPlatform(console.log);
  const evaluate = (stage: string, environment: Readonly<Record<string, string>>, dev = false) =>
    synthesize({ stage, dev, functions: "none", environment });
  stages.core = await evaluate("production", everything);
  stages.smtp = await evaluate("production", {
    ...everything,
    CALLBOARD_SMTP_URL: "smtp://board@mail.a.example",
  });
  stages.whole = await evaluate("production", withModels);
  stages.dev = await evaluate("ana", withModels, true);
}, 300_000);

const glob = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  ).test(text);
const allows = (statements: readonly Statement[], action: string, arn: string): boolean =>
  statements.some(
    ({ actions, resources }) =>
      actions.some((one) => glob(one, action)) && resources.some((one) => one === "*" || glob(one, arn)),
  );

/** The calls that a stage needs and a policy does not allow, and unknown resource types. */
const lacking = ({ resources }: Synthesis, statements: readonly Statement[]): string[] =>
  resources
    .filter(({ type }) => !local.test(type))
    .flatMap((resource) => {
      const known = asked[resource.type];
      if (!known) return [`${resource.type}: add its calls to deployer-actions.ts`];
      const arn = known.arn(resource, nameOf(resource));
      return known.actions
        .filter((action) => !allows(statements, action, arn))
        .map((action) => `${resource.name}: ${action} on ${arn}`);
    });

it("allows creating, reading and deleting every resource of the core with only the first policy", () => {
  expect(lacking(stages.core!, core)).toEqual([]);
  expect(lacking(stages.smtp!, core)).toEqual([]);
});

it("needs the second policy for the post-processing, and the third for sst dev", () => {
  expect(lacking(stages.whole!, [...core, ...processing])).toEqual([]);
  expect(lacking(stages.whole!, core)).not.toEqual([]);
  expect(lacking(stages.dev!, [...core, ...processing, ...development])).toEqual([]);
  expect(lacking(stages.dev!, [...core, ...processing])).not.toEqual([]);
});

it("allows the calls of the Region check", () => {
  for (const action of [
    "bedrock:GetFoundationModel",
    "bedrock:GetFoundationModelAvailability",
    "bedrock:GetInferenceProfile",
    "bedrock:GetProvisionedModelThroughput",
    "bedrock:GetImportedModel",
    "bedrock:GetCustomModelDeployment",
    "transcribe:ListTranscriptionJobs",
  ])
    expect([action, allows(processing, action, "*")]).toEqual([action, true]);
  expect(allows(core, "tag:GetResources", "*")).toBe(true);
});

it("allows no changes to other resources", () => {
  const all = [...core, ...processing, ...development];
  for (const [action, arn] of [
    ["iam:CreateUser", "arn:aws:iam::123456789012:user/ana"],
    ["iam:CreateRole", "arn:aws:iam::123456789012:role/Admin"],
    ["iam:PassRole", "arn:aws:iam::123456789012:role/Admin"],
    ["sts:AssumeRole", "arn:aws:iam::123456789012:role/Admin"],
    ["dynamodb:DeleteTable", "arn:aws:dynamodb:us-east-1:123456789012:table/orders"],
    ["s3:GetObject", "arn:aws:s3:::payroll/2026.csv"],
    ["lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:billing"],
    ["ssm:GetParameter", "arn:aws:ssm:us-east-1:123456789012:parameter/payroll/password"],
    ["ses:SendEmail", "arn:aws:ses:us-east-1:123456789012:identity/a.example"],
    ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:payroll"],
    ["bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"],
  ] as const)
    expect([action, allows(all, action, arn)]).toEqual([action, false]);
});

it.each(policies)("%s is no longer than a managed policy may be", (name) => {
  expect(JSON.stringify(JSON.parse(policy(name))).length).toBeLessThanOrEqual(6144);
});

it("names a resource type without known actions", () => {
  const stage = { ...stages.core!, resources: [{ type: "aws:kms/key:Key", name: "Key", inputs: {} }] };
  expect(lacking(stage, core)).toEqual(["aws:kms/key:Key: add its calls to deployer-actions.ts"]);
});
