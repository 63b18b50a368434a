import { execFile, spawn } from "node:child_process";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { readConfig } from "@callboard/web/config";
import { createServer } from "vite";
import { beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { installPlatform, root } from "../../scripts/synth/platform.ts";
import type { Pane, Synthesis } from "../../scripts/synth/resource.ts";
import { type SynthOptions, synthesize } from "../../scripts/synth/synthesize.ts";
import { functionsOf, get, ofType, one, postProcessing, statementsOfRole } from "./stage.ts";
import { refusal, toldToStates } from "./states-stand-in.ts";

/** A stage as `sst dev` evaluates it, with all that it can have, on a machine without Docker. */
const evaluate = (change?: SynthOptions["change"]) =>
  synthesize({
    stage: "ana",
    dev: true,
    docker: false,
    functions: "none",
    environment: postProcessing,
    ...(change ? { change } : {}),
  });

let stage: Synthesis;
beforeAll(async () => {
  await installPlatform(console.log);
  stage = await evaluate();
}, 300_000);

const run = promisify(execFile);

function pane(name: string): Pane & { command: string } {
  const { command = "", ...rest } = stage.panes[name] ?? {};
  return { ...rest, command };
}

/** The calls of SST 4.17.1's bridge with the rights of the function's role (aws/function.ts, createRole). */
const bridge = [
  { actions: ["appsync:*"], resources: ["*"] },
  { actions: ["s3:*"], resources: ["arn:aws:s3:::sst-asset-synth", "arn:aws:s3:::sst-asset-synth/*"] },
];

const actionsOf = (of: Synthesis, role: string) =>
  statementsOfRole(one(of, "aws:iam/role:Role", role)).flatMap(({ actions }) => actions);

/** The rights that a stub lacks to reach this machine, and that the code here lacks to act for it. */
const lacking = (of: Synthesis): string[] => [
  ...functionsOf(of).flatMap(({ name, statements }) => {
    const { inputs } = one(of, "aws:iam/role:Role", `${name}Role`);
    const has = (wanted: { actions: string[]; resources: string[] }) =>
      statements.some(
        ({ effect, actions, resources }) =>
          effect === "Allow" &&
          wanted.actions.every((action) => actions.includes(action)) &&
          wanted.resources.every((arn) => resources.includes(arn)),
      );
    return [
      ...bridge.filter((wanted) => !has(wanted)).map(({ actions }) => `${name}: ${actions}`),
      ...(String(inputs.assumeRolePolicy).includes('"arn:aws:iam::123456789012:root"')
        ? []
        : [`${name}: this machine may not assume its role`]),
      ...((inputs.managedPolicyArns as string[]).some((arn) => arn.endsWith("/AWSLambdaBasicExecutionRole"))
        ? []
        : [`${name}: SST's own policy`]),
    ];
  }),
  ...["appsync:*", "s3:GetObject", "events:PutEvents"]
    .filter((action) => !actionsOf(of, "PrepareLongTaskRole").includes(action))
    .map((action) => `PrepareLong: ${action}`),
];

it("gives every function and the task the bridge's rights, besides its own", () => {
  const functions = functionsOf(stage);
  expect(functions.length).toBeGreaterThan(10);
  expect(lacking(stage)).toEqual([]);
  for (const { name, inputs, statements, variables } of functions) {
    expect([name, inputs.handler, inputs.runtime, inputs.architectures]).toEqual([
      name,
      "bootstrap",
      "provided.al2023",
      ["x86_64"],
    ]);
    expect(variables).toMatchObject({
      SST_FUNCTION_ID: name,
      SST_APPSYNC_HTTP: "appsync.synth",
      SST_APPSYNC_REALTIME: "appsync-realtime.synth",
      SST_ASSET_BUCKET: "sst-asset-synth",
      SST_REGION: "us-east-1",
    });
    expect(
      statements.some(({ actions }) => actions.includes("xray:PutTraceSegments")),
      name,
    ).toBe(true);
  }
});

it("finds roles whose policies were replaced, as a deployment replaces them", async () => {
  const changes: Readonly<Record<string, readonly [string, string]>> = {
    "stacks/functions.ts": ["if ($dev && !bundle) return;", ""],
    "stacks/container.ts": ["...($dev", "...(!$dev"],
  };
  const replaced = await evaluate((path, text) => {
    const [was, is] = changes[path] ?? ["", ""];
    if (!text.includes(was)) throw new Error(`nothing to change in ${path}`);
    return was ? text.replace(was, is) : text;
  });
  expect(lacking(replaced)).toEqual(
    expect.arrayContaining([
      "Clock: this machine may not assume its role",
      "Clock: SST's own policy",
      "PrepareLong: appsync:*",
    ]),
  );
}, 60_000);

it("gives functions time for the way to this machine, and the queue no less", () => {
  for (const { name, inputs } of functionsOf(stage).filter(
    ({ name: of }) => !/Prepare|Probe|Read|Store/.test(of),
  ))
    expect([name, inputs.timeout]).toEqual([name, 120]);
  expect(one(stage, "aws:sqs/queue:Queue", "Wakeups").inputs.visibilityTimeoutSeconds).toBe(120);
});

it("runs the container's work here, through a stub that may reach the bridge", async () => {
  expect(ofType(stage, "docker-build:index:Image")).toEqual([]);
  const { inputs } = one(stage, "aws:ecs/taskDefinition:TaskDefinition");
  const [container] = JSON.parse(String(inputs.containerDefinitions)) as Record<string, unknown>[];
  expect(container).toMatchObject({
    name: "PrepareLong",
    image: expect.stringContaining("/bridge-task:"),
    environment: expect.arrayContaining([
      { name: "SST_TASK_ID", value: "PrepareLong" },
      { name: "SST_APPSYNC_HTTP", value: "appsync.synth" },
      { name: "CALLBOARD_BUS", value: "callboard-ana" },
    ]),
  });
  expect(container).not.toHaveProperty("command");
  expect(get(inputs, "runtimePlatform", "cpuArchitecture")).toBe("X86_64");
  const { definition } = one(stage, "aws:sfn/stateMachine:StateMachine", "PostProcessing").inputs;
  expect(String(definition)).toContain('"Name":"PrepareLong"');

  const { command, directory = "" } = pane("PrepareLong");
  const [program, ...args] = command.split(" ");
  const told = await toldToStates(async (environment) => {
    const env = { ...process.env, ...environment, PREPARE_INPUT: '{"video":null}' };
    await run(program!, args, { cwd: join(root, directory), env }).catch(() => {});
  });
  // It runs until it needs a valid input.
  expect(told).toMatchObject(refusal);
}, 60_000);

it("serves the pages with the stage's configuration", async () => {
  const { command, directory, environment = {}, autostart } = pane("Pages");
  expect([command, directory, autostart]).toEqual(["npm run dev", "packages/web", true]);
  expect(stage.outputs.pages).toBe("http://localhost:5173");
  const served = async (value: (said: string) => string) => {
    for (const [name, said] of Object.entries(environment)) vi.stubEnv(name, value(said));
    const server = await createServer({
      root: join(root, "packages/web"),
      logLevel: "error",
      server: { port: 0 },
      optimizeDeps: { noDiscovery: true },
    });
    onTestFinished(() => {
      vi.unstubAllEnvs();
      return server.close();
    });
    await server.listen();
    const { port } = server.httpServer!.address() as AddressInfo;
    return fetch(`http://localhost:${port}/config.json`).then((response) => response.text());
  };
  expect(readConfig(JSON.parse(await served((said) => said)))).toMatchObject({
    socketUrl: stage.outputs.socket,
    devTokens: false,
  });
  // Without a stage it prints nothing, and uses the host's setting.
  expect(await served(() => "")).not.toContain("socketUrl");
}, 60_000);

it("shows the bus, event by event, with only Node", async () => {
  const { command, environment } = pane("Bus");
  const events = [
    { eventId: "1", timestamp: Date.now(), message: JSON.stringify(progress) },
    { eventId: "2", timestamp: Date.now(), message: "not an event" },
  ];
  let polls = 0;
  const logs = createHttpServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      expect(request.headers["x-amz-target"]).toBe("Logs_20140328.FilterLogEvents");
      expect(JSON.parse(body).logGroupName).toBe("/aws/events/callboard-ana");
      polls++;
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify({ events, searchedLogStreams: [] }));
    });
  });
  await new Promise<void>((resolve) => logs.listen(0, "127.0.0.1", resolve));
  const [program, ...args] = command.split(" ");
  const child = spawn(program!, args, {
    cwd: root,
    // A group of its own, so that what it starts ends with it.
    detached: true,
    env: {
      ...process.env,
      ...environment,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${(logs.address() as AddressInfo).port}`,
    },
  });
  onTestFinished(() => {
    process.kill(-child.pid!, "SIGKILL");
    logs.closeAllConnections();
    logs.close();
  });
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  await new Promise<void>((resolve) =>
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (polls >= 2 || output.includes("not an event")) resolve();
    }),
  );
  expect(output.trim().split("\n").slice(1)).toEqual([
    "10:00:00  orders  Progress Reported  order/1  step pack  state running  percent 40",
    "not an event",
  ]);
}, 60_000);

const progress = {
  time: "2026-01-01T10:00:00Z",
  source: "orders",
  "detail-type": "Progress Reported",
  detail: { subject: "order/1", step: "pack", state: "running", percent: 40 },
};

it("leaves events with task tokens out of the tail", () => {
  const { inputs } = one(stage, "aws:cloudwatch/eventRule:EventRule", "BusTail");
  expect(String(inputs.eventPattern)).toContain('{"anything-but":["Feedback Requested","Plugin Requested"]}');
});
