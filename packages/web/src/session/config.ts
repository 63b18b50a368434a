import { isFlag, readShape, textLike } from "./shape.ts";

/** How people sign in where they do not come with a token. */
export interface SignIn {
  /** The OpenID Connect issuer, as its configuration names it. */
  issuer: string;
  clientId: string;
  scope?: string;
  /** Which of the issuer's tokens Callboard gets. Default: `id`. */
  token?: "id" | "access";
  /** Cognito's sign-out address; other issuers have it in their configuration. */
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
  /** The address of the WebSocket API. */
  socketUrl: textLike(/^wss?:\/\//),
  /** The base of the HTTP API. */
  httpUrl: textLike(/^https?:\/\//),
  /** The video application is deployed, at `/videos` of the HTTP API. */
  "videos?": isFlag,
  /** The models are stand-ins. */
  "standIns?": isFlag,
  /** The largest upload, in bytes. */
  "maxUploadBytes?": (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0,
  /** There is a sample to play. */
  "sampleAvailable?": isFlag,
  /** This host issues tokens, as only one machine does. */
  "devTokens?": isFlag,
  /** The first page is the theatre: it may ask this host about executions. */
  "theatre?": isFlag,
  /** The theatre may kill this host, which is then restarted. */
  "mayKill?": isFlag,
  "signIn?": () => true,
};

/** What a page must know about its host; from `config.json` in its folder. */
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

const MAX_UPLOAD_BYTES = 2 * 1024 ** 3;
const ANSWER_MS = 3_000;

/** Reads `config.json`; undefined when it is invalid. */
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
    maxUploadBytes: config.maxUploadBytes ?? MAX_UPLOAD_BYTES,
    sampleAvailable: config.sampleAvailable ?? false,
    devTokens: config.devTokens ?? false,
    theatre: config.theatre ?? false,
    mayKill: config.mayKill ?? false,
    ...(signIn && { signIn }),
  };
}

/** Loads the configuration; undefined when the host does not answer with one in time. */
export async function loadConfig(base: URL, fetch: typeof globalThis.fetch): Promise<Config | undefined> {
  try {
    const response = await fetch(new URL("config.json", base), {
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.ok ? readConfig(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}
