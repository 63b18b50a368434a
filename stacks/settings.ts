import { anyOrigin, isCapability, readKinds, readOrigins, SOURCE } from "@callboard/functions/deployment";
import { type Models, readModels } from "./model-settings.ts";
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

/** How tokens are checked: any issuer of OpenID Connect. */
export interface Issuer {
  readonly url: string;
  readonly jwksUrl: string;
  readonly audience?: string;
}

/** What a stage is made with; all of it comes from the environment, or from `.env` and `.env.<stage>`. */
export interface Settings {
  readonly stage: string;
  readonly production: boolean;
  /** Of a user pool or another issuer that is there; a user pool is made when it is missing. */
  readonly issuer?: Issuer;
  /** Roles, or `*` for everybody with a token who is no guest, and the capabilities that they have besides those of their tokens. */
  readonly capabilities: Readonly<Record<string, readonly string[]>>;
  /** Whether people without an account, whom the issuer gives tokens of guests, may watch. */
  readonly guests: boolean;
  /** Of a bus, a bucket and state machines that are there already. */
  readonly busName?: string;
  readonly bucketName?: string;
  readonly stateMachineArns: readonly string[];
  readonly publishers: readonly Publisher[];
  /** ARNs of the roles and users who put dead letters on the bus again, whoever's events they were. */
  readonly operators: readonly string[];
  /** Whether the post-processing of videos is deployed with it. */
  readonly postProcessing: boolean;
  /** Whether something was said of it, so that nobody loses it by an upgrade. */
  readonly postProcessingSaid: boolean;
  /** Of the post-processing; there is none without it. */
  readonly models?: Models;
  /** Whether ServerlessVideo's events on the default bus are taken in. */
  readonly serverlessVideo: boolean;
  /** Whether the web pages are deployed. */
  readonly pages: boolean;
  /** The origins of pages that may call the HTTP API and reach the bucket; `*` for any. */
  readonly origins: readonly string[];
  /** Kinds of subjects whose recent ones people can follow as a list. */
  readonly lists: readonly string[];
  /** Who is mailed when an alarm goes off. */
  readonly alarmEmail?: string;
  /** The account's limit of concurrent executions of Lambda in the Region: an alarm goes off at four fifths of it. */
  readonly concurrency: number;
  readonly retentionDays?: string;
  /** Posts a second to those who follow one channel, when they are many. */
  readonly postsPerSecond?: string;
  /** Of a table that was restored from a backup: its name, and a number that rises with each restore. */
  readonly restored?: { readonly tableName: string; readonly generation: string };
  /** What becomes of the table of a stage that was deployed before a subject was one row. */
  readonly oldTable?: "keep" | "delete";
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

  const operators = (variables.CALLBOARD_OPERATORS ?? "")
    .split(",")
    .map((arn) => arn.trim())
    .filter(Boolean);
  if (!operators.every((arn) => principalArn.test(arn)))
    problems.push("CALLBOARD_OPERATORS is not a list of ARNs of roles and users, parted by commas");

  const issuerUrl = text("CALLBOARD_ISSUER", https, "an https address")?.replace(/\/$/, "");
  const jwksUrl = text("CALLBOARD_JWKS_URL", https, "an https address");
  const audience = text("CALLBOARD_AUDIENCE", /^.{1,200}$/, "text of at most 200 characters");
  if (!issuerUrl && (jwksUrl || audience))
    problems.push("CALLBOARD_JWKS_URL and CALLBOARD_AUDIENCE belong to a CALLBOARD_ISSUER, which is missing");

