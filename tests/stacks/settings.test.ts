import { expect, it } from "vitest";
import { readStageSettings as readSettings } from "../../stacks/stage-settings.ts";

it("needs nothing to be set", () => {
  expect(readSettings("dev", {})).toMatchObject({
    production: false,
    capabilities: { "*": ["watch:*"], creators: ["watch:*", "work:video/*"] },
    registrationOpen: false,
    userClaim: "sub",
    pagesToken: "id",
    stateMachineArns: [],
    publishers: [],
    postProcessing: false,
    serverlessVideo: false,
    pages: true,
    origins: ["*"],
    lists: [],
  });
});

it("reads origins as browsers send them, without a final slash that people add", () => {
  const named = " https://app.example/, http://localhost:5173,https://* ";
  expect(readSettings("dev", { CALLBOARD_ORIGINS: named }).origins).toEqual([
    "https://app.example",
    "http://localhost:5173",
    "https://*",
  ]);
});

it("lists the configured kinds, else videos if they are processed", () => {
  const lists = (variables: Record<string, string>) => readSettings("dev", variables).lists;
  const processing = {
    CALLBOARD_POST_PROCESSING: "true",
    CALLBOARD_TEXT_MODEL: "us.anthropic.claude-sonnet-4-6",
    CALLBOARD_IMAGE_MODEL: "none",
  };
  expect(lists({})).toEqual([]);
  expect(lists({ ...processing, CALLBOARD_LISTS: "" })).toEqual(["video"]);
  expect(lists({ ...processing, CALLBOARD_LISTS: "none" })).toEqual([]);
  expect(lists({ CALLBOARD_LISTS: "order, invoice" })).toEqual(["order", "invoice"]);
});

it("protects data from mistakes only in production", () => {
  const kept = ["production", "prod", "dev", "production-2"].map(
    (stage) => readSettings(stage, {}).production,
  );
  expect(kept).toEqual([true, true, false, false]);
});

