/** Which page asks, and so which rights a token of one's own machine should carry. */
export type Role = "viewer" | "creator";

/** The part of `sessionStorage` that is needed. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

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

const keyOf = (role: Role) => `callboard.token.${role}`;
const nearEndMs = 60_000;

/** Keeps the token of a link for this tab. */
export const keepToken = (storage: TokenStorage, role: Role, token: string): void =>
  storage.setItem(keyOf(role), token);

/** Whether `tokenSource` will have something to give. A creator's token serves to watch as well. */
export function hasToken({ storage, role, devTokens }: Pick<TokenOptions, "storage" | "role" | "devTokens">) {
  return devTokens || keptToken(storage, role) !== undefined;
}

function keptToken(storage: TokenStorage, role: Role): string | undefined {
  const own = storage.getItem(keyOf(role));
  return own ?? (role === "viewer" ? (storage.getItem(keyOf("creator")) ?? undefined) : undefined);
}

/**
 * Gives the tab's token; within a minute of its end, or when there is none, a fresh one where the host gives them out.
 * Rejects with `NoToken` when there is none to give.
 */
export function tokenSource(options: TokenOptions): () => Promise<string> {
  const { role, storage, devTokens, base, fetch, now } = options;
  return async () => {
    const kept = keptToken(storage, role);
    const claims = kept === undefined ? {} : claimsOf(kept);
    const lasts = kept !== undefined && (claims.exp === undefined || claims.exp * 1000 - now() > nearEndMs);
    if (lasts || !devTokens) {
      if (kept === undefined) throw new NoToken("there is no token");
      return kept;
    }
    const url = new URL("dev/token", base);
    url.searchParams.set("user", claims.user ?? (role === "creator" ? "ana" : "guest"));
    url.searchParams.set("role", role);
    const response = await fetch(url, { cache: "no-store" });
    const body = response.ok ? ((await response.json()) as { token?: unknown }) : {};
    if (typeof body.token !== "string") {
      if (kept !== undefined) return kept;
      throw new NoToken("the host gives no token");
    }
    keepToken(storage, role, body.token);
    return body.token;
  };
}

/** What a JWT says of itself, unverified: for deciding when to ask for another. `exp` is in seconds. */
export function claimsOf(token: string): { exp?: number; user?: string } {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (unit) => unit.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { exp?: unknown; sub?: unknown };
    return {
      ...(typeof claims.exp === "number" ? { exp: claims.exp } : {}),
      ...(typeof claims.sub === "string" ? { user: claims.sub.replace(/^user\//, "") } : {}),
    };
  } catch {
    return {};
  }
}
