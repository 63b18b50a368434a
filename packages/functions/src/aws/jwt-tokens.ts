import { type Caller, contactOf } from "@callboard/core";
import { isCapability, limits, Principal } from "@callboard/protocol";
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import { USER_CLAIM, userOf } from "../user-claim.ts";
import { type RemoteKeysOptions, remoteKeys } from "./remote-keys.ts";
import { tokenHash, verifiedTokens } from "./verified-tokens.ts";

/** What a token turned out to be. */
export type TokenOutcome =
  | { readonly outcome: "valid"; readonly caller: Caller }
  | { readonly outcome: "expired" }
  /** Malformed, signed by another key, for another audience, or without what a caller needs. */
  | { readonly outcome: "invalid" };

/** Checks a bearer token. Throws when the keys cannot be fetched, which says nothing of the token. */
export type VerifyToken = (token: string) => Promise<TokenOutcome>;

export interface JwtTokensOptions extends Pick<RemoteKeysOptions, "keepKeysMs" | "askAgainMs"> {
  /** The issuer's public keys, or where they are fetched (and kept for `keepKeysMs`). */
  readonly keys: JSONWebKeySet | URL;
  /** With a slash at its end or without: it is the same issuer. */
  readonly issuer?: string;
  /** Whom tokens are for: one of these is among a token's. */
  readonly audience?: readonly string[];
  /** The claim that holds a person's id. `sub`. */
  readonly userClaim?: string;
  /** Capabilities that roles, or under `*` everybody but guests, have besides those of the token. */
  readonly capabilities?: CapabilitiesByRole;
  /** Whether tokens of guests are valid; without it none is. */
  readonly guests?: boolean;
  readonly now: () => number;
}

type CapabilitiesByRole = Readonly<Record<string, readonly string[]>>;

/** Asymmetric only: with a shared secret whoever checks tokens could make them. */
const ALGORITHMS = [
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
  "PS256",
  "PS384",
  "PS512",
  "RS256",
  "RS384",
  "RS512",
];
const CLOCK_TOLERANCE_SECONDS = 5;
/** No token names a time from then on: one that does counts in milliseconds, or means none. */
const LATEST_SECONDS = limits.latestTime / 1000;
const MOST_ROLES = 20;
const MOST_CAPABILITIES = 50;
const LONGEST_NAME = 100;

/**
 * Tokens as JWTs; the same one again is not verified again while it and its key are good. Claims: `sub`, `exp` and the id of
 * a person, in `sub` or in `userClaim`, are needed; `name`; `callboard:roles`, `roles` or `cognito:groups`, `callboard:caps` or `caps`, each a
 * list or words parted by spaces. Of these, and of the deployment's `capabilities`, what does not fit a principal's or a
 * capability's form is left out. `email`, while `email_verified` is true, `locale` and `zoneinfo` say how they are reached.
 * With `callboard:guest` it is a guest's: valid where `guests` says so, of a `sub` that begins with `guest-`, and good for
 * its own `watch:` capabilities alone.
 */
