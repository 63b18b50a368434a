import { resolve } from "node:path";
import type { Chaos, Clock, GatewayLimits } from "@callboard/aws-local";
import {
  type IdentitySettings,
  mailboxRule,
  readIdentity,
  readKinds,
  readMailbox,
  readOrigins,
  readSmtpUrl,
} from "@callboard/functions/deployment";
import type { Sender } from "@callboard/functions/push";
import type { MayCall } from "./refused-calls.ts";

/** Ports, folders and options of Callboard on one machine. */
export interface Settings {
  /** The pages. */
  readonly port: number;
  /** The WebSocket API. */
  readonly socketPort: number;
  /** DynamoDB, Step Functions, EventBridge, SQS, S3, SES and Lambda. */
  readonly awsPort: number;
  /** SMTP; any free port when it is 0 or missing. */
  readonly smtpPort?: number;
  /** Absolute path. */
  readonly data: string;
  /** A DynamoDB that replaces the embedded one. */
  readonly dynamodbEndpoint?: string;
  /**
   * How long ended items (closed requests, executions) are kept, in days and fractions of a day, in the
   * format that the functions read.
   */
  readonly retentionDays?: string;
  /** Allowed prefixes of subjects, by event source; without it any source may report about any subject. */
  readonly publishers?: Readonly<Record<string, readonly string[]>>;
  /** The issuer that signs people in; without it this machine issues tokens itself. */
  readonly identity?: IdentitySettings;
  /** Origins of pages that may call the HTTP API. Default: this machine's, on any port. */
  readonly origins?: readonly string[];
  /**
   * Kinds of subjects that people can follow as a list, separated by commas. `none`, or no value: no lists.
   */
  readonly lists?: string;
  /**
   * After how many seconds people get a mail or webhook about a question that nobody has opened. Default:
   * never.
   */
  readonly notifyAfterSeconds?: string;
  /** The sender of mails: `a@example.com` or `Callboard <a@example.com>`. */
  readonly mailFrom?: string;
  /** The server for these mails, as `smtp://user:password@host:587`. Default: the mailbox. */
  readonly smtpUrl?: string;
  /** The folder of the user's own Lambda functions, an absolute path, and their environment. */
  readonly functions?: { readonly folder: string; readonly environment: Readonly<Record<string, string>> };
  /**
   * Whether a started upload goes through the plugin life cycle, in which its post-processing is one step.
   */
  readonly plugins?: boolean;
  /** An OpenAI-compatible API that replaces the second stand-in. */
  readonly model?: { readonly url: string; readonly name: string; readonly key?: string };
}

