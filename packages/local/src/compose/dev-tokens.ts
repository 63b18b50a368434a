import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";

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
const lifetime = "12h";
const capabilities: Record<DevRole, string[]> = { viewer: ["watch:*"], creator: ["watch:*", "work:*"] };

/** The user names that local tokens are signed for. */
export const devUser = /^[A-Za-z0-9_.-]{1,64}$/;

export async function openDevTokens(path: string): Promise<DevTokens> {
  const jwk = (await readKey(path)) ?? (await makeKey(path));
  const key = await importJWK(jwk, "ES256");
  const { d: _, ...publicJwk } = jwk;
  const publicKey = await importJWK(publicJwk, "ES256");
  return {
    jwks: { keys: [publicJwk] },
    sign: (user, role) =>
      new SignJWT({ name: user[0]!.toUpperCase() + user.slice(1), caps: capabilities[role] })
        .setProtectedHeader({ alg: "ES256", kid: publicJwk.kid! })
        .setSubject(user)
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(lifetime)
        .sign(key),
    async holderOf(token) {
      const verified = await jwtVerify(token, publicKey, { issuer }).catch(() => undefined);
      const { sub: user, caps } = verified?.payload ?? {};
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
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "local", alg: "ES256", use: "sig" };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
