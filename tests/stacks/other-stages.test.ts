import { readConfig } from "@callboard/web/config";
import { expect, it } from "vitest";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { alarmChecks } from "./alarm-checks.ts";
import { checks } from "./checks.ts";
import { functionsOf, ofType, one, postProcessing } from "./stage.ts";

it("uses a team's own bus, bucket, users and state machines, and a restored table, in place of new ones", async () => {
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
      CALLBOARD_LISTS: "order, invoice",
      CALLBOARD_NOTIFY_AFTER_SECONDS: "900",
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
    LISTS: "order,invoice",
    NOTIFY_AFTER_SECONDS: "900",
    ACCOUNT_ID: "123456789012",
    STAGE: "callboard-shared",
  });
  const listing = functionsOf(stage).filter(({ variables }) => variables.LISTS !== undefined);
  expect(listing.map(({ name }) => name)).toEqual(["Ingest"]);
  expect(given("aws:dynamodb/table:Table")).toEqual([]);
  const ended = one(stage, "aws:cloudwatch/eventRule:EventRule", "RuleExecutionEnded");
  expect(String(ended.inputs.eventPattern)).toContain(machine);
  for (const [name, check] of Object.entries({ ...checks, ...alarmChecks }))
    expect([name, check(stage)]).toEqual([name, []]);
}, 60_000);

it("sends mails from one address, with outcomes reported to EventBridge, and none by default", async () => {
  const told = (CALLBOARD_MAIL_FROM: string) =>
    synthesize({ stage: "mails", functions: "none", environment: { CALLBOARD_MAIL_FROM } });
  const stage = await told("Callboard <board@Callboard.Example>");
  const notify = functionsOf(stage).find(({ name }) => name === "Notify")!;
  expect(notify.variables).toMatchObject({
    MAIL_FROM: "Callboard <board@Callboard.Example>",
    SES_CONFIGURATION_SET: "callboard-mails",
    PAGES_URL: "https://pagescdndistribution.cloudfront.net",
  });
  expect(notify.variables).not.toHaveProperty("WAKEUPS_QUEUE_URL");
  const [sending, ...others] = notify.statements.filter(({ actions }) =>
    actions.some((one) => one.startsWith("ses:")),
  );
  expect(others).toEqual([]);
  expect(sending).toMatchObject({
    actions: ["ses:SendEmail"],
    conditions: { StringEquals: { "ses:FromAddress": ["board@callboard.example"] } },
  });
  expect(sending!.resources.slice(0, 2)).toEqual(
    ["board@callboard.example", "callboard.example"].map(
      (name) => `arn:aws:ses:us-east-1:123456789012:identity/${name}`,
    ),
  );
  const { inputs: feedback } = one(
    stage,
    "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
  );
  expect(feedback.eventDestination).toMatchObject({
    matchingEventTypes: ["BOUNCE", "COMPLAINT"],
    eventBridgeDestination: { eventBusArn: "arn:aws:events:us-east-1:123456789012:event-bus/default" },
  });
  one(stage, "aws:cloudwatch/eventRule:EventRule", "RuleMailFeedback");
  for (const [name, check] of Object.entries({ ...checks, ...alarmChecks }))
    expect([name, check(stage)]).toEqual([name, []]);

  const silent = await told("");
  expect(ofType(silent, "aws:sesv2/configurationSet:ConfigurationSet")).toEqual([]);
  expect(
    ofType(silent, "aws:cloudwatch/eventRule:EventRule").filter(({ name }) => name === "RuleMailFeedback"),
  ).toEqual([]);
  const without = functionsOf(silent).find(({ name }) => name === "Notify")!;
  expect(without.variables).not.toHaveProperty("MAIL_FROM");
  expect(
    without.statements.flatMap(({ actions }) => actions).filter((one) => one.startsWith("ses:")),
  ).toEqual([]);
}, 60_000);