export function jwtTokens(options: JwtTokensOptions): VerifyToken {
  const { keys, issuer, audience, userClaim = USER_CLAIM, capabilities = {}, ...more } = options;
  const { guests = false, now, ...ages } = more;
  const keySet: JWTVerifyGetKey =
    keys instanceof URL ? remoteKeys({ url: keys, now, ...ages }) : createLocalJWKSet(keys);
  const verified = verifiedTokens(keySet, now);
  const underWay = new Map<string, Promise<TokenOutcome>>();

  async function check(token: string, hash: string): Promise<TokenOutcome> {
    try {
      const known = await verified.find(hash);
      if (known) return { outcome: "valid", caller: known };
      const result = await jwtVerify(token, keySet, {
        algorithms: ALGORITHMS,
        requiredClaims: ["sub", "exp"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(now()),
        ...(issuer === undefined ? {} : { issuer: bothForms(issuer) }),
      });
      const { payload } = result;
      if (!isForUs(payload, audience)) return { outcome: "invalid" };
      const caller = isGuest(payload)
        ? guests && guestOf(payload)
        : callerOf(payload, userClaim, capabilities);
      if (!caller) return { outcome: "invalid" };
      verified.keep(hash, caller, result);
      return { outcome: "valid", caller };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { outcome: "expired" };
      if (error instanceof errors.JOSEError && !unreachable(error)) return { outcome: "invalid" };
      throw error;
    } finally {
      underWay.delete(hash);
    }
  }

  /** Those who come with one token at the same moment get the same answer. */
  return (token) => {
    const hash = tokenHash(token);
    const checking = underWay.get(hash) ?? check(token, hash);
    underWay.set(hash, checking);
    return checking;
  };
}

const unreachable = (error: errors.JOSEError): boolean =>
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === errors.JOSEError.code;

/** Some issuers end their own name with a slash, and whoever copies it may leave that out. */
const bothForms = (issuer: string): string[] => [issuer.replace(/\/$/, ""), issuer.replace(/\/?$/, "/")];

/**
 * Whether a token is an ID token or an access token, where it says what it is, and for one of the audience. Cognito's
 * access tokens have no `aud`: they name the client that they were given to.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
function isForUs({ aud, token_use: use, client_id: client }: JWTPayload, audience?: readonly string[]) {
  if (use !== undefined && use !== "id" && use !== "access") return false;
  if (audience === undefined) return true;
  const named = aud ?? (use === "access" && typeof client === "string" ? client : undefined);
  return [named].flat().some((one) => typeof one === "string" && audience.includes(one));
}

/** What the ids of guests begin with, so that no guest passes for a user. */
const GUEST_PREFIX = "guest-";

/** Anything but a plain no: an issuer that writes `"true"` means a guest, too. */
const isGuest = ({ "callboard:guest": guest }: JWTPayload): boolean => guest !== undefined && guest !== false;

/**
 * A viewer of what the token names, whatever else it says: in a role a guest could answer what is asked of it, and with
 * what the deployment lets everybody do (`watch:*`, say) it would see more than it was given.
 */
function guestOf(payload: JWTPayload): Caller | undefined {
  const caller = callerOf(payload, USER_CLAIM, {});
  if (!caller?.id.startsWith(GUEST_PREFIX)) return undefined;
  const { contact: _, ...who } = caller;
  const watching = caller.capabilities.filter((capability) => capability.startsWith("watch:"));
  return { ...who, roles: [], capabilities: watching, guest: true };
}

function callerOf(
  payload: JWTPayload,
  userClaim: string,
  capabilities: CapabilitiesByRole,
): Caller | undefined {
  const id = userOf(payload, userClaim);
  if (id === undefined) return undefined;
  const { exp, nbf = 0, iat = 0 } = payload;
  if (exp === undefined || ![exp, nbf, iat].every(isTime)) return undefined;
  const name = typeof payload.name === "string" && payload.name.trim() !== "" ? payload.name : id;
  const roles = words(payload["callboard:roles"] ?? payload.roles ?? payload["cognito:groups"])
    .map((role) => Principal.safeParse(`role/${role}`))
    .flatMap((role) => (role.success ? [role.data] : []))
    .slice(0, MOST_ROLES);
  const given = ["*", ...roles.map((role) => role.slice("role/".length))].flatMap((role) =>
    Object.hasOwn(capabilities, role) ? capabilities[role]! : [],
  );
  const contact = contactOf(payload);
  return {
    id,
    name: [...name].slice(0, LONGEST_NAME).join(""),
    roles,
    capabilities: [...new Set([...words(payload["callboard:caps"] ?? payload.caps), ...given])]
      .filter(isCapability)
      .slice(0, MOST_CAPABILITIES),
    expiresAt: Math.floor(exp * 1000),
    ...(contact ? { contact } : {}),
  };
}

const isTime = (seconds: number): boolean => seconds >= 0 && seconds < LATEST_SECONDS;

function words(claim: unknown): string[] {
  const list = typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [];
  return list.filter((word): word is string => typeof word === "string" && word !== "");
}