it("accepts an issuer with or without a slash, its keys, and audiences", () => {
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

it("needs the domain of an existing user pool", () => {
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

it("shows nothing to people who register by themselves, and by default nothing to users of another issuer", () => {
  const of = (variables: Record<string, string>) => readSettings("dev", variables).capabilities;
  expect(of({ CALLBOARD_REGISTRATION: "open" })).toEqual({ creators: ["watch:*", "work:video/*"] });
  expect(of({ CALLBOARD_ISSUER: "https://id.example" })).toEqual({});
  expect(of({ CALLBOARD_CAPABILITIES: '{"editors":["work:*"]}' })).toEqual({ editors: ["work:*"] });
});

it("accepts the claims that the tokens of its own user pool have, and no others", () => {
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
  ["CALLBOARD_STATE_MACHINES", "arn:aws:states:eu-west-1:123456789012:stateMachine:orders:1"],
  ["CALLBOARD_STATE_MACHINES", "arn:aws:states:eu-west-1:123456789012:stateMachine:*"],
  ["CALLBOARD_CAPABILITIES", "watch:*"],
  ["CALLBOARD_CAPABILITIES", '{"*":"watch:*"}'],
  ["CALLBOARD_CAPABILITIES", '{"*":["*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"*":["watch:*"],"editors":["w*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"editors":["*:video/*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"editors":["inbox:*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"role/editors":["work:*"]}'],
  ["CALLBOARD_CAPABILITIES", '{"chief editors":["work:*"]}'],
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
  ["CALLBOARD_ORIGINS", "app.example"],
  ["CALLBOARD_ORIGINS", "https://app.example/path"],
  ["CALLBOARD_ORIGINS", "https://App.example"],
  ["CALLBOARD_ORIGINS", "https://app.example,,https://b.example"],
  ["CALLBOARD_ORIGINS", "https://*.example"],
  ["CALLBOARD_ORIGINS", "null"],
  ["CALLBOARD_DOMAIN", "https://callboard.example"],
  ["CALLBOARD_DOMAIN", "callboard"],
  ["CALLBOARD_DOMAIN", "Callboard.example"],
  ["CALLBOARD_DOMAIN", "callboard.example."],
  ["CALLBOARD_DOMAIN", "*.callboard.example"],
  ["CALLBOARD_DOMAIN", "callboard..example"],
  ["CALLBOARD_DOMAIN", `${"a".repeat(50)}.example`],
  ["CALLBOARD_MODEL_URL", "models"],
  ["CALLBOARD_TEXT_MODEL", "us.anthropic.claude-sonnet-4-6"],
  ["CALLBOARD_IMAGE_MODEL", "none"],
  ["CALLBOARD_ALARM_EMAIL", "ana"],
  ["CALLBOARD_LISTS", "video/"],
  ["CALLBOARD_LISTS", "video,,order"],
  ["CALLBOARD_RETENTION_DAYS", "0"],
  ["CALLBOARD_NOTIFY_AFTER_SECONDS", "0"],
  ["CALLBOARD_NOTIFY_AFTER_SECONDS", "15m"],
  ["CALLBOARD_MAIL_FROM", "board"],
  ["CALLBOARD_MAIL_FROM", "Callboard <board@callboard>"],
  // SES takes neither: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
  ["CALLBOARD_MAIL_FROM", "board..all@callboard.example"],
  ["CALLBOARD_MAIL_FROM", "Callboard <board.@callboard.example>"],
  ["CALLBOARD_MAIL_FROM", "<board@callboard.example>, <b@callboard.example>"],
  ["CALLBOARD_MAIL_FROM", "a\r\nBcc: b <board@callboard.example>"],
  ["CALLBOARD_SMTP_URL", "smtp://ana@mail.example.com"],
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
])("says that %s cannot be combined with an issuer: %j", (name, more) => {
  expect(() => readSettings("dev", { CALLBOARD_ISSUER: "https://id.example", ...more })).toThrow(name);
});

it("accepts state machines with any name that AWS allows", () => {
  const arns = ["orders.v2", "Bestellungen-für+uns"].map(
    (name) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}`,
  );
  expect(readSettings("dev", { CALLBOARD_STATE_MACHINES: arns.join() }).stateMachineArns).toEqual(arns);
});

it("names every invalid setting, and repeats none of the values", () => {
  const wrong = { CALLBOARD_BUS: "a bus", CALLBOARD_ALARM_EMAIL: "secret words" };
  expect(() => readSettings("dev", wrong)).toThrow(/CALLBOARD_BUS.*CALLBOARD_ALARM_EMAIL/);
  expect(() => readSettings("dev", wrong)).not.toThrow(/secret words/);
});

it("reads an SMTP server for mails, with its user and no password", () => {
  const read = (CALLBOARD_SMTP_URL: string) =>
    readSettings("dev", { CALLBOARD_MAIL_FROM: "board@corp.example", CALLBOARD_SMTP_URL }).smtpUrl;
  for (const url of ["smtp://board%40corp.example@mail.example.com:587", "smtps://ana@mail.example.com"])
    expect(read(` ${url} `)).toBe(url);
  expect(read("")).toBeUndefined();
  expect(() => readSettings("dev", { CALLBOARD_SMTP_URL: "smtp://ana@mail.example.com" })).toThrow(
    "CALLBOARD_SMTP_URL belongs to a CALLBOARD_MAIL_FROM, which is missing",
  );
});

it.each([
  ["smtp://ana:s3cret@mail.example.com:587", "has a password, which is a separate secret"],
  ["smtp://ana:@mail.example.com", undefined],
  ["smtp://mail.example.com:587", "names no user"],
  ["smtp://ana@mail.example.com:25", "names port 25, which AWS blocks"],
  ["smtp://ana@mail.example.com:465", "names port 465"],
  ["smtp://ana@mail.example.com?s3cret", "has a ?"],
  ["mail.example.com", "is not an address such as smtp://user@host:587"],
])("checks the SMTP server %s, and does not repeat it", (CALLBOARD_SMTP_URL, problem) => {
  const read = () => readSettings("dev", { CALLBOARD_MAIL_FROM: "board@corp.example", CALLBOARD_SMTP_URL });
  if (problem === undefined) return expect(read().smtpUrl).toBe(CALLBOARD_SMTP_URL);
  expect(read).toThrow(`CALLBOARD_SMTP_URL ${problem}`);
  expect(read).not.toThrow(/s3cret|ana|mail\.example/);
});

const withModels = (more: Readonly<Record<string, string>>) =>
  readSettings("dev", { CALLBOARD_POST_PROCESSING: "true", ...more });
const named = {
  CALLBOARD_TEXT_MODEL: "us.anthropic.claude-sonnet-4-6",
  CALLBOARD_IMAGE_MODEL: "none",
} as const;

it("reads the models of the post-processing; those for pictures and outside AWS are optional", () => {
  expect(withModels(named).models).toEqual({
    text: {
      kind: "profile",
      text: "us.anthropic.claude-sonnet-4-6",
      profile: "us.anthropic.claude-sonnet-4-6",
      model: "anthropic.claude-sonnet-4-6",
    },
  });
  const all = withModels({
    ...named,
    CALLBOARD_IMAGE_MODEL: "stability.stable-image-core-v1:1",
    CALLBOARD_MODEL_URL: "https://api.openai.com/v1/",
    CALLBOARD_MODEL_NAME: "gpt-5-mini",
  });
  expect(all.models).toMatchObject({
    image: { kind: "foundation", model: "stability.stable-image-core-v1:1" },
    outside: { endpoint: "https://api.openai.com/v1", name: "gpt-5-mini" },
  });
});

it("allows names of models in a stage that sets no post-processing", () => {
  const settings = readSettings("dev", { CALLBOARD_POST_PROCESSING: "false", ...named });
  expect(settings).toMatchObject({ postProcessing: false, isPostProcessingSet: true });
  expect(settings.models).toBeUndefined();
});

it.each([
  ["no text model", { CALLBOARD_TEXT_MODEL: "" }, /CALLBOARD_TEXT_MODEL is missing/],
  ["no setting for pictures", { CALLBOARD_IMAGE_MODEL: "" }, /CALLBOARD_IMAGE_MODEL is missing: .*, or none/],
  [
    "an id without its provider",
    { CALLBOARD_TEXT_MODEL: "claude-sonnet-4-6" },
    /CALLBOARD_TEXT_MODEL is not/,
  ],
  [
    "the former default for pictures",
    { CALLBOARD_IMAGE_MODEL: "amazon.nova-canvas-v1:0" },
    /CALLBOARD_IMAGE_MODEL: amazon\.nova-canvas-v1:0 has reached its end of life.*or none/,
  ],
  [
    "a model that changes pictures",
    { CALLBOARD_IMAGE_MODEL: "us.stability.stable-image-remove-background-v1:0" },
    /CALLBOARD_IMAGE_MODEL: .*changes pictures and cannot draw one/,
  ],
  [
    "a text model for pictures",
    { CALLBOARD_IMAGE_MODEL: "meta.llama4-scout-17b-instruct-v1:0" },
    /CALLBOARD_IMAGE_MODEL: .*is of a family whose picture requests are not supported/,
  ],
  [
    "a profile that does not say what it leads to",
    { CALLBOARD_IMAGE_MODEL: "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc123" },
    /CALLBOARD_IMAGE_MODEL: .*does not say which model/,
  ],
  ["an address without a name", { CALLBOARD_MODEL_URL: "https://a.example/v1" }, /CALLBOARD_MODEL_NAME/],
  ["a name without an address", { CALLBOARD_MODEL_NAME: "gpt-5-mini" }, /CALLBOARD_MODEL_URL/],
])("refuses %s, by the variable's name", (_, more, problem) => {
  expect(() => withModels({ ...named, ...more })).toThrow(problem);
});
