import {
  anyOrigin,
  type IdentitySettings,
  mailboxRule,
  readIdentity,
  readKinds,
  readMailbox,
  readOrigins,
  readSmtpUrl,
  SOURCE,
} from "@callboard/functions/deployment";
import { isProduction } from "./stages.ts";

/** A publisher: who may put which events on Callboard's bus. */
export interface Publisher {
  /** An account, or the ARN of a role or user that puts the events. */
  readonly principal: string;
  /** The only `source` that its events may have. */
  readonly source: string;
  /** The prefixes of its subjects: `video/` for any video. */
  readonly subjects: readonly string[];
}

/** The settings of a Callboard: from the component's arguments, or from the environment. */
export interface Settings extends IdentitySettings {
  readonly stage: string;
  readonly production: boolean;
  readonly capabilities: NonNullable<IdentitySettings["capabilities"]>;
  /** Whether anybody may create an account in the new user pool. */
  readonly registrationOpen: boolean;
  /** Existing bus, bucket and state machines. */
  readonly busName?: string;
  readonly bucketName?: string;
  readonly stateMachineArns: readonly string[];
  readonly publishers: readonly Publisher[];
  /** ARNs of roles and users who may put dead letters of any source on the bus again. */
  readonly operators: readonly string[];
  /** Whether to take in ServerlessVideo's events on the default bus. */
  readonly serverlessVideo: boolean;
  /** Whether life cycles may ask plugins. */
  readonly plugins: boolean;
  /** Whether the web pages are deployed. */
  readonly pages: boolean;
  /** The origins of pages that may call the HTTP API and use the bucket; `*` for any. */
  readonly origins: readonly string[];
  /** Kinds of subjects that people can follow as a list of recent ones. */
  readonly lists: readonly string[];
  /** Who is mailed when an alarm goes off. */
  readonly alarmEmail?: string;
  /** The account's limit of Lambda's concurrent executions in the Region: an alarm goes off at four fifths of it. */
  readonly concurrency: number;
  readonly retentionDays?: string;
  /** After how many seconds people get a mail or webhook about a question that nobody has opened; undefined: never. */
  readonly notifyAfterSeconds?: string;
  /** The sender of mails: `a@example.com` or `Callboard <a@example.com>`; undefined: no mails. */
  readonly mailFrom?: string;
  /** A mail server in place of SES, and its user: `smtp://user@host:587`, without a password. */
  readonly smtpUrl?: string;
  /** The most posts per second to the followers of one channel. */
  readonly postsPerSecond?: string;
  /** A table that was restored from a backup: its name, and a number that rises with each restore. */
  readonly restored?: { readonly tableName: string; readonly generation: string };
  /** The pages' domain, with both APIs under it. */
  readonly domain?: string;
  /** Rewrites the text of a problem with a variable in the caller's terms. */
  rephrase(problem: string): string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks variables; an empty one counts as missing. Each invalid one adds a line to `problems` that names it,
 * without its value.
 */
export function readSettings(stage: string, variables: Variables, problems: string[]): Settings {
  const text = (name: string, pattern: RegExp, what: string): string | undefined => {
    const value = variables[name]?.trim();
    if (!value) return undefined;
    if (pattern.test(value)) return value;
    problems.push(`${name} is not ${what}`);
    return undefined;
  };
  const flag = (name: string, usual: boolean): boolean => {
    const value = text(name, /^(true|false)$/, "true or false");
    return value === undefined ? usual : value === "true";
  };
  const json = <T>(name: string, isWhole: (value: unknown) => value is T, what: string): T | undefined => {
    const value = variables[name]?.trim();
    if (!value) return undefined;
    const read = parsed(value);
    if (isWhole(read)) return read;
    problems.push(`${name} is not ${what}`);
    return undefined;
  };

  const stateMachineArns = (variables.CALLBOARD_STATE_MACHINES ?? "")
    .split(",")
    .map((arn) => arn.trim())
    .filter(Boolean);
  if (!stateMachineArns.every((arn) => stateMachineArn.test(arn)))
    problems.push("CALLBOARD_STATE_MACHINES is not a list of ARNs of state machines, separated by commas");

  const operators = (variables.CALLBOARD_OPERATORS ?? "")
    .split(",")
    .map((arn) => arn.trim())
    .filter(Boolean);
  if (!operators.every((arn) => principalArn.test(arn)))
    problems.push("CALLBOARD_OPERATORS is not a list of ARNs of roles and users, separated by commas");

  const who = readIdentity(variables, problems, { address: https, addressRule: "an https address" });
  const registration = text("CALLBOARD_REGISTRATION", /^(open|closed)$/, "open or closed");
  const registrationOpen = registration === "open";
  if (who.issuer?.clientId && isCognito.test(who.issuer.url) && !who.issuer.logoutUrl)
    problems.push(
      "CALLBOARD_LOGOUT_URL, https://<domain>/logout, is missing: the pages may call no other domain",
    );
  if (variables.CALLBOARD_ISSUER?.trim()) {
    if (registration)
      problems.push(
        "CALLBOARD_REGISTRATION is only for the user pool that is created without a CALLBOARD_ISSUER",
      );
  } else if (!claimsOfPool[who.pagesToken].includes(who.userClaim))
    problems.push(`CALLBOARD_USER_CLAIM is in no ${who.pagesToken} token of the user pool that is created`);

  const busName = text("CALLBOARD_BUS", /^[/.\-\w]{1,256}$/, "the name of a bus");
  const bucketName = text("CALLBOARD_BUCKET", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket");
  const alarmEmail = text("CALLBOARD_ALARM_EMAIL", /^\S+@\S+$/, "an e-mail address");
  const retentionDays = text("CALLBOARD_RETENTION_DAYS", /^[1-9]\d{0,3}$/, "a number of days");
  const concurrency = text("CALLBOARD_LAMBDA_CONCURRENCY", /^[1-9]\d{0,6}$/, "a number of executions");
  const notifyAfterSeconds = text(
    "CALLBOARD_NOTIFY_AFTER_SECONDS",
    /^[1-9]\d{0,6}$/,
    "a number of seconds from 1 to 9999999",
  );
  const mailFrom = variables.CALLBOARD_MAIL_FROM?.trim();
  if (mailFrom && !readMailbox(mailFrom)) problems.push(`CALLBOARD_MAIL_FROM is not ${mailboxRule}`);
  const smtpUrl = smtpUrlIn(variables.CALLBOARD_SMTP_URL?.trim(), problems);
  if (smtpUrl && !mailFrom)
    problems.push("CALLBOARD_SMTP_URL belongs to a CALLBOARD_MAIL_FROM, which is missing");
  const postsPerSecond = text("CALLBOARD_POSTS_PER_SECOND", /^[1-9]\d{1,4}$/, "a number from 10 to 99999");
  const tableName = text("CALLBOARD_TABLE", /^[\w.-]{3,255}$/, "the name of a table");
  const generation = text("CALLBOARD_TABLE_GENERATION", /^[1-9]\d{0,3}$/, "a number of up to 4 digits");
  if (Boolean(tableName) !== Boolean(generation))
    problems.push(
      "CALLBOARD_TABLE and CALLBOARD_TABLE_GENERATION must be set together: they name a restored table",
    );
  const named = variables.CALLBOARD_ORIGINS?.trim();
  const origins = named ? (readOrigins(named) ?? []) : anyOrigin;
  if (origins.length === 0)
    problems.push(
      "CALLBOARD_ORIGINS is not a list of origins such as https://app.example, separated by commas",
    );
  const domain = text("CALLBOARD_DOMAIN", domainName, "a domain name such as callboard.example");
  const listed = variables.CALLBOARD_LISTS?.trim();
  const lists = listed ? readKinds(listed) : [];
  if (!lists)
    problems.push("CALLBOARD_LISTS is not a list of kinds such as video, separated by commas, or none");
  return {
    stage,
    production: isProduction(stage),
    ...who,
    capabilities: who.capabilities ?? (who.issuer ? {} : usualCapabilities(registrationOpen)),
    registrationOpen,
    ...(busName ? { busName } : {}),
    ...(bucketName ? { bucketName } : {}),
    stateMachineArns,
    publishers: json("CALLBOARD_PUBLISHERS", isPublishers, PUBLISHERS_FORM) ?? [],
    operators,
    serverlessVideo: flag("CALLBOARD_SERVERLESS_VIDEO", false),
    plugins: flag("CALLBOARD_PLUGINS", false),
    pages: flag("CALLBOARD_PAGES", true),
    origins,
    lists: lists ?? [],
    ...(alarmEmail ? { alarmEmail } : {}),
    concurrency: Number(concurrency ?? 1000),
    ...(retentionDays ? { retentionDays } : {}),
    ...(notifyAfterSeconds ? { notifyAfterSeconds } : {}),
    ...(mailFrom ? { mailFrom } : {}),
    ...(smtpUrl ? { smtpUrl } : {}),
    ...(postsPerSecond ? { postsPerSecond } : {}),
    ...(tableName && generation ? { restored: { tableName, generation } } : {}),
    ...(domain ? { domain } : {}),
    rephrase: (problem) => problem,
  };
}

/**
 * A password is a secret, and a function's variables are not secret. Public servers take no mail from a function that
 * does not sign in, and AWS blocks port 25 (https://repost.aws/knowledge-center/ec2-port-25-throttle).
 */
function smtpUrlIn(text: string | undefined, problems: string[]): string | undefined {
  if (!text) return undefined;
  const { server, problem } = readSmtpUrl(text);
  const wrong =
    problem ??
    (server.password !== undefined
      ? "has a password, which is a separate secret: use smtp://user@host:587"
      : server.user === undefined
        ? "names no user, as smtp://user@host:587 does"
        : server.port === 25
          ? "names port 25, which AWS blocks: use 587, or smtps: and 465"
          : undefined);
  if (wrong !== undefined) problems.push(`CALLBOARD_SMTP_URL ${wrong}`);
  return wrong === undefined ? text : undefined;
}

/**
 * The ARN of a state machine, without a version or alias; the rules for its name:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
const stateMachineArn =
  /^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[^\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/u;

/** A name of two labels or more; with `socket.` before it, it must fit into a certificate's 64 characters. */
const domainName = /^(?=.{4,57}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/;

export const https = /^https:\/\/[^\s/?#]+[^\s?#]*$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && one !== "");

/** An existing user pool: people sign in at its domain, which its name does not contain. */
const isCognito = /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?\//;

/** The role of people who start videos, which is also their group in a new user pool. */
export const CREATORS = "creators";

/** The claims that identify a user in the tokens of a pool whose people sign in with their e-mail address. */
const claimsOfPool: Readonly<Record<Settings["pagesToken"], readonly string[]>> = {
  id: ["sub", "email", "preferred_username", "cognito:username"],
  access: ["sub", "username"],
};

/**
 * The default capabilities in a new user pool: an administrator admits people, and adds creators to a group. If anybody
 * may register, nobody sees anything before they are in a group.
 */
const usualCapabilities = (registrationOpen: boolean): Settings["capabilities"] => ({
  ...(registrationOpen ? {} : { "*": ["watch:*"] }),
  [CREATORS]: ["watch:*", "work:video/*"],
});

const PUBLISHERS_FORM =
  'JSON such as [{"principal": "arn:aws:iam::123456789012:role/video", "source": "video", "subjects": ["video/"]}]';

/** A role or user by its ARN, with its path; a policy's principal allows no wildcard. */
const principalArn = /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
/** An account by its digits or its root. */
const principalAccount = /^(\d{12}|arn:[\w-]+:iam::\d{12}:root)$/;

/** The sources of AWS and of Callboard are reserved. */
const publisherSource = new RegExp(`^(?!aws\\.|${SOURCE}$)[\\w.-]{1,100}$`);

const isPublishers = (value: unknown): value is Publisher[] =>
  Array.isArray(value) &&
  value.every(
    (one: Partial<Publisher>) =>
      (principalAccount.test(String(one?.principal)) || principalArn.test(String(one?.principal))) &&
      publisherSource.test(String(one?.source)) &&
      isTexts(one?.subjects),
  );
