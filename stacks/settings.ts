import { type IdentitySettings, readIdentity, SOURCE } from "@callboard/functions/deployment";
import { isProduction } from "./stages.ts";

/** Who may put which events on Callboard's bus. */
export interface Publisher {
  /** An account, or the ARN of a role or user: who puts the events. */
  readonly principal: string;
  /** The only `source` that its events may have. */
  readonly source: string;
  /** What its subjects begin with: `video/` for any video. */
  readonly subjects: readonly string[];
}

/** What a stage is made with; all of it comes from the environment, or from `.env` and `.env.<stage>`. */
export interface Settings extends IdentitySettings {
  readonly stage: string;
  readonly production: boolean;
  readonly capabilities: NonNullable<IdentitySettings["capabilities"]>;
  /** Whether anybody may make an account of the user pool that is made. */
  readonly registrationOpen: boolean;
  /** Of a bus, a bucket and state machines that are there already. */
  readonly busName?: string;
  readonly bucketName?: string;
  readonly stateMachineArns: readonly string[];
  readonly publishers: readonly Publisher[];
  /** Whether the post-processing of videos is deployed with it. */
  readonly postProcessing: boolean;
  readonly models: Models;
  /** Whether ServerlessVideo's events on the default bus are taken in. */
  readonly serverlessVideo: boolean;
  /** Whether the web pages are deployed. */
  readonly pages: boolean;
  /** Who is mailed when an alarm goes off. */
  readonly alarmEmail?: string;
  readonly retentionDays?: string;
  /** Posts a second to those who follow one channel, when they are many. */
  readonly postsPerSecond?: string;
  /** Of a table that was restored from a backup: its name, and a number that rises with each restore. */
  readonly restored?: { readonly tableName: string; readonly generation: string };
  /** What becomes of the table of a stage that was deployed before a subject was one row. */
  readonly oldTable?: "keep" | "delete";
}

