import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { authorizeEnvironment, environment, type FunctionName } from "@callboard/functions";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/synth/platform.ts";
import { alarmChecks } from "./alarm-checks.ts";
import { checks } from "./checks.ts";
import { evaluatedStages, publishers, type Stages, stageNames } from "./evaluated.ts";
import { functionsOf, get, ofType, one, statementsOf } from "./stage.ts";
import { refusal, toldToStates } from "./states-stand-in.ts";

let stages: Stages;
beforeAll(async () => {
  stages = await evaluatedStages();
}, 300_000);

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const validate = require("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

describe.each(stageNames)("stage %s", (name) => {
  const stage = () => stages[name];

  it.each(Object.entries({ ...checks, ...alarmChecks }))("%s", (_, check) => {
    expect(check(stage())).toEqual([]);
  });

  it("gives every function its settings", () => {
    const ours = functionsOf(stage()).filter(({ handler }) => handler.startsWith("packages/functions/"));
    expect(ours.map((fn) => fn.name).sort()).toEqual([
      "Authorize",
      "AuthorizeHttp",
      "Clock",
      "Fanout",
      "Ingest",
      "Notify",
      ...(name === "dev" ? ["Plugins"] : []),
      "Relay",
      "Requests",
      "Socket",
    ]);
    for (const { handler, variables } of ours) {
      const file = /lambda\/([\w-]+)\.handler$/.exec(handler)![1]!;
      const given = { AWS_REGION: "us-east-1", ...variables };
      const read = () =>
        file.startsWith("authorize")
          ? authorizeEnvironment(given)
          : environment(file as Exclude<FunctionName, "authorize">, given);
      expect(read).not.toThrow();
    }
  });

  it("runs functions on arm64 and Node 24, traced", () => {
    for (const { inputs } of functionsOf(stage())) {
      expect(inputs.architectures).toEqual(["arm64"]);
      expect(inputs.runtime).toBe("nodejs24.x");
      expect(get(inputs, "tracingConfig", "mode")).toBe("Active");
    }
  });

  it("has a state machine for checks, which may only put events on the bus", () => {
    const { inputs } = one(stage(), "aws:sfn/stateMachine:StateMachine", "Check");
    const { isValid, errorsText } = validate(JSON.parse(String(inputs.definition)));
    expect([isValid, isValid ? "" : errorsText()]).toEqual([true, ""]);
    const bus = one(stage(), "aws:cloudwatch/eventBus:EventBus", "Bus");
    expect(String(inputs.definition)).toContain(`"EventBusName":"${bus.inputs.name}"`);
    const role = JSON.stringify(one(stage(), "aws:iam/role:Role", "CheckRole").inputs.inlinePolicies);
    expect(role.match(/\w+:[A-Z]\w+/g)).toEqual(["events:PutEvents"]);
    expect(stage().outputs.check).toMatch(/:stateMachine:callboard-\w+-check$/);
  });

  it("keeps events with task tokens out of the archive", () => {
    const { inputs } = one(stage(), "aws:cloudwatch/eventArchive:EventArchive");
    expect(JSON.parse(String(inputs.eventPattern))).toEqual({
      "detail-type": [{ "anything-but": ["Feedback Requested", "Plugin Requested"] }],
    });
  });

  it("lets only its functions use Callboard's source", () => {
    const { inputs } = one(stage(), "aws:cloudwatch/eventBusPolicy:EventBusPolicy");
    const deny = statementsOf(String(inputs.policy)).find(
      ({ effect, conditions }) =>
        effect === "Deny" && conditions["ForAnyValue:StringEquals"]!["events:source"]![0] === "callboard",
    )!;
    expect(deny.conditions["ForAnyValue:StringEquals"]).toEqual({ "events:source": ["callboard"] });
    expect(deny.conditions.ArnNotEquals!["aws:PrincipalArn"]).toHaveLength(name === "dev" ? 7 : 6);
  });

  it("polls each minute, and gets wake-ups in between", () => {
    const mapping = one(stage(), "aws:lambda/eventSourceMapping:EventSourceMapping").inputs;
    expect([mapping.batchSize, mapping.maximumBatchingWindowInSeconds]).toEqual([10, 0]);
    const clock = functionsOf(stage()).find(({ name }) => name === "Clock")!;
    expect(mapping.functionName).toBe(clock.inputs.name);
    const queue = one(stage(), "aws:sqs/queue:Queue", "Wakeups").inputs;
    expect(queue.visibilityTimeoutSeconds).toBe(clock.inputs.timeout);
    expect(JSON.parse(String(queue.redrivePolicy))).toMatchObject({ maxReceiveCount: 5 });
    const { inputs } = one(stage(), "aws:scheduler/schedule:Schedule");
    expect(inputs.scheduleExpression).toBe("rate(1 minute)");
    const retries = ofType(stage(), "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").map(
      ({ name: of, inputs: config }) => [of, config.maximumRetryAttempts],
    );
    expect(Object.fromEntries(retries)).toMatchObject({
      ClockFailures: 0,
      IngestFailures: 2,
      RelayFailures: 2,
    });
  });
});

it("runs the repository's state machine with its substitutions", () => {
  const stage = stages.dev;
  const { inputs } = one(stage, "aws:sfn/stateMachine:StateMachine", "PostProcessing");
  const text = String(inputs.definition);
  expect(text).not.toMatch(/\$\{/);
  const { isValid, errorsText } = validate(JSON.parse(text));
  expect([isValid, isValid ? "" : errorsText()]).toEqual([true, ""]);
  const invoked = new Set([...text.matchAll(/"FunctionName":"?\s*"?(arn:[^"]+)"/g)].map(([, arn]) => arn));
  const functions = new Set(functionsOf(stage).map(({ arn }) => arn));
  expect(invoked.size).toBe(4);
  for (const arn of invoked) expect(functions).toContain(arn);
  expect(get<boolean>(inputs, "loggingConfiguration", "includeExecutionData")).toBe(false);
  // The container that the state overrides is that of the task.
  const { States: states } = JSON.parse(text) as { States: Record<string, { Arguments?: unknown }> };
  const override = get(states.PrepareOnFargate!.Arguments, "Overrides", "ContainerOverrides", 0, "Name");
  const task = one(stage, "aws:ecs/taskDefinition:TaskDefinition");
  expect(JSON.stringify(task.inputs.containerDefinitions)).toContain(`\\"name\\":\\"${override}\\"`);
});

it("protects data from mistakes in production, and nowhere else", () => {
  for (const [name, kept] of [
    ["production", true],
    ["dev", false],
  ] as const) {
    const table = one(stages[name], "aws:dynamodb/table:Table");
    expect(table.inputs.deletionProtectionEnabled).toBe(kept);
    expect(table.retainOnDelete ?? false).toBe(kept);
    expect(get<boolean>(table.inputs, "pointInTimeRecovery", "enabled")).toBe(true);
    expect(get<boolean>(table.inputs, "serverSideEncryption", "enabled")).toBe(true);
    const people = one(stages[name], "aws:cognito/userPool:UserPool");
    expect(people.inputs.deletionProtection).toBe(kept ? "ACTIVE" : "INACTIVE");
    expect(people.retainOnDelete ?? false).toBe(kept);
    const bucket = one(stages[name], "aws:s3/bucket:Bucket", "BucketBucket");
    expect(bucket.inputs.forceDestroy).toBe(!kept);
    // SST refuses to remove a stage that is protected.
    expect(stages[name].outputs._protect).toBe(kept);
  }
});

it("configures who may publish about what, the post-processing included", () => {
  const ingest = functionsOf(stages.dev).find(({ name }) => name === "Ingest")!;
  const ofBroadcasts = ["video/", "channel/"];
  expect(JSON.parse(ingest.variables.PUBLISHERS!)).toEqual({
    orders: ["order/", "offer/"],
    "callboard.check": ["check/"],
    "callboard.workflow": ["video/"],
    "aws.ivs": ofBroadcasts,
    "serverlessVideo.videoManager": ofBroadcasts,
    "serverlessVideo.pluginManager": ofBroadcasts,
    "serverlessVideo.plugin.": ofBroadcasts,
    "serverlessVideo.viewCounter": ofBroadcasts,
  });
  const { inputs } = one(stages.dev, "aws:cloudwatch/eventBusPolicy:EventBusPolicy");
  const { Statement: statements } = JSON.parse(String(inputs.policy)) as {
    Statement: { Sid: string; Principal: unknown }[];
  };
  expect(statements.map(({ Sid, Principal }) => [Sid, Principal])).toEqual([
    ["CallboardPublisher1", { AWS: [publishers[0]!.principal, "210987654321"] }],
    ["CallboardSource1", "*"],
    ["CallboardSource2", "*"],
    ["CallboardSource3", "*"],
    ["CallboardAlone", "*"],
  ]);
  const [allow, orders] = statementsOf(String(inputs.policy));
  expect(allow!.conditions["ForAllValues:StringEquals"]!["events:source"]).toEqual(["orders"]);
  expect(orders!.conditions).toEqual({
    "ForAnyValue:StringEquals": { "events:source": ["orders"] },
    ArnNotEquals: { "aws:PrincipalArn": [publishers[0]!.principal] },
    StringNotEquals: { "aws:PrincipalAccount": ["210987654321"] },
  });
});

it("takes in ServerlessVideo's events only if configured", () => {
  const named = (stage: keyof Stages) =>
    ofType(stages[stage], "aws:cloudwatch/eventRule:EventRule").find(
      ({ name }) => name === "RuleServerlessVideo",
    );
  expect(named("production")).toBeUndefined();
  const { inputs } = named("dev")!;
  expect(inputs.eventBusName).toBe("default");
  expect(JSON.parse(String(inputs.eventPattern))).toEqual({
    source: [{ prefix: "serverlessVideo." }, "aws.ivs"],
  });
});

it("bundles the container's program next to its Dockerfile", async () => {
  let printed = "";
  const told = await toldToStates(async (environment) => {
    const ended = run(process.execPath, ["prepare.mjs"], {
      cwd: join(root, "packages/video/src/container"),
      env: { PATH: process.env.PATH, ...environment, PREPARE_INPUT: '{"video":null}' },
    });
    const { code, stdout, stderr } = await ended.catch((cause) => cause);
    expect(code).toBe(1);
    printed = stdout + stderr;
  });
  // It runs until it needs a valid input: the work itself is the function's.
  expect(told).toMatchObject(refusal);
  expect(printed).not.toContain("the-token");
});
