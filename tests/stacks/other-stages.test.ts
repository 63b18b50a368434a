import { beforeAll, expect, it } from "vitest";
import { installPlatform } from "../../scripts/synth/platform.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { alarmChecks } from "./alarm-checks.ts";
import { checks } from "./checks.ts";
import { functionsOf, ofType, one, postProcessing } from "./stage.ts";

beforeAll(() => installPlatform(console.log), 300_000);

it("takes a team's own bus, bucket, users and state machines, and a restored table, in place of new ones", async () => {
  const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
  const stage = await synthesize({
    stage: "shared",
    functions: "none",
    environment: {
      CALLBOARD_BUS: "team",
      CALLBOARD_BUCKET: "team-files",
      CALLBOARD_ISSUER: "https://id.example/",
      CALLBOARD_AUDIENCE: "callboard",
      CALLBOARD_STATE_MACHINES: machine,
      CALLBOARD_PAGES: "false",
      CALLBOARD_CAPABILITIES: '{"*":["watch:*"]}',
      CALLBOARD_GUESTS: "true",
      CALLBOARD_TABLE: "restored-2",
      CALLBOARD_TABLE_GENERATION: "2",
      CALLBOARD_RETENTION_DAYS: "30",
      CALLBOARD_POSTS_PER_SECOND: "2000",
    },
  });
  const given = (type: string) => ofType(stage, type).filter(({ name }) => !name.startsWith("Pages"));
  expect(given("aws:cognito/userPool:UserPool")).toEqual([]);
  expect(given("aws:sfn/stateMachine:StateMachine").map(({ name }) => name)).toEqual(["Check"]);
  expect(given("aws:cloudwatch/eventBusPolicy:EventBusPolicy")).toEqual([]);
  expect(JSON.parse(String(stage.outputs.busPolicy)).Statement).toEqual(
    // The source of the check is that of its role, and Callboard's own that of its functions.
    ["CallboardSource1", "CallboardAlone"].map((Sid) =>
      expect.objectContaining({
        Sid,
        Effect: "Deny",
        Resource: "arn:aws:events:us-east-1:123456789012:event-bus/team",
      }),
    ),
  );
  const [authorize, ingest] = ["Authorize", "Ingest"].map(
    (name) => functionsOf(stage).find((fn) => fn.name === name)!,
  );
  expect(authorize!.variables).toMatchObject({
    TOKEN_ISSUER: "https://id.example",
    TOKEN_JWKS_URL: "https://id.example/.well-known/jwks.json",
    TOKEN_AUDIENCE: "callboard",
    CAPABILITIES: '{"*":["watch:*"]}',
    GUESTS: "true",
  });
  expect(ingest!.variables).toMatchObject({
    BUS_NAME: "team",
    BUCKET: "team-files",
    TABLE_NAME: "restored-2",
    TABLE_GENERATION: "2",
    RETENTION_DAYS: "30",
    POSTS_PER_SECOND: "2000",
    ACCOUNT_ID: "123456789012",
    STAGE: "callboard-shared",
  });
  expect(given("aws:dynamodb/table:Table")).toEqual([]);
  const ended = one(stage, "aws:cloudwatch/eventRule:EventRule", "RuleExecutionEnded");
  expect(String(ended.inputs.eventPattern)).toContain(machine);
  for (const [name, check] of Object.entries({ ...checks, ...alarmChecks }))
    expect([name, check(stage)]).toEqual([name, []]);
}, 60_000);

it("has no function, no route and no word of videos without the post-processing", async () => {
  const environment = { CALLBOARD_POST_PROCESSING: "false" };
  const stage = await synthesize({ stage: "core", functions: "none", environment });
  const keys = ofType(stage, "aws:apigatewayv2/route:Route").map(({ inputs }) => String(inputs.routeKey));
  expect(keys.filter((key) => key.includes("/"))).toEqual(["OPTIONS /{proxy+}"]);
  expect(functionsOf(stage).map(({ name }) => name)).not.toContain("Videos");
  for (const [name, check] of Object.entries(checks)) expect([name, check(stage)]).toEqual([name, []]);
}, 60_000);

it("takes origins in place of any, the pages' own among them, and says which one is missing", async () => {
  const own = "https://pagescdndistribution.cloudfront.net";
  const named = (CALLBOARD_ORIGINS: string) =>
    synthesize({
      stage: "strict",
      functions: "none",
      environment: { CALLBOARD_POST_PROCESSING: "false", CALLBOARD_ORIGINS },
    });
  await expect(named("https://app.example")).rejects.toThrow(
    `CALLBOARD_ORIGINS does not name the pages themselves: add ${own}`,
  );
  const stage = await named(`https://app.example,${own}`);
  const http = ofType(stage, "aws:apigatewayv2/api:Api").find(({ inputs }) => inputs.protocolType === "HTTP");
  expect(http!.inputs.corsConfiguration).toMatchObject({ allowOrigins: ["https://app.example", own] });
  const cors = one(stage, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "BucketCors");
  expect(cors.inputs.corsRules).toMatchObject([{ allowedOrigins: ["https://app.example", own] }]);
}, 60_000);

it.each(["-A0-", "Feature-0123456789-abcdefghij-KLMNOPQRST-uvwxyz-and-more-of-it", "9".repeat(230)])(
  "takes any name that SST takes for a stage: %s",
  async (stage) => {
    const evaluated = await synthesize({
      stage,
      functions: "none",
      environment: { CALLBOARD_PAGES: "false", ...(stage.length < 100 ? postProcessing : {}) },
    });
    for (const [name, check] of Object.entries({ ...checks, ...alarmChecks }))
      expect([name, check(evaluated)]).toEqual([name, []]);
  },
  60_000,
);
