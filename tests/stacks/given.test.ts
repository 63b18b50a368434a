import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/synth/platform.ts";
import { said, variablesOf } from "../../stacks/given.ts";
import { readSettings, type Settings } from "../../stacks/settings.ts";

/** An Output, as code sees it: only its type is known. */
const later = { apply: () => later } as never;

function read(args: object, environment?: Readonly<Record<string, string>>): Settings | string {
  const { variables, problems: wrong, rephrase } = said(args, environment);
  const problems = [...wrong];
  const settings = readSettings("dev", variables, problems);
  return problems.length > 0 ? problems.map(rephrase).join("; ") : settings;
}

const everything = {
  bus: "team",
  bucket: "team-files",
  table: { name: "restored-2", generation: 2 },
  retentionDays: 30,
  stateMachines: [
    "arn:aws:states:eu-west-1:123456789012:stateMachine:orders",
    "arn:aws:states:eu-west-1:123456789012:stateMachine:offers",
  ],
  publishers: [{ principal: "123456789012", source: "orders", subjects: ["order/"] }],
  operators: ["arn:aws:iam::123456789012:role/ops"],
  serverlessVideo: true,
  issuer: {
    url: "https://id.example/",
    audience: "callboard",
    clientId: "pages",
    jwksUrl: "https://id.example/keys",
    logoutUrl: "https://id.example/logout",
  },
  userClaim: "email",
  pagesToken: "access",
  capabilities: { editors: ["work:*"] },
  guests: true,
  pages: false,
  origins: ["https://app.example", "https://b.example"],
  lists: ["order", "invoice"],
  domain: "callboard.example",
  alarms: { email: "ana@a.example", concurrency: 200 },
  postsPerSecond: 2000,
  notifyAfterSeconds: 900,
  mailFrom: "Callboard <board@callboard.example>",
  smtp: { url: "smtp://ana@mail.example.com:587", password: later },
};

it("gives arguments the same meaning as the variables in the environment", () => {
  const variables = {
    CALLBOARD_BUS: "team",
    CALLBOARD_BUCKET: "team-files",
    CALLBOARD_TABLE: "restored-2",
    CALLBOARD_TABLE_GENERATION: "2",
    CALLBOARD_RETENTION_DAYS: "30",
    CALLBOARD_STATE_MACHINES: everything.stateMachines.join(", "),
    CALLBOARD_PUBLISHERS: JSON.stringify(everything.publishers),
    CALLBOARD_OPERATORS: "arn:aws:iam::123456789012:role/ops",
    CALLBOARD_SERVERLESS_VIDEO: "true",
    CALLBOARD_ISSUER: "https://id.example",
    CALLBOARD_AUDIENCE: "callboard",
    CALLBOARD_CLIENT_ID: "pages",
    CALLBOARD_JWKS_URL: "https://id.example/keys",
    CALLBOARD_LOGOUT_URL: "https://id.example/logout",
    CALLBOARD_USER_CLAIM: "email",
    CALLBOARD_PAGES_TOKEN: "access",
    CALLBOARD_CAPABILITIES: '{"editors":["work:*"]}',
    CALLBOARD_GUESTS: "true",
    CALLBOARD_PAGES: "false",
    CALLBOARD_ORIGINS: "https://app.example,https://b.example",
    CALLBOARD_LISTS: "order,invoice",
    CALLBOARD_DOMAIN: "callboard.example",
    CALLBOARD_ALARM_EMAIL: "ana@a.example",
    CALLBOARD_LAMBDA_CONCURRENCY: "200",
    CALLBOARD_POSTS_PER_SECOND: "2000",
    CALLBOARD_NOTIFY_AFTER_SECONDS: "900",
    CALLBOARD_MAIL_FROM: "Callboard <board@callboard.example>",
    CALLBOARD_SMTP_URL: "smtp://ana@mail.example.com:587",
  };
  const plain = (settings: Settings | string) => JSON.parse(JSON.stringify(settings));
  expect(plain(read(everything))).toEqual(plain(read({}, variables)));
  expect(plain(read({}))).toEqual(plain(read({}, {})));
});

it("has an argument for each variable that is read", () => {
  const text = ["stacks/settings.ts", "packages/functions/src/deployment/identity-settings.ts"]
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  const variables = new Set(text.match(/\bCALLBOARD_[A-Z_]*[A-Z]\b/g));
  expect([...variables].sort()).toEqual(Object.keys(said({}).variables).sort());
});

it("prefers an argument to the environment, and names the source of each problem", () => {
  expect(read({ bus: "mine" }, { CALLBOARD_BUS: "theirs" })).toMatchObject({ busName: "mine" });
  const wrong = read({ bus: "my bus" }, { CALLBOARD_BUS: "theirs", CALLBOARD_ALARM_EMAIL: "nobody" });
  expect(wrong).toBe("bus is not the name of a bus; CALLBOARD_ALARM_EMAIL is not an e-mail address");
});