export interface Models {
  readonly textModelId: string;
  readonly imageModelId: string;
  /** An OpenAI-compatible API, without `/chat/completions`. */
  readonly endpoint: string;
  readonly name: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the settings of a stage. Throws one error that names every variable that is not what it should be;
 * an empty one counts as missing.
 */
export function readSettings(stage: string, variables: Variables): Settings {
  const problems: string[] = [];
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
  if (!stateMachineArns.every((arn) => /^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:[\w-]+$/.test(arn)))
    problems.push("CALLBOARD_STATE_MACHINES is not a list of ARNs of state machines, parted by commas");

  const who = readIdentity(variables, problems, { address: https, addressRule: "an https address" });
  const registration = text("CALLBOARD_REGISTRATION", /^(open|closed)$/, "open or closed");
  const registrationOpen = registration === "open";
  if (who.issuer?.clientId && isCognito.test(who.issuer.url) && !who.issuer.logoutUrl)
    problems.push(
      "CALLBOARD_LOGOUT_URL, https://<domain>/logout, is missing: the pages may call no other domain",
    );
  if (variables.CALLBOARD_ISSUER?.trim()) {
    if (registration)
      problems.push("CALLBOARD_REGISTRATION is of the user pool that is made without a CALLBOARD_ISSUER");
  } else if (!claimsOfPool[who.pagesToken].includes(who.userClaim))
    problems.push(`CALLBOARD_USER_CLAIM is in no ${who.pagesToken} token of the user pool that is made`);

  const busName = text("CALLBOARD_BUS", /^[/.\-\w]{1,256}$/, "the name of a bus");
  const bucketName = text("CALLBOARD_BUCKET", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket");
  const alarmEmail = text("CALLBOARD_ALARM_EMAIL", /^\S+@\S+$/, "an e-mail address");
  const retentionDays = text("CALLBOARD_RETENTION_DAYS", /^[1-9]\d{0,3}$/, "a number of days");
  const postsPerSecond = text("CALLBOARD_POSTS_PER_SECOND", /^[1-9]\d{1,4}$/, "a number from 10 to 99999");
  const tableName = text("CALLBOARD_TABLE", /^[\w.-]{3,255}$/, "the name of a table");
  const generation = text("CALLBOARD_TABLE_GENERATION", /^[1-9]\d{0,3}$/, "a number of up to 4 digits");
  if (Boolean(tableName) !== Boolean(generation))
    problems.push("CALLBOARD_TABLE and CALLBOARD_TABLE_GENERATION name a restored table together");
  const oldTable = text("CALLBOARD_OLD_TABLE", /^(keep|delete)$/, "keep or delete");
  const settings: Settings = {
    stage,
    production: isProduction(stage),
    ...who,
    capabilities: who.capabilities ?? (who.issuer ? {} : usualCapabilities(registrationOpen)),
    registrationOpen,
    ...(busName ? { busName } : {}),
    ...(bucketName ? { bucketName } : {}),
    stateMachineArns,
    publishers: json("CALLBOARD_PUBLISHERS", isPublishers, publishersForm) ?? [],
    postProcessing: flag("CALLBOARD_POST_PROCESSING", true),
    models: {
      textModelId:
        text("CALLBOARD_TEXT_MODEL", modelId, "the id of a Bedrock model") ??
        "anthropic.claude-3-haiku-20240307-v1:0",
      imageModelId:
        text("CALLBOARD_IMAGE_MODEL", modelId, "the id of a Bedrock model") ?? "amazon.nova-canvas-v1:0",
      endpoint: text("CALLBOARD_MODEL_URL", https, "an https address") ?? "https://api.openai.com/v1",
      name: text("CALLBOARD_MODEL_NAME", /^[\w.:/-]{1,100}$/, "the name of a model") ?? "gpt-4o-mini",
    },
    serverlessVideo: flag("CALLBOARD_SERVERLESS_VIDEO", false),
    pages: flag("CALLBOARD_PAGES", true),
    ...(alarmEmail ? { alarmEmail } : {}),
    ...(retentionDays ? { retentionDays } : {}),
    ...(postsPerSecond ? { postsPerSecond } : {}),
    ...(tableName && generation ? { restored: { tableName, generation } } : {}),
    ...(oldTable ? { oldTable: oldTable as "keep" | "delete" } : {}),
  };
  if (problems.length > 0) throw new Error(`the settings of stage ${stage}: ${problems.join("; ")}`);
  return settings;
}

const https = /^https:\/\/[^\s/?#]+[^\s?#]*$/;
const modelId = /^[\w.:/-]{1,200}$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && one !== "");

/** A user pool that is there already: people sign in at its domain, which its name does not tell. */
const isCognito = /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?\//;

/** The role of those who start videos, and so the group of theirs in a new user pool. */
export const CREATORS = "creators";

/** The claims that name a user in the tokens of a pool whose people sign in with their address. */
const claimsOfPool: Readonly<Record<Settings["pagesToken"], readonly string[]>> = {
  id: ["sub", "email", "preferred_username", "cognito:username"],
  access: ["sub", "username"],
};

/**
 * What people of a new user pool may unless it is said: an administrator lets them in, and makes creators of some. Where
 * anybody may register, nobody sees anything until they are in a group.
 */
const usualCapabilities = (registrationOpen: boolean): Settings["capabilities"] => ({
  ...(registrationOpen ? {} : { "*": ["watch:*"] }),
  [CREATORS]: ["watch:*", "work:video/*"],
});

const publishersForm =
  'JSON such as [{"principal": "arn:aws:iam::123456789012:role/video", "source": "video", "subjects": ["video/"]}]';

/** AWS's sources are its own, and so is Callboard's. */
const publisherSource = new RegExp(`^(?!aws\\.|${SOURCE}$)[\\w.-]{1,100}$`);

const isPublishers = (value: unknown): value is Publisher[] =>
  Array.isArray(value) &&
  value.every(
    (one: Partial<Publisher>) =>
      /^(\d{12}|arn:[\w-]+:iam::\d{12}:(role|user|root)\S*)$/.test(String(one?.principal)) &&
      publisherSource.test(String(one?.source)) &&
      isTexts(one?.subjects),
  );
