import { beforeAll, expect, it } from "vitest";
import { idlePostProcessing } from "../../bench/pricing/idle.ts";
import { installPlatform } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { type SynthOptions, synthesize } from "../../scripts/synth/synthesize.ts";
import { functionsOf, ofType, one, statementsOfRole } from "./stage.ts";

const evaluate = (environment: Readonly<Record<string, string>>, more: Partial<SynthOptions> = {}) =>
  synthesize({
    stage: "ana",
    functions: "none",
    environment: { CALLBOARD_PAGES: "false", ...environment },
    ...more,
  });

const textAlone = {
  CALLBOARD_POST_PROCESSING: "true",
  CALLBOARD_TEXT_MODEL: "global.anthropic.claude-opus-4-6-v1",
  CALLBOARD_IMAGE_MODEL: "none",
};

/** The names of the stage's state machines that process videos. */
const machinesOf = (stage: Synthesis) =>
  ofType(stage, "aws:sfn/stateMachine:StateMachine")
    .filter(({ name }) => name === "PostProcessing")
    .map(({ inputs }) => inputs.name);

let core: Synthesis;
let whole: Synthesis;
beforeAll(async () => {
  await installPlatform(console.log);
  core = await evaluate({}, { docker: false, catalog: { denied: ["ListTranscriptionJobs"] } });
  whole = await evaluate(textAlone);
}, 300_000);

it("deploys the core with only Node and credentials: no network, container, model or secret", () => {
  const stage = core;
  expect(functionsOf(stage).map(({ handler }) => handler.split("/")[1])).toEqual(Array(9).fill("functions"));
  const types = [...new Set(stage.resources.map(({ type }) => type))];
  expect(
    types.filter((type) => /^aws:(ec2|ecs|ecr|ssm|servicediscovery)|docker|eventConnection/i.test(type)),
  ).toEqual([]);
  const actions = ofType(stage, "aws:iam/role:Role").flatMap((role) =>
    statementsOfRole(role).flatMap(({ actions: all }) => all),
  );
  expect(actions.filter((action) => /^(bedrock|transcribe|ecs|secretsmanager):/.test(action))).toEqual([]);
  expect(machinesOf(stage)).toEqual([]);
  expect(stage.outputs).not.toHaveProperty("stateMachine");
});

it("deploys only a text model, without what a picture and a model outside AWS need", () => {
  const stage = whole;
  expect(functionsOf(stage).map(({ name }) => name)).not.toContain("StoreAvatar");
  expect(ofType(stage, "aws:cloudwatch/eventConnection:EventConnection")).toEqual([]);
  const statements = statementsOfRole(one(stage, "aws:iam/role:Role", "PostProcessingRole"));
  const bedrock = statements.filter(({ actions }) => actions.includes("bedrock:InvokeModel"));
  const profile =
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-opus-4-6-v1";
  expect(bedrock.map(({ resources, conditions }) => ({ resources, conditions }))).toEqual([
    { resources: [profile], conditions: {} },
    {
      resources: [
        "arn:aws:bedrock:*::foundation-model/anthropic.claude-opus-4-6-v1",
        "arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1",
      ],
      conditions: { StringEquals: { "bedrock:InferenceProfileArn": [profile] } },
    },
  ]);
  expect(statements.flatMap(({ actions }) => actions)).not.toContain("states:InvokeHTTPEndpoint");
  const text = String(one(stage, "aws:sfn/stateMachine:StateMachine", "PostProcessing").inputs.definition);
  expect(text).toContain('"ModelId":"global.anthropic.claude-opus-4-6-v1"');
  expect(text).not.toMatch(/DrawPicture|http:invoke|\$\{/);
}, 60_000);

it("costs what the bench says while nobody uses it: only the zone of its network", () => {
  const before = new Set(core.resources.map(({ type }) => type));
  const added = whole.resources.filter(({ type }) => !before.has(type)).map(({ type }) => type);
  // No resources that AWS bills by the hour or the month even when unused.
  const billed =
    /natGateway|eip:|vpcEndpoint|loadBalanc|ecs\/service|secretsmanager|kms\/key:|instance|privateDnsNamespace|route53\/zone/i;
  expect(added.filter((type) => billed.test(type))).toEqual([
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  ]);
  expect(Object.values(idlePostProcessing)).toEqual([{ hostedZoneMonth: 1 }]);
}, 60_000);

it("reports everything that is missing before any change, each in its own line", async () => {
  const wrong = evaluate(
    {
      ...textAlone,
      CALLBOARD_TEXT_MODEL: "eu.amazon.nova-pro-v1:0",
      CALLBOARD_IMAGE_MODEL: "stability.sd3-5-large-v1:0",
    },
    {
      docker: false,
      catalog: {
        profiles: { "eu.amazon.nova-pro-v1:0": undefined },
        models: { "stability.sd3-5-large-v1:0": undefined },
        denied: ["ListTranscriptionJobs"],
      },
    },
  );
  const message = await wrong.then(
    () => "",
    (cause: Error) => cause.message,
  );
  const lines = message.split("\n").filter((line) => /Nothing was changed|^CALLBOARD_/.test(line));
  expect(lines).toEqual([
    expect.stringContaining("the post-processing of stage ana would not work. Nothing was changed."),
    expect.stringMatching(
      /^CALLBOARD_TEXT_MODEL: eu\.amazon\.nova-pro-v1:0 is not an inference profile of us-east-1/,
    ),
    expect.stringMatching(
      /^CALLBOARD_IMAGE_MODEL: stability\.sd3-5-large-v1:0 is not a model of Bedrock in us-east-1/,
    ),
    expect.stringMatching(/^CALLBOARD_POST_PROCESSING: you may not call transcribe:ListTranscriptionJobs/),
    expect.stringMatching(/^CALLBOARD_POST_PROCESSING: Docker does not answer/),
  ]);
}, 60_000);

it("keeps an earlier default post-processing until a setting decides", async () => {
  const SYNTH_STATE_MACHINES = "callboard-ana-post-processing";
  await expect(evaluate({ SYNTH_STATE_MACHINES })).rejects.toThrow(
    /stage ana has the post-processing.*\n.*Set CALLBOARD_POST_PROCESSING/,
  );
  const removed = await evaluate({ SYNTH_STATE_MACHINES, CALLBOARD_POST_PROCESSING: "false" });
  expect(machinesOf(removed)).toEqual([]);
  const kept = await evaluate({ SYNTH_STATE_MACHINES, ...textAlone });
  expect(machinesOf(kept)).toEqual(["callboard-ana-post-processing"]);
  // Other applications' machines with the stage's name are not its own.
  await evaluate({ SYNTH_STATE_MACHINES: "orders" });
}, 240_000);
