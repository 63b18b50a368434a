import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deployedFunctions } from "@callboard/functions/deployment";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { layOutPages, thisRoot as root } from "../../scripts/bundle.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { type SynthOptions, synthesize } from "../../scripts/synth/synthesize.ts";
import { alarmChecks } from "../stacks/alarm-checks.ts";
import { checks } from "../stacks/checks.ts";
import { allowed } from "../stacks/may-call.ts";
import { functionsOf, get, ofType, one, type StageFunction } from "../stacks/stage.ts";
import { layOut, openNewsroom } from "./newsroom.ts";
import type { Project } from "./project.ts";

// The packed component in a user's application, evaluated with the options of SST's own source (pkg/js/js.go,
// pkg/project/run.go).

const place = inject("place");

let project: Project;
beforeAll(async () => {
  // Stages of this repository are evaluated beside it.
  await layOutPages(console.log);
  project = await openNewsroom(join(place, "a newsroom"));
}, 300_000);

const evaluate = (options: Partial<SynthOptions> = {}): Promise<Synthesis> =>
  synthesize({ stage: "ana", root: project.folder, ...options });

/** The example with other arguments, and with more in its `run`. */
const saying = (args: string, more = "", options: Partial<SynthOptions> = {}) =>
  evaluate({
    functions: "none",
    ...options,
    change(path, text) {
      if (path !== "sst.config.ts") return text;
      const made = 'new Callboard("Callboard", { bus, stateMachines: [stateMachine.arn] });';
      if (!text.includes(made)) throw new Error("the example has changed");
      // Whatever the other arguments, the bus stays the application's.
      return text.replace(made, `new Callboard("Callboard", { bus, ${args} });${more}`);
    },
  });

const ours = (stage: Synthesis): StageFunction[] =>
  functionsOf(stage).filter(({ name }) => name.startsWith("Callboard"));

