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
    lists: ["video"],
  });
});

it("lists what it is told, else videos where they are processed", () => {
  const lists = (variables: Record<string, string>) => readSettings("dev", variables).lists;
  expect(lists({ CALLBOARD_POST_PROCESSING: "false" })).toEqual([]);
  expect(lists({ CALLBOARD_LISTS: "" })).toEqual(["video"]);
  expect(lists({ CALLBOARD_LISTS: "none" })).toEqual([]);
  expect(lists({ CALLBOARD_POST_PROCESSING: "false", CALLBOARD_LISTS: "order, invoice" })).toEqual([
    "order",
    "invoice",
  ]);
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
  ["CALLBOARD_POST_PROCESSING", "yes"],
  ["CALLBOARD_MODEL_URL", "models"],
  ["CALLBOARD_ALARM_EMAIL", "ana"],
  ["CALLBOARD_LISTS", "video/"],
  ["CALLBOARD_LISTS", "video,,order"],
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
