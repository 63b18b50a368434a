import { isFlag, readShape, textLike } from "./shape.ts";

/** How people sign in where they do not come with a token. */
export interface SignIn {
  /** An issuer of OpenID Connect, as its configuration names it. */
  issuer: string;
  clientId: string;
  scope?: string;
  /** Which of the issuer's tokens Callboard is shown; `id` unless it is said. */
  token?: "id" | "access";
  /** Cognito's address for signing out; others name theirs in their configuration. */
  logoutUrl?: string;
}

const webAddress = /^https?:\/\/[^\s?#]+$/;

const signInShape = {
  issuer: textLike(webAddress),
  clientId: textLike(/^\S{1,200}$/),
  "scope?": textLike(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/),
  "token?": textLike(/^(id|access)$/),
  "logoutUrl?": textLike(webAddress),
};

const shape = {
  /** Where the WebSocket API listens. */
  socketUrl: textLike(/^wss?:\/\//),
  /** The base of the HTTP API. */
  httpUrl: textLike(/^https?:\/\//),
  /** The video application is there, at `/videos` of the HTTP API. */
  "videos?": isFlag,
  /** The models are stand-ins. */
  "standIns?": isFlag,
  /** Bytes of one upload. */
  "maxUploadBytes?": (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0,
  /** There is a sample to play. */
  "sampleAvailable?": isFlag,
  /** This host gives out tokens, as it does on one machine alone. */
  "devTokens?": isFlag,
  /** The first page is a theatre: it may ask this host what executions do. */
  "theatre?": isFlag,
  /** The theatre may have this host killed, to be started again. */
  "mayKill?": isFlag,
  "signIn?": () => true,
};

/** What the page must know of where it runs; `config.json` beside it. */
export interface Config {
  socketUrl: string;
  /** Without a slash at its end. */
  httpUrl: string;
  videos: boolean;
  standIns: boolean;
  maxUploadBytes: number;
  sampleAvailable: boolean;
  devTokens: boolean;
  theatre: boolean;
  mayKill: boolean;
  signIn?: SignIn;
}

const maxUploadBytes = 2 * 1024 ** 3;
const answerMs = 3_000;

/** Reads `config.json`; undefined when it is not a configuration. */
export function readConfig(json: unknown): Config | undefined {
  const config = readShape(json, shape) as
    | (Partial<Config> & Pick<Config, "socketUrl" | "httpUrl">)
    | undefined;
  if (!config) return undefined;
  const signIn = config.signIn && (readShape(config.signIn, signInShape) as SignIn | undefined);
  if (config.signIn !== undefined && !signIn) return undefined;
  return {
    socketUrl: config.socketUrl,
    httpUrl: config.httpUrl.replace(/\/+$/, ""),
    videos: config.videos ?? false,
    standIns: config.standIns ?? false,
    maxUploadBytes: config.maxUploadBytes ?? maxUploadBytes,
    sampleAvailable: config.sampleAvailable ?? false,
    devTokens: config.devTokens ?? false,
    theatre: config.theatre ?? false,
    mayKill: config.mayKill ?? false,
    ...(signIn && { signIn }),
  };
}

/** Fetches the configuration; undefined when the host does not answer with one in time. */
export async function loadConfig(base: URL, fetch: typeof globalThis.fetch): Promise<Config | undefined> {
  try {
    const response = await fetch(new URL("config.json", base), {
      cache: "no-store",
      signal: AbortSignal.timeout(answerMs),
    });
    return response.ok ? readConfig(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}
