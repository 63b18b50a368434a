import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bundleHandler } from "../../scripts/synth/bundle.ts";
import { installPlatform } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { type SynthOptions, synthesize } from "../../scripts/synth/synthesize.ts";
import { neverLoaded } from "../../stacks/never-loaded.ts";
import {
  alarmsAreNamed,
  alarmsAreSetOnWhatIsThere,
  namesAreTaken,
  whatGoesWrongIsAlarmed,
} from "./alarm-checks.ts";
import {
  type Check,
  eventsAreTaken,
  everyDoorIsGuarded,
  everyPolicyIsNarrow,
  logsAreWritten,
  messagesAreTaken,
  messagesGoToOneQueue,
  nothingIsLost,
  objectsExpire,
  pagesAreKept,
  passwordsAreKept,
  preflightsAreAnswered,
  publishersMayPutEvents,
  routesLeadSomewhere,
  rowsAreNamedAsStored,
  tokensAreKept,
} from "./checks.ts";
import { allowed, calls } from "./may-call.ts";
import { functionsOf, get, one, statementsOf } from "./stage.ts";

// Tests of the tests: the stacks are broken in many places at once, and each check has to find its own mutation.

interface Mutation {
  readonly file: string;
  readonly was: string;
  readonly is: string;
}

/** `check` names the mutation in a line that matches `problem`. */
interface Found extends Mutation {
  readonly what: string;
  readonly check: Check;
  readonly problem: RegExp;
}