it("sends mails through a configured server, whose password only notify may read, and not by SES", async () => {
  const stage = await synthesize({
    stage: "mails",
    functions: "none",
    environment: {
      CALLBOARD_MAIL_FROM: "Callboard <board@callboard.example>",
      CALLBOARD_SMTP_URL: "smtp://board@mail.example.com:587",
      SST_SECRET_SmtpPassword: "s3cret",
    },
  });
  const { inputs: parameter } = one(stage, "aws:ssm/parameter:Parameter", "SmtpParameter");
  expect(parameter).toMatchObject({ name: "callboard-mails-smtp-password", type: "SecureString" });
  expect(JSON.stringify(parameter.value)).toContain("s3cret");
  const notify = functionsOf(stage).find(({ name }) => name === "Notify")!;
  expect(notify.variables).toMatchObject({
    MAIL_FROM: "Callboard <board@callboard.example>",
    SMTP_URL: "smtp://board@mail.example.com:587",
    SMTP_PASSWORD_PARAMETER: "callboard-mails-smtp-password",
  });
  expect(notify.variables).not.toHaveProperty("SES_CONFIGURATION_SET");
  expect(ofType(stage, "aws:sesv2/configurationSet:ConfigurationSet")).toEqual([]);
  const rules = ofType(stage, "aws:cloudwatch/eventRule:EventRule").map(({ name }) => name);
  expect(rules).not.toContain("RuleMailFeedback");
  // The password is only in the parameter.
  const others = stage.resources.filter(({ type }) => type !== "aws:ssm/parameter:Parameter");
  expect(others.filter((resource) => JSON.stringify(resource).includes("s3cret"))).toEqual([]);
  const rights = functionsOf(stage).flatMap(({ name, statements }) =>
    statements
      .filter(({ actions }) => actions.some((action) => /^(ses|ssm|kms):/.test(action)))
      .map(({ actions, resources }) => [name, actions, resources]),
  );
  const arn = "arn:aws:ssm:us-east-1:123456789012:parameter/callboard-mails-smtp-password";
  expect(rights).toEqual([["Notify", ["ssm:GetParameter"], [arn]]]);
  for (const [name, check] of Object.entries({ ...checks, ...alarmChecks }))
    expect([name, check(stage)]).toEqual([name, []]);
}, 60_000);

it("also accepts the mail server's password as an argument", async () => {
  const stage = await synthesize({
    stage: "mails",
    functions: "none",
    environment: { CALLBOARD_MAIL_FROM: "board@callboard.example", SST_SECRET_Own: "owns3cret" },
    change: (path, text) =>
      path === "stacks/deployment.ts"
        ? text.replace(
            "{ environment: process.env, lists }",
            '{ environment: process.env, lists, smtp: { url: "smtps://board@mail.example.com", password: new sst.Secret("Own").value } }',
          )
        : text,
  });
  const { inputs: parameter } = one(stage, "aws:ssm/parameter:Parameter", "SmtpParameter");
  expect(JSON.stringify(parameter.value)).toContain("owns3cret");
  const notify = functionsOf(stage).find(({ name }) => name === "Notify")!;
  expect(notify.variables).toMatchObject({ SMTP_URL: "smtps://board@mail.example.com" });
  expect(checks["only notify reads passwords"]!(stage)).toEqual([]);
}, 60_000);

const signInStage = (more: Record<string, string> = {}, dev = false) =>
  synthesize({
    stage: "Ana-AWS-2",
    dev,
    functions: "none",
    environment: { CALLBOARD_POST_PROCESSING: "false", ...more },
  });

it("creates a user pool whose people sign in on its own pages and return to Callboard's", async () => {
  const stage = await signInStage();
  const page = "https://pagescdndistribution.cloudfront.net/sign-in.html";
  const { inputs: client } = one(stage, "aws:cognito/userPoolClient:UserPoolClient");
  expect(client).toMatchObject({
    callbackUrls: [page],
    logoutUrls: [page],
    generateSecret: false,
    allowedOauthFlows: ["code"],
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthScopes: ["openid", "profile", "email"],
    supportedIdentityProviders: ["COGNITO"],
    preventUserExistenceErrors: "ENABLED",
    enableTokenRevocation: true,
    writeAttributes: ["locale"],
  });
  const { inputs: pool } = one(stage, "aws:cognito/userPool:UserPool");
  expect(pool).toMatchObject({
    adminCreateUserConfig: { allowAdminCreateUserOnly: true },
    usernameAttributes: ["email"],
  });
  expect(one(stage, "aws:cognito/userGroup:UserGroup").inputs.name).toBe("creators");
  const { domain } = one(stage, "aws:cognito/userPoolDomain:UserPoolDomain").inputs;
  expect(domain).toMatch(/^callboard-ana-x-2-[0-9a-f]{8}$/);

  const object = one(stage, "aws:s3/bucketObjectv2:BucketObjectv2", "PagesConfig").inputs;
  expect(object).toMatchObject({ key: "config.json", cacheControl: "no-store" });
  const authorize = functionsOf(stage).find((fn) => fn.name === "Authorize")!;
  const config = readConfig(JSON.parse(String(object.content)))!;
  expect(config.signIn).toEqual({
    issuer: authorize.variables.TOKEN_ISSUER,
    clientId: authorize.variables.TOKEN_AUDIENCE,
    token: "id",
    logoutUrl: `https://${domain}.auth.us-east-1.amazoncognito.com/logout`,
  });
  expect(config).toMatchObject({ devTokens: false, sampleAvailable: false });
  expect(authorize.variables.CAPABILITIES).toBe('{"*":["watch:*"],"creators":["watch:*","work:video/*"]}');
}, 60_000);

