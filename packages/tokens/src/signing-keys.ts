import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";

/** What a back end serves at its JWKS address: public keys, with which no token can be signed. */
export interface PublicJwks {
  readonly keys: JWK[];
}

/**
 * The public members of a key and of its use (RFC 7517, RFC 7518 section 6), without `d` and the primes. This is a list
 * of members to publish, because a list of members to hide could be incomplete.
 */
const PUBLIC_MEMBERS = ["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"] as const;

const ALGORITHM_OF_CURVE: Readonly<Record<string, string>> = {
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
  Ed25519: "EdDSA",
};

/** Makes a private key for `ES256`; its `kid` is its thumbprint (RFC 7638), so two keys never share one. */
export async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "ES256", use: "sig" };
}

/**
 * The public halves of private keys, in the same order: during a change of keys, the new one and the old one. Throws
 * when a key has no `kid`, shares it with another, or is not a private key of an asymmetric algorithm.
 */
export function publicJwks(privateJwks: readonly JWK[]): PublicJwks {
  privateJwks.forEach((jwk, at) => {
    checkPrivateKey(jwk, `privateJwks[${at}]`);
  });
  const kids = new Set(privateJwks.map(({ kid }) => kid));
  if (kids.size < privateJwks.length) throw new TypeError("privateJwks: two keys have the same kid");
  return { keys: privateJwks.map(publicHalf) };
}

/** Throws, naming `field`, unless a key can sign tokens that Callboard accepts. */
export function checkPrivateKey(jwk: JWK, field: string): void {
  if (typeof jwk?.kid !== "string" || jwk.kid === "")
    throw new TypeError(`${field}.kid is missing: it is how a token names its key`);
  if (jwk.kty === "oct")
    throw new TypeError(`${field} is a shared secret: everybody who checks tokens could also create them`);
  if (typeof jwk.d !== "string") throw new TypeError(`${field} is not a private key: it has no d`);
  if (algorithmOf(jwk) === undefined) throw new TypeError(`${field}.alg is missing`);
}

/** The algorithm that a key names, or the default for its type. */
export function algorithmOf({ alg, kty, crv }: JWK): string | undefined {
  return alg ?? ALGORITHM_OF_CURVE[crv ?? ""] ?? (kty === "RSA" ? "RS256" : undefined);
}

const publicHalf = (jwk: JWK): JWK => ({
  ...(Object.fromEntries(
    PUBLIC_MEMBERS.filter((member) => jwk[member] !== undefined).map((member) => [member, jwk[member]]),
  ) as JWK),
  alg: algorithmOf(jwk)!,
  use: "sig",
});