const found: readonly Found[] = [
  {
    what: "a rule without dead letters",
    file: "stacks/bus.ts",
    was: "deadLetterConfig: { arn: undelivered.arn },",
    is: "",
    check: nothingIsLost,
    problem: /RuleRelayTarget: no dead letters/,
  },
  {
    what: "a function whose failures are lost",
    file: "stacks/functions.ts",
    was: "if (retries !== undefined) keepFailures(",
    is: 'if (retries !== undefined && name !== "relay") keepFailures(',
    check: nothingIsLost,
    problem: /Relay: events that it fails on are lost/,
  },
  {
    what: "a schedule without dead letters",
    file: "stacks/clock.ts",
    was: "deadLetterConfig: { arn: deadLetters.arn },",
    is: "",
    check: nothingIsLost,
    problem: /ClockSchedule: no dead letters/,
  },
  {
    what: "a mapping that returns all messages for one that fails",
    file: "stacks/clock.ts",
    was: 'functionResponseTypes: ["ReportBatchItemFailures"],',
    is: "",
    check: messagesAreTaken,
    problem: /^ClockMessages: one message that fails returns all$/m,
  },
  {
    what: "messages that come again while the function works on them",
    file: "stacks/clock.ts",
    was: "visibilityTimeoutSeconds: longestSeconds(wakeupsQueue.visibilityTimeoutSeconds),",
    is: "visibilityTimeoutSeconds: 1,",
    check: messagesAreTaken,
    problem: /ClockMessages: messages come again while Clock works on them/,
  },
  {
    what: "messages that may be sent to any queue",
    file: "stacks/assembly.ts",
    was: 'actions: ["sqs:SendMessage"], resources: [queue.arn]',
    is: 'actions: ["sqs:SendMessage"], resources: [$interpolate`${queue.arn}s`]',
    check: messagesGoToOneQueue,
    problem: /Relay may send messages to/,
  },
  {
    what: "pictures that never expire",
    file: "stacks/storage.ts",
    was: "lifecycle: objectFolders.map(",
    is: 'lifecycle: objectFolders.filter((folder) => folder !== "avatars/").map(',
    check: objectsExpire,
    problem: /^"avatars\/": no expiration\.days$/m,
  },
  {
    what: "an action with a wildcard",
    file: "stacks/assembly.ts",
    was: '"events:PutEvents"',
    is: '"events:*"',
    check: everyPolicyIsNarrow,
    problem: /RelayRole: events:\*/,
  },
  {
    what: "all resources in place of one",
    file: "stacks/assembly.ts",
    was: 'resources: objectsIn(stored.bucket, ["avatars/", "videos/"])',
    is: 'resources: ["*"]',
    check: everyPolicyIsNarrow,
    problem: /SocketRole: s3:GetObject on \*/,
  },
  {
    what: "a password that is not encrypted",
    file: "stacks/mail.ts",
    was: 'type: "SecureString"',
    is: 'type: "String"',
    check: passwordsAreKept,
    problem: /^SmtpParameter: is not encrypted$/m,
  },
  {
    what: "a password in a function's environment",
    file: "stacks/mail.ts",
    was: "SMTP_PASSWORD_PARAMETER: parameter.name",
    is: "SMTP_PASSWORD_PARAMETER: parameter.value",
    check: passwordsAreKept,
    problem: /^Notify: has the password in its environment$/m,
  },
  {
    what: "a password that nobody may read",
    file: "stacks/mail.ts",
    was: "resources: [parameter.arn]",
    is: "resources: [$interpolate`${parameter.arn}s`]",
    check: passwordsAreKept,
    problem: /^SmtpParameter: is not read by only Notify$/m,
  },
  {
    what: "task tokens that a connection may read",
    file: "stacks/permissions.ts",
    was: '"refusals", "person", "layout"],',
    is: '"refusals", "person", "layout", "taskToken"],',
    check: tokensAreKept,
    problem: /Socket may read task tokens/,
  },
  {
    what: "a role that names rows by another prefix than the stored one",
    file: "stacks/permissions.ts",
    was: "`${rowPrefix[kind]}*`",
    is: '`${rowPrefix[kind].replace("REQ#", "REQUEST#")}*`',
    check: rowsAreNamedAsStored,
    problem:
      /^RelayRole: no row begins with REQUEST#\*\n[\s\S]*^nobody may write REQ#\*, the rows of request$/m,
  },
  {
    what: "an event of workflows that the bus's policy leaves out, and an unknown one",
    file: "stacks/bus-policy.ts",
    was: '"events:detail-type": workflowEventTypes',
    is: '"events:detail-type": [...workflowEventTypes.slice(1), "Feedback Paused"]',
    check: publishersMayPutEvents,
    problem: /^orders may not put Progress Reported\norders may put Feedback Paused, which nothing handles$/m,
  },
  {
    what: "an event that no rule routes to its function",
    file: "stacks/bus.ts",
    was: ".filter(({ only }) => serverlessVideo",
    is: '.filter(({ name }) => name !== "fan-out").filter(({ only }) => serverlessVideo',
    check: eventsAreTaken,
    problem: /^no rule routes Fan-out Page to fanout$/m,
  },
  {
    what: "a log with the expected name",
    file: "stacks/functions.ts",
    was: "`${log.arn}:*`",
    is: '`${log.arn.apply((arn) => arn.replace(/Relay$/, "Rel"))}*`',
    check: logsAreWritten,
    problem: /^Relay: may write .*-Rel\*$/m,
  },
  {
    what: "an alarm with dimensions that nothing writes",
    file: "stacks/alarms.ts",
    was: 'dimensions: { ApiId: of.id, Stage: "$default" },',
    is: "dimensions: { ApiId: of.id },",
    check: alarmsAreSetOnWhatIsThere,
    problem: /^AlarmHttpApi5xx: nobody writes AWS\/ApiGateway 5xx by ApiId$/m,
  },
  {
    what: "a clock without an alarm for its silence",
    file: "stacks/alarms.ts",
    was: 'treatMissingData: "breaching",',
    is: 'treatMissingData: "notBreaching",',
    check: whatGoesWrongIsAlarmed,
    problem: /^no alarm shows that the clock has stopped$/m,
  },
  {
    what: "an index without an alarm for throttling",
    file: "stacks/alarms.ts",
    was: "...Object.values(indexes).map((index): [string, Dimensions] => [",
    is: "...Object.values(indexes).slice(1).map((index): [string, Dimensions] => [",
    check: whatGoesWrongIsAlarmed,
    problem: /^no alarm on ReadThrottleEvents of .*GlobalSecondaryIndexName/m,
  },
  {
    what: "alarms without the stage's name",
    file: "stacks/alarms.ts",
    was: "name: stageName(longestName.alarm, name),",
    is: "name,",
    check: alarmsAreNamed,
    problem: /^AlarmRelayAge is called RelayAge$/m,
  },
  {
    what: "an archive whose name is too long",
    file: "stacks/bus.ts",
    was: "name: stageName(longestName.archive),",
    is: "name: stageName(longestName.archive).padEnd(49, 'x'),",
    check: namesAreTaken,
    problem: /EventArchive Archive: /,
  },
  {
    what: "an API without an authorizer",
    file: "stacks/apis.ts",
    was: ", { auth: { lambda: bearer.id } }",
    is: "",
    check: everyDoorIsGuarded,
    problem: /SocketApiRouteConnectRoute: no authorizer/,
  },
  {
    what: "a preflight without its own route",
    file: "packages/functions/src/deployment/http-api.ts",
    was: '{ key: "OPTIONS /{proxy+}", to: "requests", authorized: false },',
    is: '{ key: "ANY /requests/{proxy+}", to: "requests", authorized: true },',
    check: preflightsAreAnswered,
    problem: /^no route of its own takes a preflight\nANY \/requests\/\{proxy\+\} takes preflights, too$/m,
  },
  {
    what: "a route to a missing function",
    file: "stacks/apis.ts",
    was: 'socket.route("$disconnect", arn)',
    is: 'socket.route("$disconnect", "arn:aws:lambda:us-east-1:123456789012:function:gone")',
    check: routesLeadSomewhere,
    problem: /SocketApiRouteDisconnectRoute: no function .*gone/,
  },
];

