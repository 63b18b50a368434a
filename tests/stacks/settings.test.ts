import { expect, it } from "vitest";
import { readSettings } from "../../stacks/settings.ts";

it("needs nothing to be set", () => {
  expect(readSettings("dev", {})).toMatchObject({
    production: false,
    capabilities: { "*": ["watch:*"], creators: ["watch:*", "work:video/*"] },
    registrationOpen: false,
    userClaim: "sub",
    pagesToken: "id",
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

it("takes an issuer with or without a slash, its keys, and whom its tokens are for", () => {
  const issuer = (more: object) =>
    readSettings("dev", { CALLBOARD_ISSUER: "https://id.example/t/", ...more }).issuer;
  expect(issuer({})).toEqual({ url: "https://id.example/t" });
  expect(issuer({ CALLBOARD_JWKS_URL: "https://keys.example/jwks" })?.jwksUrl).toBe(
    "https://keys.example/jwks",
  );
  expect(issuer({ CALLBOARD_CLIENT_ID: "pages", CALLBOARD_AUDIENCE: "callboard" })).toMatchObject({
    clientId: "pages",
    audience: ["callboard", "pages"],
  });
  expect(issuer({ CALLBOARD_CLIENT_ID: "pages" })?.audience).toEqual(["pages"]);
});

it("needs to know the domain of a user pool that is there", () => {
  const pool = {
    CALLBOARD_ISSUER: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
    CALLBOARD_CLIENT_ID: "pages",
  };
  expect(() => readSettings("dev", pool)).toThrow(
    "CALLBOARD_LOGOUT_URL, https://<domain>/logout, is missing",
  );
  const logoutUrl = "https://team.auth.us-east-1.amazoncognito.com/logout";
  expect(readSettings("dev", { ...pool, CALLBOARD_LOGOUT_URL: logoutUrl }).issuer).toMatchObject({
    logoutUrl,
  });
});

it("shows nothing to whoever registers by themselves, and nothing by itself to an issuer's other users", () => {
  const of = (variables: Record<string, string>) => readSettings("dev", variables).capabilities;
  expect(of({ CALLBOARD_REGISTRATION: "open" })).toEqual({ creators: ["watch:*", "work:video/*"] });
  expect(of({ CALLBOARD_ISSUER: "https://id.example" })).toEqual({});
  expect(of({ CALLBOARD_CAPABILITIES: '{"editors":["work:*"]}' })).toEqual({ editors: ["work:*"] });
});

it("takes the claims that the tokens of its own user pool have, and no others", () => {
  const read = (CALLBOARD_USER_CLAIM: string, CALLBOARD_PAGES_TOKEN: string) =>
    readSettings("dev", { CALLBOARD_USER_CLAIM, CALLBOARD_PAGES_TOKEN });
  expect(read("email", "id")).toMatchObject({ userClaim: "email", pagesToken: "id" });
  expect(read("username", "access").userClaim).toBe("username");
  expect(() => read("email", "access")).toThrow("CALLBOARD_USER_CLAIM is in no access token");
  expect(() => read("username", "id")).toThrow("CALLBOARD_USER_CLAIM is in no id token");
});

it("names publishers with their sources and subjects", () => {
  const publishers = [{ principal: "123456789012", source: "video", subjects: ["video/"] }];
  expect(readSettings("dev", { CALLBOARD_PUBLISHERS: JSON.stringify(publishers) }).publishers).toEqual(
    publishers,
  );
});

it.each([
  ["CALLBOARD_ISSUER", "http://id.example"],
  ["CALLBOARD_CLIENT_ID", "pages"],
  ["CALLBOARD_AUDIENCE", "callboard"],
  ["CALLBOARD_LOGOUT_URL", "https://id.example/logout"],
  ["CALLBOARD_REGISTRATION", "true"],
  ["CALLBOARD_PAGES_TOKEN", "refresh"],
  ["CALLBOARD_USER_CLAIM", "name"],
  ["CALLBOARD_USER_CLAIM", "a claim"],
  ["CALLBOARD_GUESTS", "yes"],
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
  ["CALLBOARD_RETENTION_DAYS", "0"],
  ["CALLBOARD_POSTS_PER_SECOND", "9"],
  ["CALLBOARD_TABLE_GENERATION", "0"],
  ["CALLBOARD_TABLE", "restored"],
  ["CALLBOARD_OLD_TABLE", "true"],
])("says that %s is wrong: %s", (name, value) => {
  expect(() => readSettings("dev", { [name]: value })).toThrow(new RegExp(`stage dev: .*${name}`));
});

it.each([
  ["CALLBOARD_REGISTRATION", { CALLBOARD_REGISTRATION: "open" }],
  ["CALLBOARD_PAGES_TOKEN", { CALLBOARD_PAGES_TOKEN: "access" }],
  ["CALLBOARD_CLIENT_ID", { CALLBOARD_CLIENT_ID: "two words" }],
  ["CALLBOARD_AUDIENCE", { CALLBOARD_AUDIENCE: "two words" }],
])("says that %s does not go with an issuer: %j", (name, more) => {
  expect(() => readSettings("dev", { CALLBOARD_ISSUER: "https://id.example", ...more })).toThrow(name);
});

it("names every setting that is wrong, and repeats none of the values", () => {
  const wrong = { CALLBOARD_BUS: "a bus", CALLBOARD_ALARM_EMAIL: "secret words" };
  expect(() => readSettings("dev", wrong)).toThrow(/CALLBOARD_BUS.*CALLBOARD_ALARM_EMAIL/);
  expect(() => readSettings("dev", wrong)).not.toThrow(/secret words/);
});
