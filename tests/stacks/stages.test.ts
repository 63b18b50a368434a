import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment, type FunctionName } from "@callboard/functions";
import { readConfig } from "@callboard/web/config";
import { HSTS_SECONDS, pageHeaders } from "@callboard/web/policy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleHandler } from "../../scripts/synth/bundle.ts";
import { root } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { neverLoaded } from "../../stacks/never-loaded.ts";
import { alarmChecks } from "./alarm-checks.ts";
import { checks } from "./checks.ts";
import { allowed, calls } from "./may-call.ts";
import { functionsOf, get, ofType, one, statementsOf } from "./stage.ts";

const stages: Record<string, Synthesis> = {};
const bundles: Record<string, Bundle> = {};
let folder: string;

/** The stage `dev` has all that a stage can have. */
const postProcessing = {
  CALLBOARD_POST_PROCESSING: "true",
  CALLBOARD_TEXT_MODEL: "us.anthropic.claude-sonnet-4-6",
  CALLBOARD_IMAGE_MODEL: "stability.stable-image-core-v1:1",
  CALLBOARD_MODEL_URL: "https://api.openai.com/v1",
  CALLBOARD_MODEL_NAME: "gpt-5-mini",
};

/** Those of the stage `dev`; nobody is named in production. */
const publishers = [
  { principal: "arn:aws:iam::123456789012:role/orders", source: "orders", subjects: ["order/"] },
  { principal: "210987654321", source: "orders", subjects: ["offer/"] },
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-stacks-"));
  // The core alone, as it is without a word. Functions are the same in every stage: to bundle them once is enough.
  stages.production = await synthesize({ stage: "production", docker: false });
  const environment = {
    ...postProcessing,
    CALLBOARD_PUBLISHERS: JSON.stringify(publishers),
    CALLBOARD_SERVERLESS_VIDEO: "true",
  };
  stages.dev = await synthesize({ stage: "dev", functions: "none", environment });
  for (const { name, handler } of functionsOf(stages.dev))
    bundles[name] = await bundleHandler(handler, join(folder, name), {
      external: neverLoaded,
      keepNames: false,
      splitting: true,
    });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const validate = require("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

/** Code that comes along in a bundle and that no path of the function reaches: it may not be called either. */
const neverReached: Readonly<Record<string, readonly string[]>> = {
  Requests: ["dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"],
  Socket: ["dynamodb:ConditionCheckItem"],
};

describe.each(["dev", "production"])("stage %s", (name) => {
  const stage = () => stages[name]!;

  it.each(Object.entries({ ...checks, ...alarmChecks }))("%s", (_, check) => {
    expect(check(stage())).toEqual([]);
  });

  it("has the routes of the protocol, and answers messages", () => {
    const routes = ofType(stage(), "aws:apigatewayv2/route:Route");
    expect(routes.map(({ inputs }) => `${inputs.apiId} ${inputs.routeKey}`).sort()).toEqual([
      "httpapiapi $default",
      ...(name === "dev" ? ["httpapiapi GET /videos"] : []),
      "httpapiapi OPTIONS /{proxy+}",
      ...(name === "dev" ? ["httpapiapi POST /videos", "httpapiapi POST /videos/{proxy+}"] : []),
      "socketapiapi $connect",
      "socketapiapi $default",
      "socketapiapi $disconnect",
    ]);
    const messages = one(stage(), "aws:apigatewayv2/route:Route", "SocketApiRouteDefaultRoute");
    expect(messages.inputs.routeResponseSelectionExpression).toBe("$default");
    const { inputs } = one(stage(), "aws:apigatewayv2/routeResponse:RouteResponse");
    expect([inputs.routeResponseKey, inputs.apiId]).toEqual(["$default", "socketapiapi"]);
    expect(inputs.routeId).toBe(messages.name);
  });

  it("looks for the token where browsers can send it", () => {
    const sources = ofType(stage(), "aws:apigatewayv2/authorizer:Authorizer").map(({ inputs }) => [
      inputs.authorizerType,
      inputs.identitySources,
    ]);
    expect(sources).toContainEqual(["REQUEST", ["route.request.header.Sec-WebSocket-Protocol"]]);
    expect(sources).toContainEqual(["REQUEST", ["$request.header.Authorization"]]);
  });

  it("tells browsers who may call the HTTP API and the bucket, and with what", () => {
    const apis = ofType(stage(), "aws:apigatewayv2/api:Api").map(({ inputs }) => inputs);
    expect(apis.find(({ protocolType }) => protocolType === "HTTP")!.corsConfiguration).toEqual({
      allowOrigins: ["*"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type"],
      exposeHeaders: ["retry-after", "www-authenticate"],
      maxAge: 7200,
    });
    const rules = ofType(stage(), "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")
      .filter(({ name }) => name.startsWith("Bucket"))
      .flatMap(({ inputs }) => inputs.corsRules as Record<string, unknown>[]);
    expect(rules).toMatchObject([{ allowedOrigins: ["*"], allowedMethods: ["GET", "PUT"] }]);
  });

  it("tells the pages where both APIs are, and whether they may start videos", () => {
    const { inputs } = one(stage(), "aws:s3/bucketObjectv2:BucketObjectv2", "PagesConfig");
    expect(readConfig(JSON.parse(String(inputs.content)))).toMatchObject({
      socketUrl: expect.stringMatching(/^wss:/),
      httpUrl: stage().outputs.http,
      videos: name === "dev",
      sampleAvailable: name === "dev",
    });
  });

  it("serves the pages with the same headers as one machine, over https alone", () => {
    const { inputs } = one(stage(), "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy");
    expect(inputs.securityHeadersConfig).toMatchObject({
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: pageHeaders["x-frame-options"] },
      referrerPolicy: { referrerPolicy: pageHeaders["referrer-policy"] },
      strictTransportSecurity: { accessControlMaxAgeSec: HSTS_SECONDS },
    });
  });

  it("bounds the messages of both APIs, and logs them without what they say", () => {
    for (const { inputs } of ofType(stage(), "aws:apigatewayv2/stage:Stage")) {
      expect(get<number>(inputs, "defaultRouteSettings", "throttlingRateLimit")).toBe(2000);
      expect(get<number>(inputs, "defaultRouteSettings", "throttlingBurstLimit")).toBe(1000);
      expect(get<boolean>(inputs, "defaultRouteSettings", "dataTraceEnabled") ?? false).toBe(false);
      const format = get(inputs, "accessLogSettings", "format")!;
      expect(format).toContain("$context.requestId");
      expect(format).not.toMatch(/authorizer|query|header/i);
    }
  });

  it("tells every function what it needs to know", () => {
    const ours = functionsOf(stage()).filter(({ handler }) => handler.startsWith("packages/functions/"));
    expect(ours.map((fn) => fn.name).sort()).toEqual([
      "Authorize",
      "AuthorizeHttp",
      "Clock",
      "Fanout",
      "Ingest",
      "Relay",
      "Requests",
      "Socket",
    ]);
    for (const { handler, variables } of ours) {
      const file = /lambda\/([\w-]+)\.handler$/.exec(handler)![1]!;
      const name = (file === "authorize-http" ? "authorize" : file) as FunctionName;
      expect(() => environment(name, { AWS_REGION: "us-east-1", ...variables })).not.toThrow();
    }
  });

  it("runs functions on arm64 and Node 24, traced", () => {
    for (const { inputs } of functionsOf(stage())) {
      expect(inputs.architectures).toEqual(["arm64"]);
      expect(inputs.runtime).toBe("nodejs24.x");
      expect(get(inputs, "tracingConfig", "mode")).toBe("Active");
    }
  });

  it("keeps what every function may call to what its code calls", async () => {
    const functions = functionsOf(stage());
    expect(functions.length).toBe(name === "dev" ? 13 : 8);
    const said: Record<string, string[]> = {};
    const does: Record<string, string[]> = {};
    for (const fn of functions) {
      said[fn.name] = allowed(fn);
      const unreached = neverReached[fn.name] ?? [];
      does[fn.name] = (await calls(bundles[fn.name]!)).filter((action) => !unreached.includes(action));
    }
    expect(said).toEqual(does);
  });

  it("has a state machine to check it with, which may do no more than put events on the bus", () => {
    const { inputs } = one(stage(), "aws:sfn/stateMachine:StateMachine", "Check");
    const { isValid, errorsText } = validate(JSON.parse(String(inputs.definition)));
    expect([isValid, isValid ? "" : errorsText()]).toEqual([true, ""]);
    const bus = one(stage(), "aws:cloudwatch/eventBus:EventBus", "Bus");
    expect(String(inputs.definition)).toContain(`"EventBusName":"${bus.inputs.name}"`);
    const role = JSON.stringify(one(stage(), "aws:iam/role:Role", "CheckRole").inputs.inlinePolicies);
    expect(role.match(/\w+:[A-Z]\w+/g)).toEqual(["events:PutEvents"]);
    expect(stage().outputs.check).toMatch(/:stateMachine:callboard-\w+-check$/);
  });

  it("keeps questions, which carry task tokens, out of the archive", () => {
    const { inputs } = one(stage(), "aws:cloudwatch/eventArchive:EventArchive");
    expect(JSON.parse(String(inputs.eventPattern))).toEqual({
      "detail-type": [{ "anything-but": ["Feedback Requested"] }],
    });
  });

  it("lets nobody but its functions speak in Callboard's name", () => {
    const { inputs } = one(stage(), "aws:cloudwatch/eventBusPolicy:EventBusPolicy");
    const deny = statementsOf(String(inputs.policy)).find(
      ({ effect, conditions }) =>
        effect === "Deny" && conditions["ForAnyValue:StringEquals"]!["events:source"]![0] === "callboard",
    )!;
    expect(deny.conditions["ForAnyValue:StringEquals"]).toEqual({ "events:source": ["callboard"] });
    expect(deny.conditions.ArnNotEquals!["aws:PrincipalArn"]).toHaveLength(6);
  });

  it("polls each minute, and is woken up in between", () => {
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

it("runs the state machine of the repository, filled in", () => {
  const stage = stages.dev!;
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

it("keeps in production what a mistake would destroy, and nothing of it elsewhere", () => {
  for (const [name, kept] of [
    ["production", true],
    ["dev", false],
  ] as const) {
    const table = one(stages[name]!, "aws:dynamodb/table:Table");
    expect(table.inputs.deletionProtectionEnabled).toBe(kept);
    expect(table.retainOnDelete ?? false).toBe(kept);
    expect(get<boolean>(table.inputs, "pointInTimeRecovery", "enabled")).toBe(true);
    expect(get<boolean>(table.inputs, "serverSideEncryption", "enabled")).toBe(true);
    const people = one(stages[name]!, "aws:cognito/userPool:UserPool");
    expect(people.inputs.deletionProtection).toBe(kept ? "ACTIVE" : "INACTIVE");
    expect(people.retainOnDelete ?? false).toBe(kept);
    const bucket = one(stages[name]!, "aws:s3/bucket:Bucket", "BucketBucket");
    expect(bucket.inputs.forceDestroy).toBe(!kept);
    // SST refuses to remove a stage that is protected.
    expect(stages[name]!.outputs._protect).toBe(kept);
  }
});

/** Of what a start loads, in KB; the task functions of a video carry the SDK. */
const mostKb: Readonly<Record<string, number>> = {
  Authorize: 60,
  AuthorizeHttp: 60,
  Clock: 70,
  Fanout: 260,
  Ingest: 345,
  Relay: 90,
  Requests: 160,
  Socket: 160,
};

it("keeps what a start of every function loads small, and the authorizers smaller", () => {
  const sizes: Record<string, number> = {};
  for (const [name, { startBytes }] of Object.entries(bundles)) sizes[name] = Math.ceil(startBytes / 1000);
  console.log(`bundles, KB: ${JSON.stringify(sizes)}`);
  for (const [name, size] of Object.entries(sizes))
    expect([name, size <= (mostKb[name] ?? 600)]).toEqual([name, true]);
});

it("loads every bundle by itself, with all that lies beside it", async () => {
  const keys = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  for (const { name, variables } of functionsOf(stages.dev!)) {
    const { file, files } = bundles[name]!;
    const script = `for (const one of ${JSON.stringify(files)}) await import(one);
      console.log(typeof (await import(${JSON.stringify(file)})).handler)`;
    const { stdout } = await run(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
      env: { ...process.env, ...keys, ...variables },
    });
    expect([file, stdout.trim()]).toEqual([file, "function"]);
  }
}, 60_000);

it("posts with a sender that lacks what is never loaded", async () => {
  const { file } = await bundleHandler("packages/functions/src/push/pooled-sender.pooledSender", folder, {
    external: neverLoaded,
  });
  const { pooledSender } = (await import(file)) as typeof import("@callboard/functions");
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (text: string) => bodies.push(text));
    request.on("end", () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const sender = pooledSender({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: async () => ({ accessKeyId: "a", secretAccessKey: "b" }),
      clock: { now: Date.now },
      log: { warn() {} },
    });
    expect(await sender.prepare("hello")("c1=")).toBe("sent");
    expect(bodies).toEqual(["hello"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it("names who may publish about what, the post-processing among them", () => {
  const ingest = functionsOf(stages.dev!).find(({ name }) => name === "Ingest")!;
  expect(ingest.variables.PUBLISHERS).toBe(
    '{"orders":["order/","offer/"],"callboard.check":["check/"],"callboard.workflow":["video/"],"aws.ivs":["video/"],"serverlessVideo.videoManager":' +
      '["video/"],"serverlessVideo.pluginManager":["video/"],"serverlessVideo.viewCounter":["video/"]}',
  );
  const { inputs } = one(stages.dev!, "aws:cloudwatch/eventBusPolicy:EventBusPolicy");
  const { Statement: statements } = JSON.parse(String(inputs.policy)) as {
    Statement: { Sid: string; Principal: unknown }[];
  };
  expect(statements.map(({ Sid, Principal }) => [Sid, Principal])).toEqual([
    ["CallboardPublisher1", { AWS: [publishers[0]!.principal, "210987654321"] }],
    ["CallboardSource1", "*"],
    ["CallboardSource2", "*"],
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

it("takes in ServerlessVideo's events where it is told to, and nowhere else", () => {
  const named = (stage: string) =>
    ofType(stages[stage]!, "aws:cloudwatch/eventRule:EventRule").find(
      ({ name }) => name === "RuleServerlessVideo",
    );
  expect(named("production")).toBeUndefined();
  const { inputs } = named("dev")!;
  expect(inputs.eventBusName).toBe("default");
  expect(JSON.parse(String(inputs.eventPattern))).toEqual({
    source: [{ prefix: "serverlessVideo." }, "aws.ivs"],
  });
});

it("bundles what the container runs beside its Dockerfile", async () => {
  const { stdout, stderr } = await run(process.execPath, ["prepare.mjs"], {
    cwd: join(root, "packages/video/src/container"),
    env: { PATH: process.env.PATH, AWS_REGION: "us-east-1", PREPARE_INPUT: '{"video":null}' },
  }).catch((cause: { stdout: string; stderr: string }) => cause);
  // It runs as far as its input lets it: the work itself is what the function does.
  expect(stdout + stderr).toMatch(/TypeError: Cannot (read|destructure) propert.*(bucket|null)/);
});

it("alarms on metrics that AWS or Callboard's code writes, by names that stand there", async () => {
  const stage = stages.production!;
  const alarms = ofType(stage, "aws:cloudwatch/metricAlarm:MetricAlarm");
  expect(alarms.length).toBeGreaterThan(20);
  const { widgets } = JSON.parse(
    String(one(stage, "aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody),
  ) as {
    widgets: { properties: { metrics: string[][] } }[];
  };
  const shown = widgets.flatMap(({ properties }) => properties.metrics);
  const own = [
    ...alarms
      .filter(({ inputs }) => inputs.namespace === "Callboard")
      .map(({ inputs }) => String(inputs.metricName)),
    ...shown.filter(([namespace]) => namespace === "Callboard").map(([, metric]) => metric!),
  ];
  const sources = await Promise.all(
    ["core/src", "functions/src"].map(async (folder) => {
      const files = await readdir(join(root, "packages", folder), { recursive: true });
      const code = files.filter((file) => file.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(file));
      return Promise.all(code.map((file) => readFile(join(root, "packages", folder, file), "utf8")));
    }),
  );
  const text = sources.flat(2).join("\n");
  for (const metric of new Set(own)) expect([metric, text.includes(`"${metric}"`)]).toEqual([metric, true]);
  for (const { name, inputs } of alarms)
    expect([name, inputs.alarmActions]).toEqual([name, [expect.any(String)]]);
});

it("has a row in the runbook for every alarm, and says what they cost", async () => {
  const [operate, deploy] = await Promise.all(
    ["operate", "deploy"].map((page) => readFile(join(root, `docs/${page}.md`), "utf8")),
  );
  const section = operate!.split("## Alarms")[1]!.split("\n## ")[0]!;
  const rows = [...section.matchAll(/^\| `([\w*]+)`/gm)].map(([, name]) => name!);
  const names = ofType(stages.production!, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) =>
    name.replace(/^Alarm/, ""),
  );
  const isOf = (row: string, name: string) => new RegExp(`^${row.replace("*", "\\w+")}$`).test(name);
  expect(names.filter((name) => !rows.some((row) => isOf(row, name)))).toEqual([]);
  expect(rows.filter((row) => !names.some((name) => isOf(row, name)))).toEqual([]);
  const [, count, dollars] = /^\| (\d+) alarms +\| +\$([\d.]+) \|$/m.exec(deploy!)!;
  expect([Number(count), Number(dollars)]).toEqual([names.length, names.length / 10]);
});
