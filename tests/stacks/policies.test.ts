import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { installPlatform, root } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import type { Judged } from "./simulation/call.ts";
import { judgedCalls } from "./simulation/judged.ts";
import { permissionsPage } from "./simulation/page.ts";
import { placesOf, policyOf } from "./simulation/places.ts";
import { recordings } from "./simulation/recordings.ts";
import { removalsOf } from "./simulation/removals.ts";
import { judge } from "./simulation/simulate.ts";
import { functionsOf, get, ofType, one, outsideModel, postProcessing, rawStatementsOfRole } from "./stage.ts";

// Checks every recorded call by IAM's rules, with the policies of an evaluated stage.

let stage: Synthesis;
let calls: Judged[];
let statements: ReadonlyMap<string, readonly object[]>;
/** The calls and rights of `notify` where mails go by SMTP; everything else is as in the other stage. */
let bySmtp: { calls: Judged[]; statements: readonly object[] };

const publishers = [
  { principal: "arn:aws:iam::123456789012:role/teams/orders", source: "orders", subjects: ["order/"] },
  { principal: "210987654321", source: "orders", subjects: ["offer/"] },
  { principal: "arn:aws:iam::123456789012:user/ben", source: "billing", subjects: ["bill/"] },
];
const operator = "arn:aws:iam::123456789012:role/operator";

beforeAll(async () => {
  await installPlatform(console.log);
  const evaluate = (more: Readonly<Record<string, string>> = {}) =>
    synthesize({
      stage: "policies",
      functions: "none",
      environment: {
        CALLBOARD_PAGES: "false",
        ...postProcessing,
        ...outsideModel,
        CALLBOARD_PUBLISHERS: JSON.stringify(publishers),
        CALLBOARD_OPERATORS: operator,
        CALLBOARD_SERVERLESS_VIDEO: "true",
        CALLBOARD_PLUGINS: "true",
        CALLBOARD_MAIL_FROM: "Callboard <board@callboard.example>",
        ...more,
      },
    });
  stage = await evaluate();
  const other = await evaluate({ CALLBOARD_SMTP_URL: "smtp://board@mail.example.com" });
  bySmtp = {
    calls: judgedCalls(other).filter(({ role }) => role === "NotifyRole"),
    statements: rawStatementsOfRole(one(other, "aws:iam/role:Role", "NotifyRole")),
  };
  calls = judgedCalls(stage);
  statements = new Map(
    ofType(stage, "aws:iam/role:Role").map((role) => [role.name, rawStatementsOfRole(role)]),
  );
}, 300_000);

const arnOfRole = (name: string): string => {
  const role = ofType(stage, "aws:iam/role:Role").find((one) => one.name === name)!;
  return `arn:aws:iam::123456789012:role/${role.inputs.name ?? role.name}`;
};

const resourcePolicyFor = ({
  action,
  resource = "",
}: {
  readonly action: string;
  readonly resource?: string;
}): unknown => {
  // The account's default bus is not deployed.
  if (resource.endsWith(":event-bus/default")) return undefined;
  if (action === "events:PutEvents")
    return policyOf(stage, "aws:cloudwatch/eventBusPolicy:EventBusPolicy", "BusPolicy");
  return action.startsWith("s3:")
    ? policyOf(stage, "aws:s3/bucketPolicy:BucketPolicy", "BucketPolicy")
    : undefined;
};

const verdictOf = (call: Judged, identity: readonly object[]) =>
  judge({ ...call, principal: arnOfRole(call.role), identity, policy: resourcePolicyFor(call) });

const lineOf = ({ role, path, action, resource, context }: Judged): string =>
  `${role}, ${path}: ${action} on ${resource} ${JSON.stringify(context)}`;

it("allows every call that a role makes", async () => {
  const refused: string[] = [];
  for (const call of calls)
    if ((await verdictOf(call, statements.get(call.role)!)) !== "Allowed") refused.push(lineOf(call));
  for (const call of bySmtp.calls)
    if ((await verdictOf(call, bySmtp.statements)) !== "Allowed") refused.push(lineOf(call));
  expect(refused).toEqual([]);
});

/** Calls that no suite records, with the reason why they are allowed. */
const unrecorded: readonly [role: string, key: string, reason: string][] = [
  ["SocketRole", "SUBJ#*", "a head is divided into more shards once 2,000 follow it"],
  ["SocketRole", "INBOX#*", "a head is divided into more shards once 2,000 follow it"],
  ["SocketRole", "LIST#*", "a head is divided into more shards once 2,000 follow it"],
];

