import { defined } from "@callboard/protocol";
import type { PageStorage } from "./tab-storage.ts";

/** Which page asks, and so which rights a token of one's own machine should carry. */
export type Role = "viewer" | "creator";

/** Where a tab keeps its token. */
export type TokenStorage = Pick<PageStorage, "getItem" | "setItem">;

export interface TokenOptions {
  role: Role;
  storage: TokenStorage;
  /** The host gives out tokens at `dev/token`. */
  devTokens: boolean;
  base: URL;
  fetch: typeof globalThis.fetch;
  /** Milliseconds since the Unix epoch. */
  now: () => number;
}

/** There is no token and no way to get one: a link that holds one is needed. */
export class NoToken extends Error {}

/** The issuer gives no further token: whoever was signed in has to sign in again. */
export class SignedOut extends NoToken {}

const keyOf = (role: Role) => `callboard.token.${role}`;
const nearEndMs = 60_000;
const answerMs = 5_000;

/** Keeps the token of a link for this tab. */
export const keepToken = (storage: TokenStorage, role: Role, token: string): void =>
  storage.setItem(keyOf(role), token);

/** Whether a link gave this tab a token that has not ended yet; without an end it never does. */
export function hasLinkToken({
  storage,
  role,
  now,
}: Pick<TokenOptions, "storage" | "role" | "now">): boolean {
  const kept = keptToken(storage, role);
  if (kept === undefined) return false;
  const { exp } = claimsOf(kept);
  return exp === undefined || exp * 1000 > now();
}

/** Whether `tokenSource` will have something to give. A creator's token serves to watch as well. */
export function hasToken({ storage, role, devTokens }: Pick<TokenOptions, "storage" | "role" | "devTokens">) {
  return devTokens || keptToken(storage, role) !== undefined;
}

function keptToken(storage: TokenStorage, role: Role): string | undefined {
  const own = storage.getItem(keyOf(role));
  return own ?? (role === "viewer" ? (storage.getItem(keyOf("creator")) ?? undefined) : undefined);
}

/** Where a tab's token comes from. */
export interface TokenSource {
  /** Gives the tab's token. Rejects with `NoToken` when there is none to give. */
  token(): Promise<string>;
  /** The token was of no use: where the host gives them out, the next one is a fresh one. */
  distrust(): void;
}

/** Keeps a token until a minute before its end, or until it is distrusted; then asks the host, if it gives them out. */
export function tokenSource(options: TokenOptions): TokenSource {
  const { role, storage, devTokens, now } = options;
  let distrusted = false;
  return {
    async token() {
      const kept = keptToken(storage, role);
      const claims = kept === undefined ? {} : claimsOf(kept);
      const lasts = claims.exp === undefined || claims.exp * 1000 - now() > nearEndMs;
      const usable = kept !== undefined && lasts && !distrusted;
      const fresh = usable || !devTokens ? undefined : await freshToken(options, claims.user);
      if (fresh !== undefined) {
        distrusted = false;
        keepToken(storage, role, fresh);
      }
      const token = fresh ?? kept;
      if (token === undefined) throw new NoToken("there is no token");
      return token;
    },
    distrust() {
      distrusted = true;
    },
  };
}

/** A token of the host for the user, or for the role's usual one; undefined while the host does not answer. */
async function freshToken(
  { role, base, fetch }: TokenOptions,
  user: string | undefined,
): Promise<string | undefined> {
  const url = new URL("dev/token", base);
  url.searchParams.set("user", user ?? (role === "creator" ? "ana" : "guest"));
  url.searchParams.set("role", role);
  try {
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(answerMs) });
    const { token } = (await response.json()) as { token?: unknown };
    return response.ok && typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}

/** What a JWT says of itself, unverified: for deciding when to ask for another. `exp` and `iat` are in seconds. */
export function claimsOf(token: string): { exp?: number; iat?: number; user?: string } {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (unit) => unit.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<"exp" | "iat" | "sub", unknown>;
    return defined({
      exp: typeof claims.exp === "number" ? claims.exp : undefined,
      iat: typeof claims.iat === "number" ? claims.iat : undefined,
      user: typeof claims.sub === "string" ? claims.sub.replace(/^user\//, "") : undefined,
    });
  } catch {
    return {};
  }
}
