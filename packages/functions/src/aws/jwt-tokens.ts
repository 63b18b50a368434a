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

/** The result of checking a token. */
export type TokenOutcome =
  | { readonly outcome: "valid"; readonly caller: Caller }
  | { readonly outcome: "expired" }
  /** Malformed, signed by another key, for another audience, or without a required claim. */
  | { readonly outcome: "invalid" };

/** Checks a bearer token. Throws when the keys cannot be fetched, which says nothing about the token. */
export type VerifyToken = (token: string) => Promise<TokenOutcome>;

export interface JwtTokensOptions extends Pick<RemoteKeysOptions, "keepKeysMs" | "askAgainMs"> {
  /** The issuer's public keys, or where to fetch them (they are kept for `keepKeysMs`). */
  readonly keys: JSONWebKeySet | URL;
  /** With or without a slash at the end: both name the same issuer. */
  readonly issuer?: string;
  /** Accepted audiences: a token must be for one of these. */
  readonly audience?: readonly string[];
  /** The claim with a person's id. Default: `sub`. */
  readonly userClaim?: string;
  /** Capabilities by role, added to those of the token; `*` stands for everybody except guests. */
  readonly capabilities?: CapabilitiesByRole;
  /** Whether guests' tokens are valid. Default: no. */
  readonly guests?: boolean;
  readonly now: () => number;
}

type CapabilitiesByRole = Readonly<Record<string, readonly string[]>>;

/** Only asymmetric algorithms: with a shared secret, a service that checks tokens could also create them. */
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
/** No valid time is this late: such a number is in milliseconds, or a mistake. */
const LATEST_SECONDS = limits.latestTime / 1000;
const MAX_ROLES = 20;
const MAX_CAPABILITIES = 50;
const MAX_NAME_LENGTH = 100;

/**
 * Verifies JWTs. A verified token is not verified again while it and its key are valid. Required claims: `sub`, `exp`,
 * and the person's id, in `sub` or in `userClaim`. Optional claims: `name`; `callboard:roles`, `roles` or
 * `cognito:groups`; `callboard:caps` or `caps`; each a list or words separated by spaces. Roles and capabilities of an
 * invalid form are left out, those of the deployment's `capabilities` too. `email` (if `email_verified` is true),
 * `locale` and `zoneinfo` say how the person is reached. A token with `callboard:guest` is a guest's: it is valid if
 * `guests` is true and its `sub` begins with `guest-`, and grants only its own `watch:` capabilities.
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

  /** Callers that bring the same token at the same time share one check. */
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

/** Some issuers' names end with a slash, and people who copy the name may leave it out. */
const bothForms = (issuer: string): string[] => [issuer.replace(/\/$/, ""), issuer.replace(/\/?$/, "/")];

/**
 * Whether a token is an ID token or an access token, if it says so, and for one of the audiences. Cognito's access tokens
 * have no `aud`: they name their client.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
function isForUs({ aud, token_use: use, client_id: client }: JWTPayload, audience?: readonly string[]) {
  if (use !== undefined && use !== "id" && use !== "access") return false;
  if (audience === undefined) return true;
  const named = aud ?? (use === "access" && typeof client === "string" ? client : undefined);
  return [named].flat().some((one) => typeof one === "string" && audience.includes(one));
}

/** The prefix of guests' ids, so that no guest can pass for a user. */
const GUEST_PREFIX = "guest-";

/** Any value except a plain no: an issuer that writes `"true"` also means a guest. */
const isGuest = ({ "callboard:guest": guest }: JWTPayload): boolean => guest !== undefined && guest !== false;

/**
 * A viewer of the channels that the token names, whatever else it says. With a role, a guest could answer questions to
 * that role; with the capabilities of everybody (such as `watch:*`), it would see more than it was given.
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
    .slice(0, MAX_ROLES);
  const given = ["*", ...roles.map((role) => role.slice("role/".length))].flatMap((role) =>
    Object.hasOwn(capabilities, role) ? capabilities[role]! : [],
  );
  const contact = contactOf(payload);
  return {
    id,
    name: [...name].slice(0, MAX_NAME_LENGTH).join(""),
    roles,
    capabilities: [...new Set([...words(payload["callboard:caps"] ?? payload.caps), ...given])]
      .filter(isCapability)
      .slice(0, MAX_CAPABILITIES),
    expiresAt: Math.floor(exp * 1000),
    ...(contact ? { contact } : {}),
  };
}

const isTime = (seconds: number): boolean => seconds >= 0 && seconds < LATEST_SECONDS;

function words(claim: unknown): string[] {
  const list = typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [];
  return list.filter((word): word is string => typeof word === "string" && word !== "");
}