const unneeded: Mutation = {
  file: "stacks/permissions.ts",
  was: '["subscriptions", "audience"]),',
  is: '["subscriptions", "audience"]),\n    rowsOf(storage, ["dynamodb:UpdateItem"], ["subscriptions"]),',
};

const evaluate = (mutations: readonly Mutation[], more: Partial<SynthOptions> = {}): Promise<Synthesis> =>
  synthesize({
    stage: "dev",
    environment: {
      CALLBOARD_PAGES: "false",
      CALLBOARD_POST_PROCESSING: "false",
      CALLBOARD_MAIL_FROM: "board@callboard.example",
      CALLBOARD_SMTP_URL: "smtp://board@mail.example.com",
      CALLBOARD_PUBLISHERS: JSON.stringify([
        { principal: "210987654321", source: "orders", subjects: ["order/"] },
      ]),
    },
    functions: "none",
    change: (path, text) =>
      mutations
        .filter(({ file }) => file === path)
        .reduce((before, { was, is }) => {
          if (!before.includes(was)) throw new Error(`nothing to change in ${path}: ${was}`);
          return before.replace(was, is);
        }, text),
    ...more,
  });

let broken: Synthesis;
beforeAll(async () => {
  await installPlatform(console.log);
  broken = await evaluate([...found, unneeded]);
}, 300_000);

it.each(found)("finds $what", ({ check, problem }) => {
  expect(check(broken).join("\n")).toMatch(problem);
});

it("finds pages that may call any server, that any site may frame, and that have no headers", async () => {
  const environment = { CALLBOARD_POST_PROCESSING: "false" };
  const mutations: Mutation[] = [
    { file: "packages/web/src/policy.ts", was: "`connect-src ${", is: "`connect-src https: ${" },
    { file: "packages/web/src/policy.ts", was: "\"frame-ancestors 'none'\",", is: "" },
    { file: "stacks/web.ts", was: "responseHeadersPolicyId: headers.id", is: "" },
  ];
  expect(pagesAreKept(await evaluate(mutations, { environment })).join("\n")).toMatch(
    /^PagesCdnDistribution: no headers for \*\nPagesFramedHeaders: may call anybody\nPagesHeaders: may call anybody\nPagesHeaders: may be framed$/,
  );
}, 180_000);

