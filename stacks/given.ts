import { isLate, isThing } from "./late.ts";

/** The name of each argument in the environment: both are read by the same rules. */
const variableOf: Readonly<Record<string, string>> = {
  bus: "CALLBOARD_BUS",
  bucket: "CALLBOARD_BUCKET",
  "table.name": "CALLBOARD_TABLE",
  "table.generation": "CALLBOARD_TABLE_GENERATION",
  retentionDays: "CALLBOARD_RETENTION_DAYS",
  stateMachines: "CALLBOARD_STATE_MACHINES",
  publishers: "CALLBOARD_PUBLISHERS",
  operators: "CALLBOARD_OPERATORS",
  serverlessVideo: "CALLBOARD_SERVERLESS_VIDEO",
  plugins: "CALLBOARD_PLUGINS",
  "issuer.url": "CALLBOARD_ISSUER",
  "issuer.audience": "CALLBOARD_AUDIENCE",
  "issuer.clientId": "CALLBOARD_CLIENT_ID",
  "issuer.jwksUrl": "CALLBOARD_JWKS_URL",
  "issuer.logoutUrl": "CALLBOARD_LOGOUT_URL",
  registration: "CALLBOARD_REGISTRATION",
  userClaim: "CALLBOARD_USER_CLAIM",
  pagesToken: "CALLBOARD_PAGES_TOKEN",
  capabilities: "CALLBOARD_CAPABILITIES",
  guests: "CALLBOARD_GUESTS",
  pages: "CALLBOARD_PAGES",
  origins: "CALLBOARD_ORIGINS",
  lists: "CALLBOARD_LISTS",
  domain: "CALLBOARD_DOMAIN",
  "alarms.email": "CALLBOARD_ALARM_EMAIL",
  "alarms.concurrency": "CALLBOARD_LAMBDA_CONCURRENCY",
  notifyAfterSeconds: "CALLBOARD_NOTIFY_AFTER_SECONDS",
  mailFrom: "CALLBOARD_MAIL_FROM",
  "smtp.url": "CALLBOARD_SMTP_URL",
  postsPerSecond: "CALLBOARD_POSTS_PER_SECOND",
};

/** Arguments that may be Outputs, each with a valid placeholder until its value is known. */
const LATER_URL = "https://later.example";
const standIns: Readonly<Record<string, string>> = {
  bus: "later",
  bucket: "later",
  "table.name": "later",
  stateMachines: "arn:aws:states:us-east-1:000000000000:stateMachine:later",
  publishers: "000000000000",
  operators: "arn:aws:iam::000000000000:role/later",
  "issuer.url": LATER_URL,
  "issuer.audience": "later",
  "issuer.clientId": "later",
  "issuer.jwksUrl": LATER_URL,
  "issuer.logoutUrl": LATER_URL,
  origins: LATER_URL,
  "alarms.email": "later@later.example",
};

/** Arguments that are not read as texts: one names a source, one has no variable, and one is a secret. */
const apart = ["environment", "production", "smtp.password"];

/** Given arguments, as the reader of settings takes them. */
export interface Said {
  /** By variables, with placeholders for what is not known yet. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The same once all is known; undefined if it is known already. */
  readonly later?: Readonly<Record<string, unknown>>;
  /** What is wrong with the arguments' form. */
  readonly problems: readonly string[];
  /** Rewrites a problem with a variable so that it names the argument. */
  rephrase(problem: string): string;
}

/** Splits arguments into known and late ones; the environment supplies what they leave out. */
export function said(args: object, environment: Readonly<Record<string, string | undefined>> = {}): Said {
  const problems: string[] = [];
  const given = new Map<string, unknown>();
  take(args, "", given, problems);
  for (const whole of ["issuer", "smtp"])
    if (whole in args && (args as Record<string, unknown>)[whole] && !given.has(`${whole}.url`))
      problems.push(`${whole}.url is missing`);
  const variables: Record<string, string | undefined> = {};
  const once: Record<string, unknown> = {};
  let waits = false;
  for (const [name, variable] of Object.entries(variableOf)) {
    const value = given.get(name);
    if (value === undefined) {
      variables[variable] = environment[variable];
      continue;
    }
    once[variable] = value;
    const known = withStandIns(value, standIns[name]);
    if (known === undefined)
      problems.push(`${name} has to be known when the application is evaluated: it is an Output`);
    else variables[variable] = textOf(name, known.value);
    waits ||= known?.isLate ?? false;
  }
  const argument = new Map(Object.entries(variableOf).map(([name, variable]) => [variable, name]));
  const isFrom = (variable: string) =>
    once[variable] === undefined && environment[variable] !== undefined ? variable : argument.get(variable);
  return {
    variables,
    ...(waits ? { later: once } : {}),
    problems,
    rephrase(problem) {
      const renamed = problem.replace(/\bCALLBOARD_[A-Z_]*[A-Z]\b/g, (name) => isFrom(name) ?? name);
      // Arguments are lists and objects, not comma-separated texts or JSON.
      return renamed.startsWith("CALLBOARD_")
        ? renamed
        : renamed.replace(", separated by commas", "").replace("JSON ", "");
    },
  };
}

/** Variables of arguments that are all known by now. */
export function variablesOf(
  known: Readonly<Record<string, unknown>>,
  before: Said["variables"],
): Said["variables"] {
  const texts = Object.entries(variableOf)
    .filter(([, variable]) => known[variable] !== undefined)
    .map(([name, variable]) => [variable, textOf(name, known[variable])]);
  return { ...before, ...Object.fromEntries(texts) };
}

/** The arguments by the names of their parts: `issuer.url`. */
function take(value: object, within: string, given: Map<string, unknown>, problems: string[]): void {
  for (const [key, part] of Object.entries(value)) {
    const name = within + key;
    if (part === undefined || part === null || apart.includes(name)) continue;
    if ((name === "bus" || name === "bucket") && isThing(part)) continue;
    if (name === "domain" && typeof part === "object") {
      for (const of of Object.keys(part))
        if (!["pages", "http", "socket"].includes(of))
          problems.push(`domain.${of} is not an argument of Callboard`);
    } else if (name in variableOf) given.set(name, part);
    else if (!Object.keys(variableOf).some((known) => known.startsWith(`${name}.`)))
      problems.push(`${name} is not an argument of Callboard`);
    else if (typeof part !== "object" || isLate(part)) problems.push(`${name} is not an object`);
    else take(part, `${name}.`, given, problems);
  }
}

/** The value, with placeholders for what is not known yet; undefined if no placeholder is possible. */
function withStandIns(
  value: unknown,
  standIn: string | undefined,
): { readonly value: unknown; readonly isLate: boolean } | undefined {
  if (isLate(value)) return standIn === undefined ? undefined : { value: standIn, isLate: true };
  if (typeof value !== "object" || value === null) return { value, isLate: false };
  const parts = Object.entries(value).map(([key, part]) => [key, withStandIns(part, standIn)] as const);
  if (parts.some(([, part]) => part === undefined)) return undefined;
  const known = parts.map(([key, part]) => [key, part!.value] as const);
  return {
    value: Array.isArray(value) ? known.map(([, part]) => part) : Object.fromEntries(known),
    isLate: parts.some(([, part]) => part!.isLate),
  };
}

/** The value as a variable's text. */
function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (name === "publishers" || typeof value !== "object") return jsonOf(value);
  if (!Array.isArray(value)) return jsonOf(value);
  // An empty list would otherwise count as missing.
  if (value.length === 0) return { lists: "none", origins: "," }[name] ?? "";
  return value.join(",");
}

const jsonOf = (value: unknown) => JSON.stringify(value) ?? "";
