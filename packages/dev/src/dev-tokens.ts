import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createSigningKey, createTokenMint } from "@callboard/tokens";
import { createLocalJWKSet, type JWK, jwtVerify } from "jose";

/** Who asks on one machine: a viewer may watch everything, a creator also work on everything. */
export type DevRole = "creator" | "viewer";

/** Tokens for one machine, signed with a key that is made at the first start and never leaves the data folder. */
export interface DevTokens {
  /** What `authorize` verifies tokens with. */
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(user: string, role: DevRole): Promise<string>;
  /** Whom a token names, in which role; undefined for a token that is not valid. */
  holderOf(token: string): Promise<{ user: string; role: DevRole } | undefined>;
}

const issuer = "callboard-local";
const ttlSeconds = 12 * 3600;
const capabilities: Record<DevRole, string[]> = { viewer: ["watch:*"], creator: ["watch:*", "work:*"] };

/** The user names that local tokens are signed for. */
export const devUser = /^[A-Za-z0-9_.-]{1,64}$/;

export async function openDevTokens(path: string): Promise<DevTokens> {
  const privateKey = (await readKey(path)) ?? (await makeKey(path));
  const { jwks, mint } = createTokenMint({ privateKey, issuer });
  const keySet = createLocalJWKSet(jwks);
  return {
    jwks,
    sign: (user, role) =>
      mint({
        user,
        name: user[0]!.toUpperCase() + user.slice(1),
        capabilities: capabilities[role],
        ttlSeconds,
      }),
    async holderOf(token) {
      const verified = await jwtVerify(token, keySet, { issuer }).catch(() => undefined);
      const { sub: user, "callboard:caps": caps } = verified?.payload ?? {};
      if (user === undefined) return undefined;
      return { user, role: Array.isArray(caps) && caps.includes("work:*") ? "creator" : "viewer" };
    },
  };
}

async function readKey(path: string): Promise<JWK | undefined> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  return text === undefined ? undefined : (JSON.parse(text) as JWK);
}

async function makeKey(path: string): Promise<JWK> {
  const jwk = { ...(await createSigningKey()), kid: "local" };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