  const busName = text("CALLBOARD_BUS", /^[/.\-\w]{1,256}$/, "the name of a bus");
  const bucketName = text("CALLBOARD_BUCKET", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket");
  const alarmEmail = text("CALLBOARD_ALARM_EMAIL", /^\S+@\S+$/, "an e-mail address");
  const retentionDays = text("CALLBOARD_RETENTION_DAYS", /^[1-9]\d{0,3}$/, "a number of days");
  const concurrency = text("CALLBOARD_LAMBDA_CONCURRENCY", /^[1-9]\d{0,6}$/, "a number of executions");
  const postsPerSecond = text("CALLBOARD_POSTS_PER_SECOND", /^[1-9]\d{1,4}$/, "a number from 10 to 99999");
  const tableName = text("CALLBOARD_TABLE", /^[\w.-]{3,255}$/, "the name of a table");
  const generation = text("CALLBOARD_TABLE_GENERATION", /^[1-9]\d{0,3}$/, "a number of up to 4 digits");
  if (Boolean(tableName) !== Boolean(generation))
    problems.push("CALLBOARD_TABLE and CALLBOARD_TABLE_GENERATION name a restored table together");
  const named = variables.CALLBOARD_ORIGINS?.trim();
  const origins = named ? (readOrigins(named) ?? []) : anyOrigin;
  if (origins.length === 0)
    problems.push("CALLBOARD_ORIGINS is not a list of origins such as https://app.example, parted by commas");
  const oldTable = text("CALLBOARD_OLD_TABLE", /^(keep|delete)$/, "keep or delete");
  const postProcessing = flag("CALLBOARD_POST_PROCESSING", false);
  const endpoint = text("CALLBOARD_MODEL_URL", https, "an https address")?.replace(/\/$/, "");
  const name = text("CALLBOARD_MODEL_NAME", /^[\w.:/-]{1,100}$/, "the name of a model");
  const models = readModels(
    variables,
    postProcessing,
    endpoint && name ? { endpoint, name } : undefined,
    problems,
  );
  const listed = variables.CALLBOARD_LISTS?.trim();
  const lists = listed ? readKinds(listed) : postProcessing ? ["video"] : [];
  if (!lists)
    problems.push("CALLBOARD_LISTS is not a list of kinds such as video, parted by commas, or none");
  const settings: Settings = {
    stage,
    production: isProduction(stage),
    ...(issuerUrl
      ? {
          issuer: {
            url: issuerUrl,
            jwksUrl: jwksUrl ?? `${issuerUrl}/.well-known/jwks.json`,
            ...(audience ? { audience } : {}),
          },
        }
      : {}),
    capabilities: json("CALLBOARD_CAPABILITIES", isCapabilities, capabilitiesForm) ?? {},
    guests: flag("CALLBOARD_GUESTS", false),
    ...(busName ? { busName } : {}),
    ...(bucketName ? { bucketName } : {}),
    stateMachineArns,
    publishers: json("CALLBOARD_PUBLISHERS", isPublishers, publishersForm) ?? [],
    operators,
    postProcessing,
    postProcessingSaid: Boolean(variables.CALLBOARD_POST_PROCESSING?.trim()),
    ...(models ? { models } : {}),
    serverlessVideo: flag("CALLBOARD_SERVERLESS_VIDEO", false),
    pages: flag("CALLBOARD_PAGES", true),
    origins,
    lists: lists ?? [],
    ...(alarmEmail ? { alarmEmail } : {}),
    concurrency: Number(concurrency ?? 1000),
    ...(retentionDays ? { retentionDays } : {}),
    ...(postsPerSecond ? { postsPerSecond } : {}),
    ...(tableName && generation ? { restored: { tableName, generation } } : {}),
    ...(oldTable ? { oldTable: oldTable as "keep" | "delete" } : {}),
  };
  if (problems.length > 0) throw new Error(`the settings of stage ${stage}: ${problems.join("; ")}`);
  return settings;
}

const https = /^https:\/\/[^\s/?#]+[^\s?#]*$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && one !== "");

const capabilitiesForm =
  'JSON such as {"*": ["watch:*"]}: each capability is watch:, work: or answer: and a subject in which * is anything';

const isCapabilities = (value: unknown): value is Record<string, string[]> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((list) => isTexts(list) && list.every(isCapability));

const publishersForm =
  'JSON such as [{"principal": "arn:aws:iam::123456789012:role/video", "source": "video", "subjects": ["video/"]}]';

/** A role or user by its ARN, with its path; a policy's principal takes no star. */
const principalArn = /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
/** An account by its digits or its root. */
const principalAccount = /^(\d{12}|arn:[\w-]+:iam::\d{12}:root)$/;

/** AWS's sources are its own, and so is Callboard's. */
const publisherSource = new RegExp(`^(?!aws\\.|${SOURCE}$)[\\w.-]{1,100}$`);

const isPublishers = (value: unknown): value is Publisher[] =>
  Array.isArray(value) &&
  value.every(
    (one: Partial<Publisher>) =>
      (principalAccount.test(String(one?.principal)) || principalArn.test(String(one?.principal))) &&
      publisherSource.test(String(one?.source)) &&
      isTexts(one?.subjects),
  );
