import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DeleteRuleCommand, RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteStateMachineCommand,
  ListExecutionsCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import type { StartOptions } from "@callboard/dev";
import { createSigningKey, createTokenMint } from "@callboard/tokens";
import { afterEach, describe, expect, it } from "vitest";
import { runCommand } from "./command.ts";
import { eventually } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function staged(options: Partial<StartOptions> = {}, settings: Parameters<typeof openStage>[1] = {}) {
  const stage = await openStage({ retryDelaysMs: [1, 1], ...options }, settings);
  ends.push(stage.close);
  return stage;
}

const machineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:check";
const links = ["token", "connect", "start", "report", "question", "http", "answer", "execution", "receipt"];

type Given = Parameters<typeof runCommand>[2];

/** The lines of a check about each link, with a short timeout. */
async function check(stage: Stage, given: Given = {}, args: readonly string[] = []) {
  const { code, out, err } = await runCommand(stage, ["check", "--json", "--patience", "2", ...args], given);
  const { ok, steps } = JSON.parse(out) as {
    ok: boolean;
    steps: { link: string; outcome: string; what?: string; cause?: string; look?: string; detail?: string }[];
  };
  return { code, err, ok, steps, links: steps.map(({ link }) => link), last: steps.at(-1)! };
}

/** No execution of a check is left behind, and nobody is asked any more. */
async function isClean(stage: Stage): Promise<void> {
  const { executions = [] } = await stage.aws.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: machineArn }),
  );
  expect(executions.filter(({ status }) => status === "RUNNING")).toEqual([]);
  await eventually(
    async () => JSON.parse((await runCommand(stage, ["ops", "requests", "--json"])).out).requests,
    (requests: readonly unknown[]) => requests.length === 0,
  );
}

/** A function whose role has lost a permission. */
const without = (by: string, action: string): Partial<StartOptions> => ({
  mayCall: (call) => call.by !== by || call.action !== action,
});

describe("a check", () => {
  it("tests all links, says how long each took, and leaves nothing running", async () => {
    const stage = await staged();
    const { code, out, err } = await runCommand(stage, ["check"]);
    expect({ code, err }, out).toEqual({ code: 0, err: "" });
    expect(out.trimEnd().split("\n")).toEqual(
      links.map((link) => expect.stringMatching(new RegExp(`^ok +${link} +\\d+ ms {2}\\S`))),
    );
    expect(out).toContain("as user/check");
    expect(await stage.callboard.lambda.deadLetters()).toEqual([]);
    await isClean(stage);
  });

  it("may run several times at once, independently", async () => {
    const stage = await staged();
    const checks = await Promise.all(Array.from({ length: 4 }, () => check(stage, {}, ["--patience", "20"])));
    expect(checks.map(({ code, links }) => [code, links])).toEqual(checks.map(() => [0, links]));
    await isClean(stage);
  });

  it("works if publishers are named, none of which is its own", async () => {
    const stage = await staged({}, { publishers: { orders: ["order/"] } });
    expect(await check(stage)).toMatchObject({ code: 0, ok: true });
  });

  it("reads a token from a file, the standard input or the environment, and never shows it", async () => {
    const stage = await staged();
    const token = await stage.token("ana", "viewer");
    const path = join(stage.data, "token.txt");
    await writeFile(path, `${token}\n`);
    for (const [given, args] of [
      [{}, ["--token-file", path]],
      [{ input: `${token}\n` }, ["--token-file", "-"]],
      [{ env: { CALLBOARD_TOKEN: token } }, []],
    ] as const) {
      const { code, out } = await runCommand(stage, ["check", ...args], given);
      expect([code, out]).toEqual([0, expect.stringContaining("as user/ana")]);
      expect(out).not.toContain(token.split(".")[2]);
    }
  });
});

