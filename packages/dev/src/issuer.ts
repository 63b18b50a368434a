import {
  authorizeVariables,
  type IdentitySettings,
  type PagesSignIn,
  signInOf,
} from "@callboard/functions/deployment";
import { StartError } from "./settings.ts";

/** Your own issuer, as a start uses it. */
export interface LocalIssuer {
  /** The variables for the authorizers. */
  readonly variables: Readonly<Record<string, string>>;
  /** How people sign in to the pages, if they do. */
  readonly signIn: PagesSignIn | undefined;
  /** The origins to which the pages send requests for signing in. */
  readonly origins: readonly string[];
}

/** The parts of an issuer's configuration that are used. */
interface Discovered {
  readonly jwks_uri?: unknown;
  readonly token_endpoint?: unknown;
  readonly revocation_endpoint?: unknown;
}

const ANSWER_MS = 10_000;

/**
 * Finds the keys of the issuer in the settings; undefined when there is none. When people sign in, it reads
 * the issuer's configuration: rejects with a `StartError` that names the setting when there is no valid one.
 * Otherwise the issuer is not contacted and may be down: its keys are read when they are needed, as in a
 * deployment.
 */
export async function findIssuer(identity: IdentitySettings): Promise<LocalIssuer | undefined> {
  const { issuer, capabilities } = identity;
  if (!issuer) return undefined;
  const found: Discovered = issuer.clientId
    ? await discover(issuer.url)
    : { jwks_uri: `${issuer.url}/.well-known/jwks.json` };
  const jwksUrl = issuer.jwksUrl ?? found.jwks_uri;
  if (typeof jwksUrl !== "string" || !URL.canParse(jwksUrl))
    throw new StartError("The issuer of CALLBOARD_ISSUER does not name its keys; set CALLBOARD_JWKS_URL.");
  const variables = {
    TOKEN_ISSUER: issuer.url,
    TOKEN_JWKS_URL: jwksUrl,
    ...authorizeVariables(identity, capabilities, issuer.audience),
  };
  return {
    variables,
    signIn: signInOf(identity),
    origins: originsOf([issuer.url, found.token_endpoint, found.revocation_endpoint]),
  };
}

async function discover(url: string): Promise<Discovered> {
  const address = `${url}/.well-known/openid-configuration`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) });
    const json: unknown = response.ok ? await response.json() : undefined;
    if (typeof json === "object" && json !== null) return json;
  } catch {}
  throw new StartError(`CALLBOARD_ISSUER does not answer like an OpenID Connect issuer: ${address}`);
}

const originsOf = (addresses: readonly unknown[]): string[] => [
  ...new Set(
    addresses.flatMap((one) => (typeof one === "string" && URL.canParse(one) ? [new URL(one).origin] : [])),
  ),
];