describe("what is wrong", () => {
  it.each<[object, string]>([
    [{ issuer: { url: "http://id.example" } }, "issuer.url is not an https address"],
    [{ issuer: {} }, "issuer.url is missing"],
    [{ issuer: { url: undefined, clientId: "pages" } }, "issuer.url is missing; issuer.clientId belongs to"],
    [{ issuer: "https://id.example" }, "issuer is not an object"],
    [
      { issuer: { url: "https://id.example" }, registration: "open" },
      "registration is only for the user pool",
    ],
    [{ registration: "yes" }, "registration is not open or closed"],
    [{ stateMachines: ["orders"] }, "stateMachines is not a list of ARNs of state machines"],
    [{ operators: ["arn:aws:iam::1:role/a"] }, "operators is not a list of ARNs of roles and users"],
    [{ publishers: [{ principal: "*", source: "a", subjects: ["a/"] }] }, "publishers is not such as [{"],
    [{ capabilities: { "*": ["everything"] } }, 'capabilities is not such as {"*"'],
    [{ origins: [] }, "origins is not a list of origins such as https://app.example"],
    [{ origins: ["app.example"] }, "origins is not a list of origins such as https://app.example"],
    [
      { table: { name: "restored" } },
      "table.name and table.generation must be set together: they name a restored table",
    ],
    [{ retentionDays: 0 }, "retentionDays is not a number of days"],
    [{ pages: "no" }, "pages is not true or false"],
    [{ domain: "https://callboard.example" }, "domain is not a domain name"],
    [{ domain: { site: "callboard.example" } }, "domain.site is not an argument of Callboard"],
    [{ alarms: { mail: "ana@a.example" } }, "alarms.mail is not an argument of Callboard"],
    [{ stateMachine: "orders" }, "stateMachine is not an argument of Callboard"],
    [{ notifyAfterSeconds: 0 }, "notifyAfterSeconds is not a number of seconds"],
    [{ mailFrom: "Callboard" }, "mailFrom is not an address"],
    [{ smtp: { url: "smtp://ana@mail.example.com" } }, "smtp.url belongs to a mailFrom, which is missing"],
    [{ smtp: { password: "s3cret" } }, "smtp.url is missing"],
    [
      { mailFrom: "a@b.example", smtp: { url: "smtp://ana:s3cret@mail.example.com" } },
      "smtp.url has a password, which is a separate secret",
    ],
    [{ mailFrom: "a@b.example", smtp: { url: later } }, "smtp.url has to be known when the application"],
    [
      { smtp: { url: "smtp://ana@mail.example.com", user: "ana" } },
      "smtp.user is not an argument of Callboard",
    ],
    [{ postsPerSecond: 3 }, "postsPerSecond is not a number from 10"],
    [{ retentionDays: later }, "retentionDays has to be known when the application is evaluated"],
    [{ lists: [later] }, "lists has to be known when the application is evaluated"],
  ])("is named by its argument: %j", (args, problem) => {
    expect(read(args)).toContain(problem);
    expect(read(args)).not.toMatch(/CALLBOARD_|separated by commas|JSON/);
  });

  it("is reported without the value", () => {
    expect(read({ alarms: { email: "secret words" } })).not.toContain("secret");
    const smtp = { url: "smtp://ana:secret@mail.example.com:465", password: "secret" };
    expect(read({ mailFrom: "a@b.example", smtp })).not.toMatch(/secret(?!.* of its own)|ana/);
  });
});

describe("an Output", () => {
  const args = {
    bus: later,
    stateMachines: [later, "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"],
    publishers: [{ principal: later, source: "orders", subjects: ["order/"] }],
    issuer: { url: later, clientId: later },
    alarms: { email: later },
  };

  it("is not checked until it is known; everything else is checked at once", () => {
    expect(read(args)).toMatchObject({
      publishers: [{ source: "orders", subjects: ["order/"] }],
      issuer: { clientId: "later" },
    });
    expect(read({ ...args, retentionDays: -1 })).toContain("retentionDays is not a number of days");
  });

  it("is checked by the same rules once it is known", () => {
    const { variables, later: waits } = said(args);
    const known = {
      ...waits,
      CALLBOARD_BUS: "a bus",
      CALLBOARD_PUBLISHERS: [],
      CALLBOARD_ISSUER: "http://a",
    };
    const problems: string[] = [];
    readSettings("dev", variablesOf(known, variables), problems);
    expect(problems.join("; ")).toMatch(/CALLBOARD_ISSUER is not.*CALLBOARD_BUS is not the name of a bus/);
  });

  it("is not awaited if there is none", () => {
    expect(said({ bus: "team" }).later).toBeUndefined();
  });
});

it("accepts a bus and a bucket as resources, whose names are not checked", () => {
  const bus = { name: later, arn: later };
  expect(read({ bus, bucket: bus })).not.toHaveProperty("busName");
});
