import { expect, it, onTestFinished, vi } from "vitest";
import { type Catalog, startModelsStandIn } from "../../scripts/synth/models-stand-in.ts";
import { isNowhere } from "../../stacks/missing-models.ts";
import { readModel } from "../../stacks/models.ts";
import { missingInRegion } from "../../stacks/region-check.ts";

const now = Date.UTC(2026, 10, 29);

/** The findings about a text model, and the requests, with a Bedrock that has this catalog. */
async function check(text: string, catalog: Catalog, more: { image?: string; running?: boolean } = {}) {
  const service = await startModelsStandIn(catalog);
  onTestFinished(() => service.close());
  for (const [name, value] of Object.entries(service.variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const image = more.image ? { image: readModel(more.image)! } : {};
  const found = await missingInRegion(
    {
      models: { text: readModel(text)!, ...image },
      region: "us-east-1",
      running: more.running ?? false,
      container: false,
      now,
    },
    process.env,
  );
  return { asked: service.asked, found: found.map(({ kind, line }) => `${kind} ${line}`) };
}

it("checks that a model exists, is active, offered and enabled for the account, and checks Transcribe", async () => {
  const { asked, found } = await check(
    "amazon.nova-pro-v1:0",
    {},
    { image: "stability.stable-image-core-v1:1" },
  );
  expect(found).toEqual([]);
  expect([...asked].sort()).toEqual([
    "GetFoundationModel amazon.nova-pro-v1:0",
    "GetFoundationModel stability.stable-image-core-v1:1",
    "GetFoundationModelAvailability amazon.nova-pro-v1:0",
    "GetFoundationModelAvailability stability.stable-image-core-v1:1",
    "ListTranscriptionJobs",
  ]);
});

const legacy = {
  "anthropic.claude-3-haiku-20240307-v1:0": {
    lifecycle: { status: "LEGACY", endOfLifeTime: "2027-03-01T00:00:00Z" },
  },
};

it("refuses a Legacy model to a new user, and warns a current one", async () => {
  const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
  const line =
    /CALLBOARD_TEXT_MODEL: anthropic\.claude-3-haiku.* is Legacy in us-east-1.*ends on 2027-03-01; name an active model/;
  const fresh = await check(haiku, { models: legacy });
  expect(fresh.found).toEqual([expect.stringMatching(line)]);
  expect(fresh.found[0]).toMatch(/^missing /);
  const again = await check(haiku, { models: legacy }, { running: true });
  expect(again.found).toEqual([expect.stringMatching(line)]);
  expect(again.found[0]).toMatch(/^warning /);
});

it("refuses a model that has reached its end of life, for everybody", async () => {
  const ended = { lifecycle: { status: "LEGACY", endOfLifeTime: "2026-09-10T00:00:00Z" } };
  const { found } = await check(
    "us.anthropic.claude-3-5-haiku-20241022-v1:0",
    {
      models: { "anthropic.claude-3-5-haiku-20241022-v1:0": ended },
    },
    { running: true },
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^missing CALLBOARD_TEXT_MODEL: .* reached its end in us-east-1 on 2026-09-10; name/,
    ),
  ]);
});

it("names the profile of a model that cannot be called directly", async () => {
  const { found } = await check("anthropic.claude-3-7-sonnet-20250219-v1:0", {
    models: { "anthropic.claude-3-7-sonnet-20250219-v1:0": { inference: ["INFERENCE_PROFILE"] } },
  });
  expect(found).toEqual([
    expect.stringMatching(
      /cannot be called directly in us-east-1; .*such as global\.anthropic\.claude-3-7-sonnet/,
    ),
  ]);
});

