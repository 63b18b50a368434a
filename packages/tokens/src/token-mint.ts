import { randomBytes } from "node:crypto";
import { importJWK, type JWK, SignJWT } from "jose";
import { checkGuestRequest, checkRequest, type GuestRequest, type TokenRequest } from "./check-request.ts";
import { algorithmOf, checkPrivateKey, type PublicJwks, publicJwks } from "./signing-keys.ts";

export interface TokenMintOptions {
  /** A private key as a JWK with a `kid`, such as `createSigningKey` makes. */
  readonly privateKey: JWK;
  /** The claim `iss`: the deployment's `CALLBOARD_ISSUER`. */
  readonly issuer: string;
  /** The claim `aud`, if the deployment has a `CALLBOARD_AUDIENCE`. */
  readonly audience?: string;
  /** Whether it creates tokens for guests; the deployment must allow them too (`CALLBOARD_GUESTS`). */
  readonly guests?: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Creates the tokens of a back end that has its own users. */
export interface TokenMint {
  /** Rejects with a RangeError that names the first invalid field. */
  mint(request: TokenRequest): Promise<string>;
  /**
   * A token for a viewer without an account, under a random name: it can follow the given subjects and do nothing else.
   * Rejects if the mint was created without `guests`.
   */
  guest(request: GuestRequest): Promise<string>;
  /** The keys to serve at the JWKS address; `publicJwks` makes one from several keys. */
  readonly jwks: PublicJwks;
}

/**
 * The most bytes of a token's claims. An authorizer can pass on at most 8 KB. API Gateway accepts 10,240 bytes of headers
 * in total; a token in a header is a third longer than its claims.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const MAX_CLAIMS_BYTES = 6 * 1024;

/** Throws a TypeError when the key cannot sign or the issuer is missing. */
export function createTokenMint({
  privateKey,
  issuer,
  audience,
  guests = false,
  now = Date.now,
}: TokenMintOptions): TokenMint {
  checkPrivateKey(privateKey, "privateKey");
  if (!issuer) throw new TypeError("issuer is missing");
  const header = { alg: algorithmOf(privateKey)!, kid: privateKey.kid!, typ: "JWT" };
  let signingKey: ReturnType<typeof importJWK> | undefined;

  async function sign(claims: Record<string, unknown>, ttlSeconds: number): Promise<string> {
    const iat = Math.floor(now() / 1000);
    const aud = audience === undefined ? {} : { aud: audience };
    const payload = { iss: issuer, ...aud, iat, exp: iat + ttlSeconds, ...claims };
    if (Buffer.byteLength(JSON.stringify(payload)) > MAX_CLAIMS_BYTES)
      throw new RangeError(`the claims must be at most ${MAX_CLAIMS_BYTES} bytes as JSON`);
    signingKey ??= importJWK(privateKey, header.alg);
    return new SignJWT(payload).setProtectedHeader(header).sign(await signingKey);
  }

  return {
    jwks: publicJwks([privateKey]),
    async mint(request) {
      const ttlSeconds = checkRequest(request);
      return sign(claimsOf(request), ttlSeconds);
    },
    async guest(request) {
      if (!guests) throw new Error("this mint makes no tokens for guests: create it with guests: true");
      const ttlSeconds = checkGuestRequest(request);
      return sign(guestClaims(request), ttlSeconds);
    },
  };
}

const claimsOf = (request: TokenRequest) => {
  const { user, name, roles = [], capabilities = [], email, locale, zoneinfo } = request;
  return {
    sub: user,
    ...(name === undefined ? {} : { name }),
    ...(roles.length > 0 ? { "callboard:roles": roles } : {}),
    ...(capabilities.length > 0 ? { "callboard:caps": capabilities } : {}),
    ...(email === undefined ? {} : { email, email_verified: true }),
    ...(locale === undefined ? {} : { locale }),
    ...(zoneinfo === undefined ? {} : { zoneinfo }),
  };
};

const guestClaims = ({ watch }: GuestRequest) => ({
  sub: `guest-${randomBytes(16).toString("hex")}`,
  "callboard:guest": true,
  "callboard:caps": watch.map((subject) => `watch:${subject}`),
});
