import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readAddress } from "@callboard/core";
import { createSigningKey, createTokenMint } from "@callboard/tokens";
import type { JWK } from "jose";

/** The roles on one machine: a viewer may watch everything, a creator may also work on everything. */
export type DevRole = "creator" | "viewer";

/**
 * Tokens for one machine, signed with a key that is created at the first start and never leaves the data
 * folder.
 */
export interface DevTokens {
  /** The keys with which `authorize` verifies tokens. */
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(user: string, role: DevRole, contact?: DevContact): Promise<string>;
}

/** A user's contact data in the token. */
export interface DevContact {
  /** Default: `<user>@example.com`, if that is an address. */
  readonly email?: string;
  /** A language tag. */
  readonly lang?: string;
  /** An IANA time zone. */
  readonly zone?: string;
}

const issuer = "callboard-local";
const TTL_SECONDS = 12 * 3600;
const capabilities: Record<DevRole, string[]> = { viewer: ["watch:*"], creator: ["watch:*", "work:*"] };

/** The user names for which local tokens are signed. */
export const devUser = /^[A-Za-z0-9_.-]{1,64}$/;

export async function openDevTokens(path: string): Promise<DevTokens> {
  const privateKey = (await readKey(path)) ?? (await makeKey(path));
  const { jwks, mint } = createTokenMint({ privateKey, issuer });
  return {
    jwks,
    sign: (user, role, { email = readAddress(`${user}@example.com`), lang, zone } = {}) =>
      mint({
        user,
        name: user[0]!.toUpperCase() + user.slice(1),
        capabilities: capabilities[role],
        email,
        locale: lang,
        zoneinfo: zone,
        ttlSeconds: TTL_SECONDS,
      }),
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
