import * as z from "zod/mini";

const SignIn = z.object({
  /** An issuer of OpenID Connect, as its configuration names it. */
  issuer: z.string().check(z.regex(/^https?:\/\/[^\s?#]+$/)),
  clientId: z.string().check(z.regex(/^\S{1,200}$/)),
  scope: z.optional(z.string().check(z.regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/))),
  /** Which of the issuer's tokens Callboard is shown; `id` unless it is said. */
  token: z.optional(z.enum(["id", "access"])),
  /** Cognito's address for signing out; others name theirs in their configuration. */
  logoutUrl: z.optional(z.string().check(z.regex(/^https?:\/\/[^\s?#]+$/))),
});

/** How people sign in where they do not come with a token. */
export type SignIn = z.infer<typeof SignIn>;

const Config = z.object({
  /** Where the WebSocket API listens. */
  socketUrl: z.string().check(z.regex(/^wss?:\/\//)),
  /** The base of the HTTP API. */
  httpUrl: z.string().check(z.regex(/^https?:\/\//)),
  /** The video application is there, at `/videos` of the HTTP API. */
  videos: z.optional(z.boolean()),
  /** The models are stand-ins. */
  standIns: z.optional(z.boolean()),
  /** Bytes of one upload. */
  maxUploadBytes: z.optional(z.int().check(z.positive())),
  /** There is a sample to play. */
  sampleAvailable: z.optional(z.boolean()),
  /** This host gives out tokens, as it does on one machine alone. */
  devTokens: z.optional(z.boolean()),
  /** The first page is a theatre: it may ask this host what executions do. */
  theatre: z.optional(z.boolean()),
  /** The theatre may have this host killed, to be started again. */
  mayKill: z.optional(z.boolean()),
  signIn: z.optional(SignIn),
});

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
  const parsed = Config.safeParse(json);
  if (!parsed.success) return undefined;
  const config = parsed.data;
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
    ...(config.signIn && { signIn: config.signIn }),
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
