import { beforeAll, expect, it } from "vitest";
import { installPlatform } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { type Judged, judgedCalls } from "./simulation/judged.ts";
import { policyOf } from "./simulation/places.ts";
import { removalsOf } from "./simulation/removals.ts";
import { recordings } from "./simulation/recordings.ts";
import { judge } from "./simulation/simulate.ts";
import { functionsOf, get, ofType, rawStatementsOfRole } from "./stage.ts";

// Every call that the suites record, put to IAM's rules with the policies of an evaluated stage.

let stage: Synthesis;
let calls: Judged[];
let statements: ReadonlyMap<string, readonly object[]>;

const publishers = [
  { principal: "arn:aws:iam::123456789012:role/teams/orders", source: "orders", subjects: ["order/"] },
  { principal: "210987654321", source: "orders", subjects: ["offer/"] },
  { principal: "arn:aws:iam::123456789012:user/ben", source: "billing", subjects: ["bill/"] },
];
const operator = "arn:aws:iam::123456789012:role/operator";

beforeAll(async () => {
  await installPlatform(console.log);
  stage = await synthesize({
    stage: "policies",
    functions: "none",
    environment: {
      CALLBOARD_PAGES: "false",
      CALLBOARD_POST_PROCESSING: "true",
      CALLBOARD_TEXT_MODEL: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      CALLBOARD_IMAGE_MODEL: "amazon.titan-image-generator-v2:0",
      CALLBOARD_PUBLISHERS: JSON.stringify(publishers),
      CALLBOARD_OPERATORS: operator,
      CALLBOARD_SERVERLESS_VIDEO: "true",
    },
  });
  calls = judgedCalls(stage);
  statements = new Map(ofType(stage, "aws:iam/role:Role").map((role) => [role.name, rawStatementsOfRole(role)]));
}, 300_000);

const arnOfRole = (name: string): string => {
  const role = ofType(stage, "aws:iam/role:Role").find((one) => one.name === name)!;
  return `arn:aws:iam::123456789012:role/${role.inputs.name ?? role.name}`;
};

const resourcePolicyFor = ({ action }: { readonly action: string }): unknown => {
  if (action === "events:PutEvents")
    return policyOf(stage, "aws:cloudwatch/eventBusPolicy:EventBusPolicy", "BusPolicy");
  return action.startsWith("s3:") ? policyOf(stage, "aws:s3/bucketPolicy:BucketPolicy", "BucketPolicy") : undefined;
};

const verdictOf = (call: Judged, identity: readonly object[]) =>
  judge({ ...call, principal: arnOfRole(call.role), identity, policy: resourcePolicyFor(call) });

const lineOf = ({ role, path, action, resource, context }: Judged): string =>
  `${role}, ${path}: ${action} on ${resource} ${JSON.stringify(context)}`;

it("allows every call that a role makes", async () => {
  const refused: string[] = [];
  for (const call of calls)
    if ((await verdictOf(call, statements.get(call.role)!)) !== "Allowed") refused.push(lineOf(call));
  expect(refused).toEqual([]);
});

it("allows nothing that no call needs: without any statement, action or resource one is denied", async () => {
  const unneeded: string[] = [];
  for (const [role, all] of statements)
    for (const { what, left, actions } of removalsOf(all)) {
      const concerned = calls.filter((call) => call.role === role && actions.includes(call.action));
      let isNeeded = false;
      for (const call of concerned) if (!isNeeded) isNeeded = (await verdictOf(call, left)) !== "Allowed";
      if (!isNeeded) unneeded.push(`${role}: ${what}`);
    }
  expect(unneeded).toEqual([]);
}, 120_000);

it("has a call recorded for every function that is not an authorizer, and every role gone through", () => {
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