it("finds a permission that nothing needs", () => {
  const fanout = functionsOf(broken).find(({ name }) => name === "Fanout")!;
  expect(allowed(fanout)).toContain("dynamodb:UpdateItem");
});

it("finds every call of our own client whose code is in a bundle, and no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "callboard-calls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const callsOf = async (handler: string) =>
    calls(await bundleHandler(`packages/functions/src/${handler}`, folder, { external: neverLoaded }));
  expect(await callsOf("table/dynamo-connection-store.dynamoConnectionStore")).toEqual([
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
  ]);
  expect(await callsOf("table/dynamo-execution-store.dynamoExecutionStore")).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:UpdateItem",
  ]);
  expect(await callsOf("table/queries.queryPrefix")).toEqual(["dynamodb:Query"]);
  expect(await callsOf("aws/eventbridge-bus.eventBridgeBus")).toEqual(["events:PutEvents"]);
  expect(await callsOf("aws/jwt-tokens.jwtTokens")).toEqual([]);
});

/** Changes of the code from which the stacks are made, so that they follow. */
const renamed: readonly Mutation[] = [
  { file: "packages/functions/src/table/keys.ts", was: 'request: "REQ#"', is: 'request: "ASK#"' },
  {
    file: "packages/protocol/src/events.ts",
    was: '"Feedback Closed": FeedbackClosed,',
    is: '"Feedback Closed": FeedbackClosed,\n  "Question Put": FeedbackRequested,',
  },
];

describe("a stage of changed code", () => {
  let followed: Synthesis;
  beforeAll(async () => {
    followed = await evaluate(renamed);
  }, 300_000);

  it("grants rows by their new prefix", () => {
    const relay = functionsOf(followed).find(({ name }) => name === "Relay")!;
    const keys = relay.statements.flatMap(
      ({ conditions }) => conditions["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? [],
    );
    expect(keys).toContain("ASK#*");
    expect(keys).not.toContain("REQ#*");
    expect(rowsAreNamedAsStored(followed)).toContain("RelayRole: no row begins with ASK#*");
  });

  it("allows publishers a new event of workflows, and routes it to its function", () => {
    const policy = one(followed, "aws:cloudwatch/eventBusPolicy:EventBusPolicy").inputs.policy;
    const allow = statementsOf(String(policy)).find(({ effect }) => effect === "Allow")!;
    expect(allow.conditions["ForAllValues:StringEquals"]!["events:detail-type"]).toContain("Question Put");
    const rule = one(followed, "aws:cloudwatch/eventRule:EventRule", "RuleWorkflowEvents");
    expect(get(JSON.parse(String(rule.inputs.eventPattern)), "detail-type")).toContain("Question Put");
  });

  it("keeps a new event with a task token out of the archive", () => {
    const archive = one(followed, "aws:cloudwatch/eventArchive:EventArchive");
    expect(JSON.parse(String(archive.inputs.eventPattern))).toEqual({
      "detail-type": [{ "anything-but": ["Feedback Requested", "Question Put", "Plugin Requested"] }],
    });
  });
});

it("finds a handler that its file does not export", async () => {
  const mutation = {
    file: "stacks/functions.ts",
    was: "handler: `${file}.handler`",
    is: "handler: `${file}.handle`",
  };
  const evaluated = evaluate([mutation], { functions: "bundled" });
  await expect(evaluated).rejects.toThrow(/lambda\/[\w-]+\.ts does not export handle/);
}, 180_000);

it("finds a handler without its file", async () => {
  const bundled = bundleHandler("packages/functions/src/lambda/relays.handler", "nowhere");
  await expect(bundled).rejects.toThrow(
    "no file of the handler packages/functions/src/lambda/relays.handler",
  );
});
