import { resolve } from "node:path";

/** Where everything listens and keeps its data on one machine. */
export interface Settings {
  /** The pages. */
  readonly port: number;
  /** The WebSocket API. */
  readonly socketPort: number;
  /** DynamoDB, Step Functions, EventBridge, S3 and Lambda. */
  readonly awsPort: number;
  /** Absolute path. */
  readonly data: string;
  /** Any DynamoDB to use in place of the embedded one. */
  readonly dynamodbEndpoint?: string;
  /** How long closed requests are kept, in days, as the functions read it. */
  readonly retentionDays?: string;
  /** An OpenAI-compatible API to ask in place of the second stand-in. */
  readonly model?: { readonly url: string; readonly name: string; readonly key?: string };
}

/** A setting that cannot be used; the message is one line that names it. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Reads the settings from environment variables; what is absent has the default of the documentation. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const dynamodbEndpoint = url(env, "DYNAMODB_ENDPOINT");
  const model = url(env, "CALLBOARD_MODEL_URL");
  const retentionDays = days(env, "RETENTION_DAYS");
  return {
    port: port(env, "CALLBOARD_PORT", 3000),
    socketPort: port(env, "CALLBOARD_SOCKET_PORT", 3001),
    awsPort: port(env, "CALLBOARD_AWS_PORT", 3002),
    data: resolve(env.CALLBOARD_DATA || ".callboard"),
    ...(dynamodbEndpoint ? { dynamodbEndpoint } : {}),
    ...(retentionDays ? { retentionDays } : {}),
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

/** 0 takes a free port. */
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
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 3650)
    throw new SettingsError(`${name} is not a number of days from 1 to 3650: ${text}`);
  return text;
}

function url(env: Env, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new SettingsError(`${name} is not an http(s) address`);
  return text.replace(/\/+$/, "");
}