describe("a check that finds a broken link names it", () => {
  it.each([
    ["no token at all", () => "hunter2", /not a token/, /wrong file/],
    ["an expired one", () => signed({ exp: 1 }), /expired/, /old one/],
    ["one without an expiry", () => signed({}), /no exp/, /does not set it/],
  ])("token: %s", async (_, token, what, cause) => {
    const stage = await staged();
    const { code, links, last } = await check(stage, { env: { CALLBOARD_TOKEN: token() } });
    expect([code, links]).toEqual([1, ["token"]]);
    expect(last).toMatchObject({
      what: expect.stringMatching(what),
      cause: expect.stringMatching(cause),
    });
    expect(JSON.stringify(last)).not.toContain("hunter2");
  });

  it("connect: a token of another issuer, with what it is of", async () => {
    const stage = await staged();
    const { mint } = createTokenMint({
      privateKey: await createSigningKey(),
      issuer: "https://else.example",
    });
    const token = await mint({ user: "ana", name: "Ana", capabilities: [], ttlSeconds: 60 });
    const { links, last } = await check(stage, { env: { CALLBOARD_TOKEN: token } });
    expect(links).toEqual(["token", "connect"]);
    expect(last.what).toMatch(/refuses the connection: 403/);
    expect(last.cause).toContain('issuer is "https://else.example"');
  });

  it.each([
    ["connect", "socket", "dynamodb:PutItem", /500; the HTTP API accepts the same token/, /socket .*PutItem/],
    ["connect", "socket", "dynamodb:BatchGetItem", /subscription to the user's own inbox/, /role of socket/],
    ["http", "requests", "dynamodb:BatchGetItem", /HTTP API answers 500, internal/, /role of requests/],
    [
      "report",
      "ingest",
      "dynamodb:BatchGetItem",
      /ingest failed on Progress Reported/,
      /ingest lacks dynamodb:BatchGetItem/,
    ],
    [
      "report",
      "ingest",
      "dynamodb:PutItem",
      /ingest failed on Progress Reported/,
      /ingest lacks dynamodb:PutItem/,
    ],
    [
      "execution",
      "relay",
      "states:SendTaskSuccess",
      /relay failed on Reply Accepted/,
      /relay lacks states:SendTaskSuccess/,
    ],
    [
      "execution",
      "relay",
      "dynamodb:BatchGetItem",
      /relay failed on Reply Accepted/,
      /relay lacks dynamodb:BatchGetItem/,
    ],
  ])("%s: the role of %s without %s", async (link, by, action, what, cause) => {
    const stage = await staged(without(by, action));
    const { code, last, steps } = await check(stage);
    expect([code, last.link, last.outcome], JSON.stringify(steps, null, 1)).toEqual([1, link, "broken"]);
    expect(last.what).toMatch(what);
    expect(last.cause).toMatch(cause);
  });

  it("answer: socket may not write the answer", async () => {
    let isAsked = false;
    const stage = await staged({
      mayCall({ by, action }) {
        isAsked ||= by === "requests";
        return !(isAsked && by === "socket" && action === "dynamodb:PutItem");
      },
    });
    const { last } = await check(stage);
    expect(last).toMatchObject({
      link: "answer",
      what: "the answer was answered with an internal error",
      cause: expect.stringContaining("the role of socket"),
      look: expect.stringMatching(/correlationId \S+=/),
    });
    await isClean(stage);
  });

  it("execution: the clock delivers what socket may not announce", async () => {
    const stage = await staged(without("socket", "events:PutEvents"));
    const { last } = await check(stage, {}, ["--patience", "20"]);
    expect(last).toMatchObject({
      link: "execution",
      what: expect.stringMatching(/resumed only after \d+\.\d s/),
      cause: expect.stringContaining("the role of socket lacks events:PutEvents"),
    });
    await isClean(stage);
  });

  it("question: ingest may not post to connections", async () => {
    const stage = await staged({
      disturbPosts: () => ({ send: () => Promise.reject(new Error("403")) }) as never,
    });
    const { last } = await check(stage);
    expect(last).toMatchObject({
      link: "question",
      what: "the question is in the table but was not pushed",
      cause: expect.stringContaining("execute-api:ManageConnections"),
    });
    await isClean(stage);
  });

  it("report: a missing rule, without any dead letter", async () => {
    const stage = await staged();
    const Rule = "workflow-events";
    const EventBusName = "callboard";
    await stage.aws.bus.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["ingest"] }));
    await stage.aws.bus.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
    const { last } = await check(stage);
    expect(last).toMatchObject({ link: "report", cause: expect.stringContaining("is missing or disabled") });
    await isClean(stage);
  });

  it("execution: the rule of the relay is missing", async () => {
    const stage = await staged();
    const Rule = "relay";
    const EventBusName = "callboard";
    await stage.aws.bus.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["relay"] }));
    await stage.aws.bus.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
    const { last } = await check(stage);
    expect(last).toMatchObject({
      link: "execution",
      what: "the execution did not resume with the answer",
      cause: expect.stringContaining("the bus rule for relay"),
    });
  });

  it("start: the state machine is missing", async () => {
    const stage = await staged();
    await stage.aws.sfn.send(new DeleteStateMachineCommand({ stateMachineArn: machineArn }));
    const { last } = await check(stage);
    expect(last).toMatchObject({ link: "start", what: expect.stringContaining("StateMachineDoesNotExist") });
  });

  it("report: the state machine does not reach the bus", async () => {
    const stage = await staged();
    const fails = { Type: "Fail", Error: "EventBridge.AccessDenied", Cause: denied("events:PutEvents") };
    const definition = JSON.stringify({ StartAt: "Report", States: { Report: fails } });
    await stage.aws.sfn.send(new UpdateStateMachineCommand({ stateMachineArn: machineArn, definition }));
    const { last } = await check(stage);
    expect(last).toMatchObject({
      link: "report",
      what: expect.stringContaining("FAILED"),
      cause: "the role of the state machine lacks events:PutEvents",
    });
  });

  it("receipt: ingest fails once the answer is delivered", async () => {
    let isRelayed = false;
    const stage = await staged({
      mayCall({ by, action }) {
        isRelayed ||= by === "relay" && action === "states:SendTaskSuccess";
        return !(isRelayed && by === "ingest" && action === "dynamodb:BatchGetItem");
      },
    });
    const { last } = await check(stage);
    expect(last).toMatchObject({
      link: "receipt",
      what: expect.stringMatching(/^ingest failed on (Request Changed|Progress Reported)/),
      cause: "the role of ingest lacks dynamodb:BatchGetItem",
    });
  });
});