it("allows registration if configured, and no user to take another's claim", async () => {
  const stage = await signInStage({ CALLBOARD_REGISTRATION: "open", CALLBOARD_USER_CLAIM: "email" });
  const { inputs: pool } = one(stage, "aws:cognito/userPool:UserPool");
  expect(pool).toMatchObject({
    adminCreateUserConfig: { allowAdminCreateUserOnly: false },
    userAttributeUpdateSettings: { attributesRequireVerificationBeforeUpdates: ["email"] },
  });
  const { inputs: client } = one(stage, "aws:cognito/userPoolClient:UserPoolClient");
  expect(client.writeAttributes).toEqual(["email", "locale"]);
  const authorize = functionsOf(stage).find((fn) => fn.name === "Authorize")!;
  expect(authorize.variables).toMatchObject({ TOKEN_USER_CLAIM: "email" });
}, 60_000);

it("leads the pages to an existing issuer", async () => {
  const stage = await signInStage({
    CALLBOARD_ISSUER: "https://id.example/",
    CALLBOARD_CLIENT_ID: "pages",
    CALLBOARD_AUDIENCE: "callboard",
    CALLBOARD_PAGES_TOKEN: "access",
  });
  expect(ofType(stage, "aws:cognito/userPool:UserPool")).toEqual([]);
  const object = one(stage, "aws:s3/bucketObjectv2:BucketObjectv2", "PagesConfig").inputs;
  expect(readConfig(JSON.parse(String(object.content)))!.signIn).toEqual({
    issuer: "https://id.example",
    clientId: "pages",
    token: "access",
  });
  const authorize = functionsOf(stage).find((fn) => fn.name === "Authorize")!;
  expect(authorize.variables.TOKEN_AUDIENCE).toBe("callboard pages");
}, 60_000);

it("redirects people to the developer's machine under sst dev", async () => {
  const stage = await signInStage({}, true);
  const { inputs: client } = one(stage, "aws:cognito/userPoolClient:UserPoolClient");
  expect(client.callbackUrls).toEqual(["http://localhost:5173/sign-in.html"]);
  const objects = ofType(stage, "aws:s3/bucketObjectv2:BucketObjectv2");
  expect(objects.filter(({ name }) => name === "PagesConfig")).toEqual([]);
}, 60_000);

it("has no function, route or setting for videos without the post-processing", async () => {
  const environment = { CALLBOARD_POST_PROCESSING: "false" };
  const stage = await synthesize({ stage: "core", functions: "none", environment });
  const keys = ofType(stage, "aws:apigatewayv2/route:Route").map(({ inputs }) => String(inputs.routeKey));
  const others = ["OPTIONS /{proxy+}", "POST /answers", "POST /answers/view", "POST /unsubscribe/{token}"];
  expect(keys.filter((key) => key.includes("/")).sort()).toEqual(others);
  expect(functionsOf(stage).map(({ name }) => name)).not.toContain("Videos");
  for (const [name, check] of Object.entries(checks)) expect([name, check(stage)]).toEqual([name, []]);
}, 60_000);

it("accepts explicit origins, with the pages' own among them, and names a missing one", async () => {
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
  "accepts any stage name that SST accepts: %s",
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
