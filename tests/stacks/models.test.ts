import { expect, it } from "vitest";
import { labelOf, readModel, statementsFor } from "../../stacks/models.ts";

const here = { partition: "aws", region: "eu-central-1", account: "123456789012" };
const arn = (rest: string) => `arn:aws:bedrock:eu-central-1:${rest}`;

it.each([
  ["anthropic.claude-sonnet-4-6", "foundation"],
  ["amazon.nova-2-lite-v1:0", "foundation"],
  ["amazon.titan-text-express-v1:0:8k", "foundation"],
  ["openai.gpt-oss-120b-1:0", "foundation"],
  ["zai.glm-5", "foundation"],
  ["twelvelabs.pegasus-1-2-v1:0", "foundation"],
  ["us.anthropic.claude-sonnet-4-20250514-v1:0", "profile"],
  ["eu.amazon.nova-pro-v1:0", "profile"],
  ["apac.amazon.nova-lite-v1:0", "profile"],
  ["jp.anthropic.claude-sonnet-4-5-20250929-v1:0", "profile"],
  ["au.anthropic.claude-haiku-4-5-20251001-v1:0", "profile"],
  ["ca.amazon.nova-lite-v1:0", "profile"],
  ["global.anthropic.claude-opus-4-6-v1", "profile"],
  [arn(":foundation-model/amazon.nova-pro-v1:0"), "foundation"],
  [arn("123456789012:inference-profile/eu.amazon.nova-pro-v1:0"), "profile"],
  [arn("123456789012:application-inference-profile/hq2of259skzs"), "application-inference-profile"],
  [arn("123456789012:provisioned-model/abcdefghij12"), "provisioned-model"],
  [arn("123456789012:imported-model/abcdefghij12"), "imported-model"],
  [arn("123456789012:custom-model-deployment/abcdefghij12"), "custom-model-deployment"],
])("reads %s as %s", (text, kind) => {
  expect(readModel(text)).toMatchObject({ kind, text });
});

it.each([
  ["nothing", ""],
  ["a name of a chat application", "claude-sonnet-4-6"],
  ["an unknown geography", "eu."],
  ["a model's ARN with the id of a profile", arn(":foundation-model/eu.amazon.nova-pro-v1:0")],
  ["a model's ARN with an account", arn("123456789012:foundation-model/amazon.nova-pro-v1:0")],
  ["a profile's ARN without an account", arn(":inference-profile/eu.amazon.nova-pro-v1:0")],
  ["a profile's ARN with a wildcard", arn("*:application-inference-profile/*")],
  [
    "a custom model, which can be called only through its deployment",
    arn("123456789012:custom-model/m/abcdefghij12"),
  ],
  ["a prompt router", arn("123456789012:default-prompt-router/anthropic.claude:1")],
  ["a quote that would break out of the state machine", "amazon.nova'pro-v1:0"],
])("does not read %s", (_, text) => {
  expect(readModel(text)).toBeUndefined();
});

it("gives models readable names", () => {
  const names = [
    "eu.amazon.nova-pro-v1:0",
    "zai.glm-5",
    arn("123456789012:application-inference-profile/hq2of259skzs"),
  ].map((text) => labelOf(readModel(text)!));
  expect(names).toEqual(["amazon.nova-pro-v1:0", "zai.glm-5", "application-inference-profile/hq2of259skzs"]);
});

const allowed = (text: string) => statementsFor(readModel(text)!, here);

it("allows a model of the Region, by its id or its ARN", () => {
  const nova = [{ resources: [arn(":foundation-model/amazon.nova-pro-v1:0")] }];
  expect(allowed("amazon.nova-pro-v1:0")).toEqual(nova);
  expect(allowed(arn(":foundation-model/amazon.nova-pro-v1:0"))).toEqual(nova);
});

it("allows a profile, and its model in each of its Regions only through the profile", () => {
  const through = arn("123456789012:inference-profile/eu.amazon.nova-pro-v1:0");
  const nova = [
    { resources: [through] },
    { resources: ["arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0"], through },
  ];
  expect(allowed("eu.amazon.nova-pro-v1:0")).toEqual(nova);
  expect(allowed(through)).toEqual(nova);
});

it("allows the global profile its model without a Region too, as AWS requires", () => {
  expect(allowed("global.anthropic.claude-opus-4-6-v1")[1]!.resources).toEqual([
    "arn:aws:bedrock:*::foundation-model/anthropic.claude-opus-4-6-v1",
    "arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1",
  ]);
});

it("allows an application's profile whatever its model, only through itself", () => {
  const through = arn("123456789012:application-inference-profile/hq2of259skzs");
  expect(allowed(through)).toEqual([
    { resources: [through] },
    {
      resources: ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:::foundation-model/*"],
      through,
    },
  ]);
});

it.each(["provisioned-model", "imported-model", "custom-model-deployment"])("allows a %s itself", (kind) => {
  const its = arn(`123456789012:${kind}/abcdefghij12`);
  expect(allowed(its)).toEqual([{ resources: [its] }]);
});

it("names resources in the stage's partition", () => {
  const [statement] = statementsFor(readModel("amazon.nova-pro-v1:0")!, { ...here, partition: "aws-us-gov" });
  expect(statement!.resources).toEqual([
    "arn:aws-us-gov:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0",
  ]);
});
