import { expect, it } from "vitest";
import { readSettings } from "../../stacks/settings.ts";

it("needs nothing to be set", () => {
  expect(readSettings("dev", {})).toMatchObject({
    production: false,
    capabilities: {},
    stateMachineArns: [],
    publishers: [],
    postProcessing: true,
    serverlessVideo: false,
    pages: true,
  });
});

it("keeps what a mistake would destroy in production alone", () => {
  const kept = ["production", "prod", "dev", "production-2"].map(
    (stage) => readSettings(stage, {}).production,
  );
  expect(kept).toEqual([true, true, false, false]);
});

it("finds the keys of an issuer where OpenID Connect puts them, or where it is told to look", () => {
  const issuer = (more: object) =>
    readSettings("dev", { CALLBOARD_ISSUER: "https://id.example/t/", ...more }).issuer;
  expect(issuer({})).toEqual({
    url: "https://id.example/t",
    jwksUrl: "https://id.example/t/.well-known/jwks.json",
  });
  expect(issuer({ CALLBOARD_JWKS_URL: "https://keys.example/jwks" })?.jwksUrl).toBe(
    "https://keys.example/jwks",
  );
});

it("names publishers with their sources and subjects", () => {
  const publishers = [{ principal: "123456789012", source: "video", subjects: ["video/"] }];
  expect(readSettings("dev", { CALLBOARD_PUBLISHERS: JSON.stringify(publishers) }).publishers).toEqual(
    publishers,
  );
});

it("names publishers as accounts, their roots, and roles and users with their paths", () => {
  const principals = [
    "123456789012",
    "arn:aws:iam::123456789012:root",
    "arn:aws-cn:iam::123456789012:user/ben",
    "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef",
  ];
  const publishers = principals.map((principal) => ({ principal, source: "video", subjects: ["video/"] }));
  const read = readSettings("dev", {
    CALLBOARD_PUBLISHERS: JSON.stringify(publishers),
    CALLBOARD_OPERATORS: `${principals[2]}, ${principals[3]}`,
  });
  expect(read.publishers).toEqual(publishers);
  expect(read.operators).toEqual(principals.slice(2));
});

it.each([
  ["CALLBOARD_ISSUER", "http://id.example"],
  ["CALLBOARD_BUS", "a bus"],
  ["CALLBOARD_BUCKET", "A"],
  ["CALLBOARD_STATE_MACHINES", "orders"],
  ["CALLBOARD_CAPABILITIES", "watch:*"],
  ["CALLBOARD_CAPABILITIES", '{"*":"watch:*"}'],
  ["CALLBOARD_CAPABILITIES", '{"*":["*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"*":["watch:*"],"editors":["w*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"editors":["*:video/*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"editors":["inbox:*"]}'],
  ["CALLBOARD_PUBLISHERS", "{}"],
  ["CALLBOARD_PUBLISHERS", '[{"principal":"*","source":"video","subjects":["video/"]}]'],
  ["CALLBOARD_PUBLISHERS", '[{"principal":"123456789012","source":"callboard","subjects":["video/"]}]'],
  ["CALLBOARD_PUBLISHERS", '[{"principal":"123456789012","source":"aws.s3","subjects":["video/"]}]'],
  ["CALLBOARD_PUBLISHERS", '[{"principal":"123456789012","source":"video","subjects":[]}]'],
  [
    "CALLBOARD_PUBLISHERS",
    '[{"principal":"arn:aws:iam::123456789012:role/*","source":"video","subjects":["video/"]}]',
  ],
  [
    "CALLBOARD_PUBLISHERS",
    '[{"principal":"arn:aws:iam::123456789012:rolevideo","source":"video","subjects":["video/"]}]',
  ],
  [
    "CALLBOARD_PUBLISHERS",
    '[{"principal":"arn:aws:sts::123456789012:assumed-role/video/s","source":"video","subjects":["video/"]}]',
  ],
  ["CALLBOARD_OPERATORS", "123456789012"],
  ["CALLBOARD_OPERATORS", "arn:aws:iam::123456789012:role/ops,arn:aws:iam::123456789012:role/*"],
  ["CALLBOARD_LAMBDA_CONCURRENCY", "0"],
  ["CALLBOARD_POST_PROCESSING", "yes"],
  ["CALLBOARD_MODEL_URL", "models"],
  ["CALLBOARD_ALARM_EMAIL", "ana"],
  ["CALLBOARD_RETENTION_DAYS", "0"],
  ["CALLBOARD_POSTS_PER_SECOND", "9"],
  ["CALLBOARD_TABLE_GENERATION", "0"],
  ["CALLBOARD_TABLE", "restored"],
  ["CALLBOARD_OLD_TABLE", "true"],
])("says that %s is wrong: %s", (name, value) => {
  expect(() => readSettings("dev", { [name]: value })).toThrow(new RegExp(`stage dev: .*${name}`));
});

it("names every setting that is wrong, and repeats none of the values", () => {
  const wrong = { CALLBOARD_BUS: "a bus", CALLBOARD_ALARM_EMAIL: "secret words" };
  expect(() => readSettings("dev", wrong)).toThrow(/CALLBOARD_BUS.*CALLBOARD_ALARM_EMAIL/);
  expect(() => readSettings("dev", wrong)).not.toThrow(/secret words/);
});
