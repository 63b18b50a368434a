import { beforeAll, expect, it } from "vitest";
import { installPlatform } from "../../scripts/synth/platform.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { checks } from "./checks.ts";
import { functionsOf, ofType, one } from "./stage.ts";

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
      CALLBOARD_POST_PROCESSING: "false",
      CALLBOARD_PAGES: "false",
      CALLBOARD_CAPABILITIES: '{"*":["watch:*"]}',
      CALLBOARD_GUESTS: "true",
      CALLBOARD_TABLE: "restored-2",
      CALLBOARD_TABLE_GENERATION: "2",
      CALLBOARD_RETENTION_DAYS: "30",
      CALLBOARD_POSTS_PER_SECOND: "2000",
      CALLBOARD_LISTS: "order, invoice",
    },
  });
  const given = (type: string) => ofType(stage, type).filter(({ name }) => !name.startsWith("Pages"));
  expect(given("aws:cognito/userPool:UserPool")).toEqual([]);
  expect(given("aws:sfn/stateMachine:StateMachine")).toEqual([]);
  expect(given("aws:cloudwatch/eventBusPolicy:EventBusPolicy")).toEqual([]);
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
    LISTS: "order,invoice",
  });
  const listing = functionsOf(stage).filter(({ variables }) => variables.LISTS !== undefined);
  expect(listing.map(({ name }) => name)).toEqual(["Ingest"]);
  expect(given("aws:dynamodb/table:Table")).toEqual([]);
  const ended = one(stage, "aws:cloudwatch/eventRule:EventRule", "RuleExecutionEnded");
  expect(String(ended.inputs.eventPattern)).toContain(machine);
  for (const [name, check] of Object.entries(checks)) expect([name, check(stage)]).toEqual([name, []]);
}, 60_000);

it("shows the tail of the bus under sst dev, without the questions", async () => {
  const environment = { CALLBOARD_POST_PROCESSING: "false", CALLBOARD_PAGES: "false" };
  const stage = await synthesize({ stage: "ana", dev: true, functions: "none", environment });
  const { inputs } = one(stage, "aws:cloudwatch/eventRule:EventRule", "BusTail");
  expect(String(inputs.eventPattern)).toContain('{"anything-but":["Feedback Requested"]}');
  // Nobody lists anything where nobody asked for it.
  expect(functionsOf(stage).filter(({ variables }) => variables.LISTS !== undefined)).toEqual([]);
}, 60_000);
