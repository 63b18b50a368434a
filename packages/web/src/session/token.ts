import { defined } from "@callboard/protocol";
import type { PageStorage } from "./tab-storage.ts";

/** The kind of page, which decides the rights of a machine's own token. */
export type Role = "viewer" | "creator";

/** The storage of a tab's token. */
export type TokenStorage = Pick<PageStorage, "getItem" | "setItem">;

export interface TokenOptions {
  role: Role;
  storage: TokenStorage;
  /** The host issues tokens at `dev/token`. */
  devTokens: boolean;
  base: URL;
  fetch: typeof globalThis.fetch;
  /** Milliseconds since the Unix epoch. */
  now: () => number;
}

/** There is no token and no way to get one: the reader needs a link with one. */
export class NoToken extends Error {}

/** The issuer gives no further token: the user must sign in again. */
export class SignedOut extends NoToken {}

const keyOf = (role: Role) => `callboard.token.${role}`;
const NEAR_END_MS = 60_000;
const ANSWER_MS = 5_000;

/** Keeps the token of a link for this tab. */
export const keepToken = (storage: TokenStorage, role: Role, token: string): void =>
  storage.setItem(keyOf(role), token);

/** Whether this tab has a link's token that has not expired; one without an expiry never does. */
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

/** Whether `tokenSource` can return a token. A creator's token can watch as well. */
export function hasToken({ storage, role, devTokens }: Pick<TokenOptions, "storage" | "role" | "devTokens">) {
  return devTokens || keptToken(storage, role) !== undefined;
}

function keptToken(storage: TokenStorage, role: Role): string | undefined {
  const own = storage.getItem(keyOf(role));
  return own ?? (role === "viewer" ? (storage.getItem(keyOf("creator")) ?? undefined) : undefined);
}

/** The source of a tab's tokens. */
export interface TokenSource {
  /** Returns the tab's token. Rejects with `NoToken` when there is none. */
  token(): Promise<string>;
  /** The token was refused: if the host issues tokens, the next one is new. */
  distrust(): void;
}

/**
 * Keeps a token until a minute before it expires, or until it is distrusted; then gets another from the host,
 * if it issues tokens.
 */
export function tokenSource(options: TokenOptions): TokenSource {
  const { role, storage, devTokens, now } = options;
  let distrusted = false;
  return {
    async token() {
      const kept = keptToken(storage, role);
      const claims = kept === undefined ? {} : claimsOf(kept);
      const lasts = claims.exp === undefined || claims.exp * 1000 - now() > NEAR_END_MS;
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

/**
 * A token from the host for the user, or for the role's default user; undefined while the host does not
 * answer.
 */
async function freshToken(
  { role, base, fetch }: TokenOptions,
  user: string | undefined,
): Promise<string | undefined> {
  const url = new URL("dev/token", base);
  url.searchParams.set("user", user ?? (role === "creator" ? "ana" : "guest"));
  url.searchParams.set("role", role);
  try {
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    const { token } = (await response.json()) as { token?: unknown };
    return response.ok && typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}

/** The claims of a JWT, not verified: to decide when to get another. `exp` and `iat` are in seconds. */
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
