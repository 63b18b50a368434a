import {
  authorizeVariables,
  type IdentitySettings,
  type PagesSignIn,
  signInOf,
} from "@callboard/functions/deployment";
import { StartError } from "./settings.ts";

/** An issuer of one's own, as a start uses it. */
export interface LocalIssuer {
  /** What the authorizers are told. */
  readonly variables: Readonly<Record<string, string>>;
  /** How people sign in to the pages, if they do. */
  readonly signIn: PagesSignIn | undefined;
  /** Where the pages send requests of their own. */
  readonly origins: readonly string[];
}

/** The part of an issuer's configuration that is read. */
interface Discovered {
  readonly jwks_uri?: unknown;
  readonly token_endpoint?: unknown;
  readonly revocation_endpoint?: unknown;
}

const answerMs = 10_000;

/**
 * Finds out where the issuer of the settings has its keys; undefined when they name none. Where people sign in, the issuer
 * is asked for that and for the rest that it says of itself: rejects with a `StartError` that names the setting when it
 * does not answer as one. Where nobody does, it is not asked, and need not be up: its keys are where a deployment looks.
 */
export async function findIssuer(identity: IdentitySettings): Promise<LocalIssuer | undefined> {
  const { issuer, capabilities } = identity;
  if (!issuer) return undefined;
  const found: Discovered = issuer.clientId
    ? await discover(issuer.url)
    : { jwks_uri: `${issuer.url}/.well-known/jwks.json` };
  const jwksUrl = issuer.jwksUrl ?? found.jwks_uri;
  if (typeof jwksUrl !== "string" || !URL.canParse(jwksUrl))
    throw new StartError("CALLBOARD_ISSUER does not say where its keys are; say it with CALLBOARD_JWKS_URL.");
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
    const response = await fetch(address, { signal: AbortSignal.timeout(answerMs) });
    const json: unknown = response.ok ? await response.json() : undefined;
    if (typeof json === "object" && json !== null) return json;
  } catch {}
  throw new StartError(`CALLBOARD_ISSUER does not answer as an issuer of OpenID Connect: ${address}`);
}

const originsOf = (addresses: readonly unknown[]): string[] => [
  ...new Set(
    addresses.flatMap((one) => (typeof one === "string" && URL.canParse(one) ? [new URL(one).origin] : [])),
  ),
];