describe("a check of a deployment", () => {
  const deployed = {
    CHECK_STATE_MACHINE_ARN: machineArn,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "callboard",
    AWS_SECRET_ACCESS_KEY: "callboard",
  };

  it("uses the outputs of sst deploy, without a table's name", async () => {
    const stage = await staged();
    const env = { ...deployed, SOCKET_URL: stage.callboard.addresses.socket };
    const input = await stage.token("ana", "viewer");
    expect(await check(stage, { env, input }, ["--token-file", "-"])).toMatchObject({ code: 0, ok: true });
  });

  it.each([
    ["no token", {}, "a token is needed"],
    ["no state machine", { CHECK_STATE_MACHINE_ARN: "" }, "CHECK_STATE_MACHINE_ARN"],
    ["no Region", { AWS_REGION: "" }, "AWS_REGION"],
    ["an invalid address", { SOCKET_URL: "http://x" }, "SOCKET_URL is not an address"],
    ["a missing token", { CALLBOARD_TOKEN: "" }, "a token is needed"],
  ])("says in one line what is missing: %s", async (_, lacking, said) => {
    const stage = await staged();
    const env = { ...deployed, SOCKET_URL: stage.callboard.addresses.socket, ...lacking };
    const { code, out, err } = await runCommand(stage, ["check"], { env });
    expect([code, out, err.trimEnd().split("\n")]).toEqual([1, "", [expect.stringContaining(said)]]);
  });

  it("says where it failed if nothing answers, or another server", async () => {
    const stage = await staged();
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    ends.push(async () => server.close());
    const { port } = server.address() as AddressInfo;
    const input = await stage.token("ana", "viewer");
    for (const [url, what] of [
      ["ws://127.0.0.1:1", /cannot be reached: ECONNREFUSED/],
      [`ws://127.0.0.1:${port}`, /refuses the connection: 404/],
    ] as const) {
      const env = { ...deployed, SOCKET_URL: url };
      const { last } = await check(stage, { env, input }, ["--token-file", "-"]);
      expect([last.link, last.what]).toEqual(["connect", expect.stringMatching(what)]);
    }
  });
});

const denied = (action: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/check/x is not authorized to perform: ${action} on resource: bus`;

/** A token that nobody has signed. */
const signed = (claims: object) =>
  [{ alg: "ES256" }, { sub: "ana", iss: "x", ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .concat("c2ln")
    .join(".");