it("allows nothing that no call needs: without any statement, action, resource or kind of row one is denied", async () => {
  const unneeded: string[] = [];
  const roles = [...statements].map(([role, all]) => ({ role, all, made: calls }));
  for (const { role, all, made } of [
    ...roles,
    { role: "NotifyRole", all: bySmtp.statements, made: bySmtp.calls },
  ])
    for (const { what, left, actions } of removalsOf(all)) {
      const concerned = made.filter((call) => call.role === role && actions.includes(call.action));
      let isNeeded = false;
      for (const call of concerned) if (!isNeeded) isNeeded = (await verdictOf(call, left)) !== "Allowed";
      if (!isNeeded) unneeded.push(`${role}: ${what}`);
    }
  const isKnown = (one: string) =>
    unrecorded.some(([role, key]) => one.startsWith(`${role}: ${key} of dynamodb:PutItem`));
  expect(unneeded.filter((one) => !isKnown(one))).toEqual([]);
  // An outdated reason is found, too.
  expect(unneeded.filter(isKnown)).toHaveLength(unrecorded.length);
}, 120_000);

it("has a recorded call for every function that is not an authorizer, and covers every role", () => {
  const recorded = recordings();
  // They verify tokens, and call nothing of AWS.
  const silent = ["Authorize", "AuthorizeHttp"];
  const missing = functionsOf(stage).filter(({ name }) => !recorded.has(name) && !silent.includes(name));
  expect(missing.map(({ name }) => `no recorded call for function ${name}`)).toEqual([]);
  const judged = new Set(calls.map(({ role }) => role));
  // These have a policy of AWS's own, and no statement of ours.
  const ofAws = ["APIGatewayPushToCloudWatchLogsRole", "PrepareLongExecutionRole"];
  const roles = ofType(stage, "aws:iam/role:Role").map(({ name }) => name);
  expect(roles.filter((name) => !judged.has(name) && !ofAws.includes(name))).toEqual([]);
  expect(ofAws.flatMap((name) => statements.get(name) ?? [])).toEqual([]);
});

/** A principal whose own policies allow putting anything on any bus. */
const mayPutAnything = [{ Effect: "Allow", Action: "events:PutEvents", Resource: "*" }];
const orders = publishers[0]!.principal;
const stranger = "arn:aws:iam::123456789012:role/stranger";
const partner = "arn:aws:iam::210987654321:role/whichever";
const ben = publishers[2]!.principal;
const report = "Progress Reported";

it.each<[string, string, string[], string[], string]>([
  ["a publisher under its source", orders, ["orders"], [report], "Allowed"],
  ["somebody else of the account under it", stranger, ["orders"], [report], "ExplicitlyDenied"],
  ["a publisher under another's", ben, ["orders"], [report], "ExplicitlyDenied"],
  ["a user under its own", ben, ["billing"], [report], "Allowed"],
  ["a foreign source between one's own", orders, ["orders", "billing"], [report], "ExplicitlyDenied"],
  ["a role of an account that is named", partner, ["orders"], [report], "Allowed"],
  ["that account under another's source", partner, ["billing"], [report], "ExplicitlyDenied"],
  ["that account under an unknown source", partner, ["whatever"], [report], "ImplicitlyDenied"],
  ["that account with more than its source", partner, ["orders", "whatever"], [report], "ImplicitlyDenied"],
  [
    "that account with an event that no workflow puts",
    partner,
    ["orders"],
    ["Request Changed"],
    "ImplicitlyDenied",
  ],
  ["that account without any source", partner, [], [], "ImplicitlyDenied"],
  ["a publisher in Callboard's name", orders, ["callboard"], ["Reply Accepted"], "ExplicitlyDenied"],
  ["Callboard's name between one's own", orders, ["orders", "callboard"], [report], "ExplicitlyDenied"],
  ["an operator in Callboard's name", operator, ["callboard"], ["Reply Accepted"], "ExplicitlyDenied"],
  ["an operator who sends again what a publisher put", operator, ["orders"], [report], "Allowed"],
  [
    "an operator who sends again what the post-processing put",
    operator,
    ["callboard.workflow"],
    [report],
    "Allowed",
  ],
  ["a publisher in the post-processing's name", orders, ["callboard.workflow"], [report], "ExplicitlyDenied"],
])("evaluates %s by the bus's policy", async (_, principal, sources, types, verdict) => {
  const policy = resourcePolicyFor({ action: "events:PutEvents" });
  const { bus: resource } = placesOf(stage);
  const context = sources.length > 0 ? { "events:source": sources, "events:detail-type": types } : {};
  const judged = await judge({
    principal,
    action: "events:PutEvents",
    resource,
    context,
    identity: mayPutAnything,
    policy,
  });
  expect(judged).toBe(verdict);
});