describe.each(["deploy", "dev"])("the example, evaluated as sst %s does", (command) => {
  let stage: Synthesis;
  beforeAll(async () => {
    stage = await evaluate({ dev: command === "dev" });
  }, 120_000);

  it("runs Callboard's functions on AWS, each from an existing bundle that starts", async () => {
    const names = Object.keys(stage.prebuilt).filter((name) => name.startsWith("Callboard"));
    // Plugins must be enabled.
    const usual = Object.keys(deployedFunctions).filter((name) => name !== "plugins");
    expect(names).toHaveLength(usual.length);
    for (const { name, inputs, variables } of ours(stage)) {
      expect([name, inputs.runtime, inputs.handler]).toEqual([name, "nodejs24.x", "bundle.handler"]);
      const { folder, handler } = stage.prebuilt[name]!;
      const file = join(folder, `${handler.split(".")[0]}.mjs`);
      const script = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
        console.log(typeof handler);`;
      const keys = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
      await project.write("start.mjs", script);
      const told = await project.type(`"${process.execPath}" start.mjs`, { ...keys, ...variables });
      expect([name, told.trim()]).toEqual([name, "function"]);
    }
  }, 60_000);

  it("refuses an invalid token, by the authorizer's own code", async () => {
    const { variables } = ours(stage).find(({ name }) => name === "CallboardAuthorizeHttp")!;
    const { folder } = stage.prebuilt.CallboardAuthorizeHttp!;
    const file = pathToFileURL(join(folder, "bundle.mjs")).href;
    await project.write(
      "call.mjs",
      `const { handler } = await import(${JSON.stringify(file)});
       const event = { headers: { authorization: "Bearer nonsense" }, requestContext: { http: {} } };
       console.log(JSON.stringify((await handler(event, {})).isAuthorized));`,
    );
    const told = await project.type(`"${process.execPath}" call.mjs`, {
      AWS_REGION: "us-east-1",
      ...variables,
    });
    expect(told.trim().split("\n").at(-1)).toBe("false");
  });

  it("passes every check that a stage of this repository passes", () => {
    const strangers = /^(Article|BusPolicy)/;
    const found = Object.entries({ ...checks, ...alarmChecks }).flatMap(([name, check]) =>
      check(withoutPrefix(stage))
        .filter((line) => !strangers.test(line))
        .map((line) => `${name}: ${line}`),
    );
    expect(found).toEqual([]);
  });

  it("begins every name of its own with that of the Callboard", () => {
    const theirs =
      /^(Note|Article|Bus)|^(LambdaEncryptionKey|APIGatewayPushToCloudWatchLogsRole|DevBridge.*|.*dev-bridge.*)$/;
    const names = stage.resources.map(({ name }) => name).filter((name) => !theirs.test(name));
    expect(names.filter((name) => !name.startsWith("Callboard"))).toEqual([]);
    for (const type of ["aws:sqs/queue:Queue", "aws:cloudwatch/eventRule:EventRule", "aws:sns/topic:Topic"])
      for (const { inputs } of ofType(stage, type))
        expect(inputs.name).toMatch(/^newsroom-ana-Callboard-[A-Z]\w+$/);
    for (const { variables } of ours(stage)) expect(variables.STAGE).toBe("newsroom-ana-Callboard");
  });

  it("deploys the built pages, and tells them all addresses", () => {
    expect(stage.panes).not.toHaveProperty("CallboardPages");
    const config = one(stage, "aws:s3/bucketObjectv2:BucketObjectv2", "CallboardPagesConfig");
    expect(JSON.parse(String(config.inputs.content))).toMatchObject({
      socketUrl: stage.outputs.socket,
      httpUrl: stage.outputs.http,
      signIn: { clientId: "CallboardUsersClientClient" },
    });
    expect(one(stage, "aws:cognito/userPoolClient:UserPoolClient").inputs.callbackUrls).toEqual([
      `${stage.outputs.pages}/sign-in.html`,
    ]);
    const files = one(
      stage,
      "pulumi-nodejs:dynamic:Resource",
      "CallboardPagesAssetFiles.sst.aws.BucketFiles",
    );
    const keys = get<{ key: string }[]>(files.inputs, "files")!.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(["index.html", "sign-in.html"]));
  });

  it("lets linked functions put events on its bus, and nothing else", () => {
    const { statements, inputs } = functionsOf(stage).find(({ name }) => name === "Note")!;
    const bridge = /^(appsync|s3):\*$/;
    const own = statements.filter(({ actions }) => !actions.some((action) => bridge.test(action)));
    expect(own).toEqual([
      expect.objectContaining({
        effect: "Allow",
        actions: ["events:PutEvents"],
        resources: [expect.stringMatching(/:event-bus\/newsroom-ana-BusBus-\w+$/)],
      }),
    ]);
    // SST's bridge and the values that it passes belong only to the application's own function.
    expect(inputs.handler === "bootstrap").toBe(command === "dev");
  });

  it("follows the application's bus and its state machine", () => {
    const bus = one(stage, "aws:cloudwatch/eventBus:EventBus", "BusBus").inputs.name;
    const rules = ofType(stage, "aws:cloudwatch/eventRule:EventRule");
    const ended = rules.find(({ name }) => name === "CallboardRuleExecutionEnded")!;
    expect(JSON.parse(String(ended.inputs.eventPattern)).detail.stateMachineArn).toContain(
      stage.outputs.article,
    );
    expect(new Set(rules.map(({ inputs }) => inputs.eventBusName))).toEqual(new Set([bus, "default"]));
    const { policy } = one(stage, "aws:cloudwatch/eventBusPolicy:EventBusPolicy", "BusPolicy").inputs;
    expect(String(policy)).toContain('"Sid":"CallboardAlone"');
  });
});

/** The same stage with the names that the checks use, which are those of this repository. */
function withoutPrefix(stage: Synthesis): Synthesis {
  const plain = JSON.parse(
    JSON.stringify(stage)
      .replaceAll(/newsroom-ana-Callboard(?=[A-Z])/g, "callboard-ana-")
      .replaceAll("newsroom-ana-Callboard", "callboard-ana")
      .replaceAll(/(?<=[":/ -])Callboard(?=[A-Z])/g, "")
      .replaceAll(/(?<=[":/])callboard(?=(socket|http)api)/g, ""),
  ) as Synthesis;
  // The application's own function is not Callboard's.
  const resources = plain.resources.filter(({ name }) => !/^Note/.test(name));
  for (const { name, inputs } of ofType(plain, "aws:lambda/function:Function")) {
    const file = name.replace(/Function$/, "").replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`);
    if (inputs.handler === "bundle.handler")
      inputs.handler = `packages/functions/src/lambda/${file.toLowerCase()}.handler`;
  }
  return { ...plain, resources, app: "callboard" };
}

describe("roles", () => {
  it("contain the same as these functions in a stage of this repository", async () => {
    const [here, there] = await Promise.all([
      synthesize({ stage: "dev", functions: "none", environment: { CALLBOARD_POST_PROCESSING: "false" } }),
      evaluate({ functions: "none" }),
    ]);
    const rights = (functions: readonly StageFunction[]) =>
      Object.fromEntries(functions.map((fn) => [fn.name.replace(/^Callboard/, ""), allowed(fn)]));
    expect(rights(ours(there))).toEqual(rights(functionsOf(here)));
  }, 120_000);
});

describe("arguments", () => {
  it.each([
    ["issuer: { url: 'http://id.example' }", "Callboard: issuer.url is not an https address"],
    ["stateMachines: ['orders']", "Callboard: stateMachines is not a list of ARNs of state machines"],
    ["retentionDay: 30", "Callboard: retentionDay is not an argument of Callboard"],
    ["domain: 'https://a.example'", "Callboard: domain is not a domain name"],
    ["issuer: { url: $util.output('http://id.example') }", "Callboard: issuer.url is not an https address"],
    [
      "origins: ['https://app.example']",
      "origins does not name the pages themselves: add https://callboardpagescdndistribution",
    ],
    [
      "publishers: Array.from({ length: 400 }, (_, n) => ({ principal: `arn:aws:iam::123456789012:role/r${n}`, source: 'orders', subjects: ['order/'] }))",
      "publishers: the bus's policy would have",
    ],
  ])(
    "that are invalid are refused by name: %s",
    async (args, problem) => {
      await expect(saying(args as string)).rejects.toThrow(problem);
    },
    60_000,
  );

  it("need a name that every part of a Callboard can begin with", async () => {
    await expect(saying("", 'new Callboard("my board");')).rejects.toThrow(
      "the name of a Callboard has up to 32 letters and digits, and begins with a capital",
    );
  }, 60_000);

  it("may be Outputs if other resources of the application provide them", async () => {
    const stage = await saying(
      `bucket: $util.output("team-files"),
       stateMachines: [stateMachine.arn, $util.output("arn:aws:states:us-east-1:123456789012:stateMachine:b")],
       issuer: { url: $util.output("https://id.example/"), clientId: $util.output("pages") },
       publishers: [{ principal: new aws.iam.Role("ArticleWriter", { assumeRolePolicy: "{}" }).arn, source: "desk", subjects: ["article/"] }],
       alarms: { email: $util.output("ana@a.example") },`,
    );
    const { variables } = ours(stage).find(({ name }) => name === "CallboardAuthorize")!;
    expect(variables).toMatchObject({
      TOKEN_ISSUER: "https://id.example",
      TOKEN_JWKS_URL: "https://id.example/.well-known/jwks.json",
      TOKEN_AUDIENCE: "pages",
    });
    const config = one(stage, "aws:s3/bucketObjectv2:BucketObjectv2", "CallboardPagesConfig");
    expect(JSON.parse(String(config.inputs.content)).signIn).toMatchObject({
      issuer: "https://id.example",
      clientId: "pages",
    });
    const ingest = ours(stage).find(({ name }) => name === "CallboardIngest")!;
    expect(ingest.variables).toMatchObject({ BUCKET: "team-files" });
    expect(JSON.parse(ingest.variables.PUBLISHERS!)).toMatchObject({ desk: ["article/"] });
    const rule = one(stage, "aws:cloudwatch/eventRule:EventRule", "CallboardRuleExecutionEnded");
    expect(String(rule.inputs.eventPattern)).toContain("stateMachine:b");
    expect(String(rule.inputs.eventPattern)).not.toContain("later");
    const { policy } = one(stage, "aws:cloudwatch/eventBusPolicy:EventBusPolicy", "BusPolicy").inputs;
    expect(String(policy)).toContain("arn:aws:iam::123456789012:role/ArticleWriter");
    expect(one(stage, "aws:sns/topicSubscription:TopicSubscription").inputs.endpoint).toBe("ana@a.example");
    expect(ofType(stage, "aws:cognito/userPool:UserPool")).toEqual([]);
    expect(JSON.stringify(stage)).not.toMatch(/later\.example|role\/later|000000000000/);
  }, 60_000);

  it("make a second Callboard of the same application, with a bus, people and alarms of its own", async () => {
    const stage = await saying("", 'new Callboard("Backstage", { pages: false, production: true });');
    const named = (type: string) => ofType(stage, type).map(({ inputs, name }) => inputs.name ?? name);
    expect(named("aws:cloudwatch/eventBus:EventBus")).toContain("newsroom-ana-Backstage");
    expect(
      named("aws:sqs/queue:Queue")
        .filter((name) => String(name).endsWith("Wakeups"))
        .sort(),
    ).toEqual(["newsroom-ana-Backstage-Wakeups", "newsroom-ana-Callboard-Wakeups"]);
    const domains = ofType(stage, "aws:cognito/userPoolDomain:UserPoolDomain").map(
      ({ inputs }) => inputs.domain,
    );
    expect(new Set(domains).size).toBe(2);
    for (const type of new Set(stage.resources.map((resource) => resource.type))) {
      const names = ofType(stage, type).flatMap(({ inputs }) => (inputs.name ? [String(inputs.name)] : []));
      const own = names.filter((name) => name.startsWith("newsroom-ana-"));
      expect([type, new Set(own).size]).toEqual([type, own.length]);
    }
    const tables = ofType(stage, "aws:dynamodb/table:Table").map(({ name, inputs }) => [
      name,
      inputs.deletionProtectionEnabled,
    ]);
    expect(tables).toEqual([
      ["BackstageRowsTable", true],
      ["CallboardRowsTable", false],
    ]);
    const relays = functionsOf(stage).filter(({ name }) => name.endsWith("Relay"));
    expect(new Set(relays.map(({ variables }) => variables.STAGE)).size).toBe(2);
  }, 60_000);

  it("take domains of each part as SST's own components do", async () => {
    // As docs/component.md shows it.
    const document = await readFile(join(root, "docs/component.md"), "utf8");
    const [, shown] = /```ts\nnew Callboard\("Callboard", \{\n(.*?)\}\);\n```/s.exec(document)!;
    const stage = await saying(`${shown} origins: ["https://app.example"]`);
    expect(stage.outputs).toMatchObject({
      pages: "https://callboard.example",
      http: "https://api.callboard.example",
      socket: "wss://callboardsocketapiapi.execute-api.us-east-1.amazonaws.com/$default",
    });
    const certified = ofType(stage, "aws:acm/certificate:Certificate").map(({ inputs }) => inputs.domainName);
    expect(certified).toEqual(["api.callboard.example"]);
    const { inputs: pages } = one(stage, "aws:cloudfront/distribution:Distribution");
    expect(get(pages, "viewerCertificate", "acmCertificateArn")).toMatch(/certificate\/11111111-/);
    const http = ofType(stage, "aws:apigatewayv2/api:Api").find(
      ({ inputs }) => inputs.protocolType === "HTTP",
    )!;
    expect(get(http.inputs, "corsConfiguration", "allowOrigins")).toEqual([
      "https://app.example",
      "https://callboard.example",
    ]);
  }, 60_000);
});

it("evaluates what its README shows", async () => {
  const readme = await readFile(join(project.folder, "node_modules/@callboard/sst/README.md"), "utf8");
  const [, shown] = /```ts\n(.*?)```/s.exec(readme)!;
  const stage = await evaluate({
    functions: "none",
    change: (path, text) =>
      path === "sst.config.ts" ? text.replace(/async run\(\) \{.*\}/s, `async run() {${shown}} }`) : text,
  });
  const note = functionsOf(stage).find(({ name }) => name === "Note")!;
  expect(note.statements.map(({ actions }) => actions)).toEqual([["events:PutEvents"]]);
}, 60_000);

describe("where it is found", () => {
  it("is in a folder above, as workspaces put it there", async () => {
    const member = join(project.folder, "apps/desk");
    await mkdir(member, { recursive: true });
    await layOut(member);
    const stage = await evaluate({ root: member, functions: "none" });
    expect(stage.prebuilt.CallboardRelay!.folder).toBe(
      join(project.folder, "node_modules/@callboard/sst/dist/functions/relay"),
    );
  }, 60_000);

  it("says what to do if it is not next to sst.config.ts, or if there are two versions", async () => {
    const stray = join(place, "stray");
    await mkdir(join(stray, "infra/node_modules/@callboard"), { recursive: true });
    await layOut(stray);
    // The library for the example's states is next to it as before.
    for (const name of ["@callboard/asl", "@callboard/protocol", "zod"])
      await cp(join(project.folder, "node_modules", name), join(stray, "node_modules", name), {
        recursive: true,
      });
    const installed = join(project.folder, "node_modules/@callboard/sst");
    await cp(installed, join(stray, "infra/node_modules/@callboard/sst"), { recursive: true });
    await writeFile(join(stray, "infra/callboard.ts"), 'export { Callboard } from "@callboard/sst";\n');
    const infra = (path: string, text: string) =>
      path === "sst.config.ts" ? text.replace('"@callboard/sst"', '"./infra/callboard.ts"') : text;
    const evaluated = () => evaluate({ root: stray, functions: "none", change: infra });
    await expect(evaluated()).rejects.toThrow(
      `@callboard/sst was not found from ${stray}: add it to the package.json next to sst.config.ts`,
    );
    const other = join(stray, "node_modules/@callboard/sst");
    await cp(installed, other, { recursive: true });
    const manifest = JSON.parse(await readFile(join(other, "package.json"), "utf8"));
    await writeFile(join(other, "package.json"), JSON.stringify({ ...manifest, version: "9.9.9" }));
    await expect(evaluated()).rejects.toThrow(
      /@callboard\/sst 9\.9\.9 is found from .*install only one version/,
    );
  }, 120_000);
});