/** An invalid setting; the message is one line that names it. */
class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Reads the settings from environment variables; missing ones have the documented defaults. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const dynamodbEndpoint = url(env, "DYNAMODB_ENDPOINT");
  const model = url(env, "CALLBOARD_MODEL_URL");
  const retentionDays = days(env, "RETENTION_DAYS");
  const publishers = lists(env, "PUBLISHERS");
  const identity = identityIn(env);
  const origins = originsIn(env, "CALLBOARD_ORIGINS");
  const notifyAfterSeconds = seconds(env, "CALLBOARD_NOTIFY_AFTER_SECONDS");
  const smtpUrl = smtp(env, "CALLBOARD_SMTP_URL");
  return {
    port: port(env, "CALLBOARD_PORT", 3000),
    socketPort: port(env, "CALLBOARD_SOCKET_PORT", 3001),
    awsPort: port(env, "CALLBOARD_AWS_PORT", 3002),
    smtpPort: port(env, "CALLBOARD_SMTP_PORT", 0),
    data: resolve(env.CALLBOARD_DATA || ".callboard"),
    ...(dynamodbEndpoint ? { dynamodbEndpoint } : {}),
    ...(retentionDays ? { retentionDays } : {}),
    ...(publishers ? { publishers } : {}),
    ...(identity ? { identity } : {}),
    ...(origins ? { origins } : {}),
    lists: kinds(env, "CALLBOARD_LISTS", "video"),
    ...(notifyAfterSeconds ? { notifyAfterSeconds } : {}),
    mailFrom: sender(env, "CALLBOARD_MAIL_FROM", "Callboard <board@callboard.example>"),
    ...(smtpUrl ? { smtpUrl } : {}),
    ...(flag(env, "CALLBOARD_PLUGINS") ? { plugins: true } : {}),
    ...(env.CALLBOARD_FUNCTIONS
      ? { functions: { folder: resolve(env.CALLBOARD_FUNCTIONS), environment: defined(env) } }
      : {}),
    ...(model
      ? {
          model: {
            url: model,
            name: env.CALLBOARD_MODEL_NAME || "default",
            ...(env.CALLBOARD_MODEL_KEY ? { key: env.CALLBOARD_MODEL_KEY } : {}),
          },
        }
      : {}),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

const defined = (env: Env): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const identityNames = [
  "CALLBOARD_USER_CLAIM",
  "CALLBOARD_PAGES_TOKEN",
  "CALLBOARD_CAPABILITIES",
  "CALLBOARD_GUESTS",
];

/** Undefined without an issuer: these settings do not apply to this machine's own tokens. */
function identityIn(env: Env): IdentitySettings | undefined {
  const problems: string[] = [];
  const addresses = { address: /^https?:\/\/[^\s/?#]+[^\s?#]*$/, addressRule: "an http(s) address" };
  const identity = readIdentity(env, problems, addresses);
  if (!env.CALLBOARD_ISSUER)
    for (const name of identityNames)
      if (env[name]) problems.push(`${name} needs CALLBOARD_ISSUER, which is missing`);
  if (problems.length > 0) throw new SettingsError(problems.join("; "));
  return identity.issuer && identity;
}

/** 0 means a free port. */
function port(env: Env, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new SettingsError(`${name} is not a port: ${text}`);
  return number;
}

function days(env: Env, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || Number(text) < 0.001 || Number(text) > 3650)
    throw new SettingsError(`${name} is not a number of days from 0.001 to 3650: ${text}`);
  return text;
}

function seconds(env: Env, name: string): string | undefined {
  const text = env[name];
  if (text && !/^[1-9]\d{0,6}$/.test(text))
    throw new SettingsError(`${name} is not a number of seconds from 1 to 9999999: ${text}`);
  return text || undefined;
}

/** It may contain a password, so no error repeats the value. */
function smtp(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const { server, problem } = readSmtpUrl(text);
  if (!server) throw new SettingsError(`${name} ${problem}`);
  if (server.user !== undefined && server.password === undefined)
    throw new SettingsError(`${name} names a user without a password: smtp://user:password@host:587`);
  return text;
}

function sender(env: Env, name: string, usual: string): string {
  const text = env[name]?.trim() || usual;
  if (!readMailbox(text)) throw new SettingsError(`${name} is not ${mailboxRule}`);
  return text;
}

function flag(env: Env, name: string): boolean {
  const text = env[name];
  if (text && text !== "true" && text !== "false") throw new SettingsError(`${name} is not true or false`);
  return text === "true";
}

function originsIn(env: Env, name: string): readonly string[] | undefined {
  const text = env[name];
  if (!text) return undefined;
  const read = readOrigins(text);
  if (!read) throw new SettingsError(`${name} is not a list of origins such as https://app.example`);
  return read;
}

function kinds(env: Env, name: string, usual: string): string {
  const text = env[name]?.trim() || usual;
  if (!readKinds(text))
    throw new SettingsError(`${name} is not a list of kinds such as video, separated by commas, or none`);
  return text;
}

function lists(env: Env, name: string): Record<string, string[]> | undefined {
  const text = env[name];
  if (!text) return undefined;
  const read = parsed(text);
  if (!isLists(read)) throw new SettingsError(`${name} is not JSON such as {"orders": ["order/"]}`);
  return read;
}

const isLists = (value: unknown): value is Record<string, string[]> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((list) => Array.isArray(list) && list.every((one) => typeof one === "string"));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function url(env: Env, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new SettingsError(`${name} is not an http(s) address`);
  return text.replace(/\/+$/, "");
}

export interface StartOptions {
  /** The folder of the built pages. */
  readonly pages: string;
  /** The folder of the built docs, called at each request for them. Default: no docs. */
  readonly docs?: () => Promise<string>;
  /** Prints a line at the terminal. */
  readonly say: (line: string) => void;
  /** Stops everything, also during the start, which then fails. */
  readonly signal?: AbortSignal;
  /** Kills this process through its supervisor, which restarts it at once. */
  readonly kill?: (() => void) | undefined;
  readonly clock?: Clock;
  /** Waits before a failed function is retried, in milliseconds; two retries as on AWS, but sooner. */
  readonly retryDelaysMs?: readonly number[];
  /** How the bus reorders and duplicates events. Default: it does not. */
  readonly chaos?: Chaos;
  /** How messages are posted to connections: in this process (the default), or over HTTP as on AWS. */
  readonly posts?: "in-process" | "http";
  /** Wraps the sender between the functions and the gateway when posts are in process. */
  readonly disturbPosts?: (sender: Sender) => Sender;
  /**
   * Whether a function may make an AWS call; a forbidden call is refused as AWS does. Default: all are
   * allowed.
   */
  readonly mayCall?: MayCall;
  /** Limits of the WebSocket API that differ from those of a new AWS account. */
  readonly gatewayLimits?: Partial<GatewayLimits>;
}

/** An error that keeps Callboard from starting; its message says how to fix it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The error for a port in use, with the name of its setting; undefined for any other failure. */
export function portInUse(cause: unknown, settings: Settings): StartError | undefined {
  const { code, port } = cause as { code?: string; port?: number };
  if (code !== "EADDRINUSE") return undefined;
  const names = [
    ["CALLBOARD_PORT", settings.port],
    ["CALLBOARD_SOCKET_PORT", settings.socketPort],
    ["CALLBOARD_AWS_PORT", settings.awsPort],
    ["CALLBOARD_SMTP_PORT", settings.smtpPort],
  ] as const;
  const name = names.find(([, number]) => number === port)?.[0];
  return new StartError(`Port ${port} is in use${name ? `; choose another with ${name}` : ""}.`);
}