it("lets only the functions put Callboard's own events", async () => {
  const policy = resourcePolicyFor({ action: "events:PutEvents" });
  const { bus: resource } = placesOf(stage);
  const context = { "events:source": ["callboard"], "events:detail-type": ["Request Due"] };
  const verdicts: Record<string, string> = {};
  for (const { name } of ofType(stage, "aws:iam/role:Role"))
    verdicts[name] = await judge({
      principal: arnOfRole(name),
      action: "events:PutEvents",
      resource,
      context,
      identity: mayPutAnything,
      policy,
    });
  const may = Object.keys(verdicts).filter((name) => verdicts[name] === "Allowed");
  expect(may.sort()).toEqual([
    "ClockRole",
    "FanoutRole",
    "IngestRole",
    "PluginsRole",
    "RelayRole",
    "RequestsRole",
    "SocketRole",
  ]);
});

it("needs every statement of the bus's policy: without any, a verdict is another", async () => {
  const { bus: resource } = placesOf(stage);
  const whole = resourcePolicyFor({ action: "events:PutEvents" }) as { Statement: { Sid: string }[] };
  const asked = ["orders", "billing", "callboard.check", "callboard.workflow", "callboard"].flatMap(
    (source) => [stranger, partner].map((principal) => ({ principal, source })),
  );
  const verdicts = (policy: unknown) =>
    Promise.all(
      asked.map(({ principal, source }) =>
        judge({
          principal,
          action: "events:PutEvents",
          resource,
          context: { "events:source": [source], "events:detail-type": [report] },
          identity: mayPutAnything,
          policy,
        }),
      ),
    );
  const all = await verdicts(whole);
  for (const { Sid } of whole.Statement) {
    const left = { ...whole, Statement: whole.Statement.filter((one) => one.Sid !== Sid) };
    const isNamedHere = Sid === "CallboardPublisher2";
    // An Allow is needed only across accounts: this publisher is in the bus's own.
    expect([Sid, (await verdicts(left)).join() !== all.join()]).toEqual([Sid, !isNamedHere]);
  }
});

it("lets EventBridge keep undeliverable events, only by these rules", async () => {
  const policy = policyOf(stage, "aws:sqs/queuePolicy:QueuePolicy", "UndeliveredEventsPolicy");
  const [queue] = ofType(stage, "aws:cloudwatch/eventTarget:EventTarget").map(
    ({ inputs }) => get(inputs, "deadLetterConfig", "arn")!,
  );
  const keep = (source: string) =>
    judge({
      principal: "events.amazonaws.com",
      action: "sqs:SendMessage",
      resource: queue!,
      context: { "aws:SourceArn": source },
      policy,
    });
  for (const { name, inputs } of ofType(stage, "aws:cloudwatch/eventRule:EventRule")) {
    const bus = inputs.eventBusName === "default" ? "" : `${inputs.eventBusName}/`;
    const rule = `arn:aws:events:us-east-1:123456789012:rule/${bus}${inputs.name ?? name}`;
    expect([name, await keep(rule)]).toEqual([name, "Allowed"]);
  }
  expect(await keep("arn:aws:events:us-east-1:123456789012:rule/other")).toBe("ImplicitlyDenied");
});

it("has an up-to-date page of who calls what", async () => {
  const file = join(root, "docs/permissions.md");
  // Mails go by SES or by SMTP.
  const page = permissionsPage([...calls, ...bySmtp.calls.filter(({ action }) => action.startsWith("ssm:"))]);
  if (process.env.CALLBOARD_WRITE_PERMISSIONS) await writeFile(file, page);
  expect(
    page === (await readFile(file, "utf8")),
    "docs/permissions.md is out of date: it says how to write it again",
  ).toBe(true);
});

it("gives functions that take events their own account, and all functions the stage", () => {
  const told = functionsOf(stage).filter(({ handler }) => handler.startsWith("packages/functions/"));
  const withAccount = told.filter(({ variables }) => variables.ACCOUNT_ID === "123456789012");
  expect(withAccount.map(({ name }) => name).sort()).toEqual([
    "Fanout",
    "Ingest",
    "Notify",
    "Plugins",
    "Relay",
  ]);
  expect(told.filter(({ variables }) => variables.STAGE !== "callboard-policies")).toEqual([]);
});