it.each<[string, string, Catalog, RegExp]>([
  [
    "a model of another Region",
    "amazon.nova-premier-v1:0",
    { models: { "amazon.nova-premier-v1:0": undefined } },
    /is not a model of Bedrock in us-east-1; aws bedrock list-foundation-models --region us-east-1/,
  ],
  [
    "a profile of another geography",
    "eu.amazon.nova-pro-v1:0",
    { profiles: { "eu.amazon.nova-pro-v1:0": undefined } },
    /is not an inference profile of us-east-1; aws bedrock list-inference-profiles --region us-east-1/,
  ],
  [
    "an ARN of another Region",
    "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0",
    {},
    /is in eu-west-1, and the stage in us-east-1; name one of us-east-1/,
  ],
  [
    "a model that is not enabled for the account",
    "us.anthropic.claude-sonnet-4-6",
    {
      models: {
        "anthropic.claude-sonnet-4-6": {
          availability: { agreementAvailability: { status: "NOT_AVAILABLE" } },
        },
      },
    },
    /is not enabled for this account in us-east-1; enable it in Bedrock's console/,
  ],
  [
    "a model that the organization forbids",
    "zai.glm-5",
    { models: { "zai.glm-5": { availability: { authorizationStatus: "NOT_AUTHORIZED" } } } },
    /may not be used by this account in us-east-1/,
  ],
  [
    "a model that is not offered here",
    "zai.glm-5",
    { models: { "zai.glm-5": { availability: { regionAvailability: "NOT_AVAILABLE" } } } },
    /is not offered in us-east-1/,
  ],
  [
    "an embedding model for text",
    "amazon.titan-embed-text-v2:0",
    { models: { "amazon.titan-embed-text-v2:0": { outputs: ["EMBEDDING"] } } },
    /answers with EMBEDDING, not TEXT/,
  ],
  [
    "an application's profile that was deleted",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/hq2of259skzs",
    {
      profiles: {
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/hq2of259skzs": undefined,
      },
    },
    /is not an inference profile of us-east-1/,
  ],
  [
    "provisioned throughput that is still being made",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12",
    { others: { "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghij12": "Creating" } },
    /is Creating in us-east-1; wait until it is InService/,
  ],
  [
    "an imported model that was deleted",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12",
    { others: { "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12": undefined } },
    /does not exist in us-east-1; import it/,
  ],
  [
    "a custom model whose deployment failed",
    "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abcdefghij12",
    { others: { "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abcdefghij12": "Failed" } },
    /is Failed in us-east-1; wait until it is Active/,
  ],
  [
    "a caller without permission",
    "amazon.nova-pro-v1:0",
    { denied: ["GetFoundationModel"] },
    /you may not call bedrock:GetFoundationModel; docs\/deployer-policy-post-processing\.json/,
  ],
])("says what is wrong with %s and how to fix it", async (_, text, catalog, line) => {
  const { found } = await check(text, catalog);
  expect(found).toEqual([expect.stringMatching(line)]);
  expect(found[0]).toMatch(/^missing CALLBOARD_TEXT_MODEL: /);
});

it("names the variable and the Region if Bedrock could not be asked", async () => {
  const asking = check("amazon.nova-pro-v1:0", { expired: ["GetFoundationModel"] });
  await expect(asking).rejects.toThrow(
    "CALLBOARD_TEXT_MODEL: Bedrock could not be asked in us-east-1: The security token included in the request is expired",
  );
});

it("checks the model behind an application's profile", async () => {
  const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/hq2of259skzs";
  const [model] = Object.keys(legacy);
  const { found } = await check(profile, { models: legacy, profiles: { [profile]: { models: [model!] } } });
  expect(found).toEqual([expect.stringMatching(/application-inference-profile\/hq2of259skzs is Legacy/)]);
});

it("says that the caller may not call Transcribe, and recognizes a Region without a service by its missing address", async () => {
  const { found } = await check("amazon.nova-pro-v1:0", { denied: ["ListTranscriptionJobs"] });
  expect(found).toEqual([
    expect.stringMatching(
      /^missing CALLBOARD_POST_PROCESSING: .*may not call transcribe:ListTranscriptionJobs in us-east-1/,
    ),
  ]);
  const nowhere = Object.assign(new Error("getaddrinfo ENOTFOUND bedrock.mx-central-1.amazonaws.com"), {
    code: "ENOTFOUND",
  });
  expect([isNowhere(nowhere), isNowhere(new Error("timeout"))]).toEqual([true, false]);
});
