import {
  ErrorResponse,
  OidcClient,
  type RefreshState,
  type SigninResponse,
  WebStorageStateStore,
} from "oidc-client-ts";
import type { SignIn } from "./config.ts";
import { claimsOf } from "./token.ts";

/** What an issuer gives after a sign-in. */
export interface Grant {
  readonly user: { readonly id: string; readonly name: string };
  readonly token: string;
  readonly refreshToken: string | undefined;
  readonly lifeMs: number;
}

/** The result of the way back from the issuer; `place` is where the user was before. */
export type Arrival =
  | { readonly outcome: "granted"; readonly grant: Grant; readonly place: string }
  /** The issuer refused, in its own words. */
  | { readonly outcome: "refused"; readonly reason: string; readonly place: string }
  /** The address belongs to no sign-in of this browser, or to one that was used. */
  | { readonly outcome: "stale" }
  /** The issuer did not answer, or not like OpenID Connect. */
  | { readonly outcome: "failed"; readonly place: string };

export type Renewal =
  | { readonly outcome: "granted"; readonly grant: Grant }
  | { readonly outcome: "refused" }
  | { readonly outcome: "failed" };

/** The issuer's functions that the pages need. */
export interface Issuer {
  /** The address for signing in, which leads back to `place`. Rejects while the issuer does not answer. */
  addressFor(place: string): Promise<string>;
  arrive(url: string): Promise<Arrival>;
  renew(refreshToken: string, userId: string): Promise<Renewal>;
  /** Revokes a refresh token, if the issuer can. */
  revoke(refreshToken: string): Promise<void>;
  /** The address at which the issuer ends its own session; undefined when it has none. */
  signOutAddress(): Promise<string | undefined>;
}

interface IssuerOptions extends SignIn {
  /** The only address to which the issuer sends people back. */
  readonly returnUrl: string;
  /** Keeps the data of a sign-in for the way back. */
  readonly storage: Storage;
}

const SCOPE = "openid profile email";
/** Many issuers give a refresh token only with this scope; Cognito refuses it. */
const OFFLINE_SCOPE = "offline_access";
const COGNITO = /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?\//;
const ANSWER_SECONDS = 10;
const MAX_REASON_LENGTH = 300;

/** An OpenID Connect issuer; also Cognito, which has another way to sign out. */
export function oidcIssuer(options: IssuerOptions): Issuer {
  const { issuer, clientId, scope, token: kind = "id", logoutUrl, returnUrl, storage } = options;
  const client = new OidcClient({
    authority: issuer,
    client_id: clientId,
    redirect_uri: returnUrl,
    post_logout_redirect_uri: returnUrl,
    requestTimeoutInSeconds: ANSWER_SECONDS,
    stateStore: new WebStorageStateStore({ store: storage, prefix: "callboard.sign-in." }),
  });

  async function arrive(url: string): Promise<Arrival> {
    const begun = await client.readSigninResponseState(url).catch(() => undefined);
    if (!begun) return { outcome: "stale" };
    const place = typeof begun.state.data === "string" ? begun.state.data : "";
    try {
      const grant = grantOf(await client.processSigninResponse(url), kind);
      return grant ? { outcome: "granted", grant, place } : { outcome: "failed", place };
    } catch (error) {
      if (error instanceof ErrorResponse) return { outcome: "refused", reason: reasonOf(error), place };
      return { outcome: "failed", place };
    }
  }

  /** Next to the sign-in address; undefined for an issuer that is not Cognito. */
  const cognitoLogout = async (): Promise<string | undefined> =>
    COGNITO.test(issuer)
      ? new URL("/logout", await client.metadataService.getAuthorizationEndpoint()).href
      : undefined;

  return {
    async addressFor(place) {
      const { scopes_supported: known = [] } = await client.metadataService.getMetadata();
      const usual = known.includes(OFFLINE_SCOPE) ? `${SCOPE} ${OFFLINE_SCOPE}` : SCOPE;
      return (await client.createSigninRequest({ state: place, scope: scope ?? usual })).url;
    },
    arrive,

    async renew(refreshToken, userId) {
      try {
        // Without the former ID token; only the user must stay the same.
        const state = { refresh_token: refreshToken, session_state: null, profile: {} } as RefreshState;
        // biome-ignore lint/correctness/useHookAtTopLevel: it is not a React hook
        const answer = await client.useRefreshToken({ state, timeoutInSeconds: ANSWER_SECONDS });
        const grant = grantOf(answer, kind, userId);
        return grant?.user.id === userId ? { outcome: "granted", grant } : { outcome: "refused" };
      } catch (error) {
        return { outcome: error instanceof ErrorResponse && !isPassing(error) ? "refused" : "failed" };
      }
    },

    revoke: (refreshToken) => client.revokeToken(refreshToken, "refresh_token"),

    async signOutAddress() {
      const logout = logoutUrl ?? (await cognitoLogout());
      if (logout !== undefined)
        return `${logout}?${new URLSearchParams({ client_id: clientId, logout_uri: returnUrl })}`;
      const end = await client.metadataService.getEndSessionEndpoint();
      // Without a token: addresses are kept in histories and logs.
      return end === undefined ? undefined : (await client.createSignoutRequest()).url;
    },
  };
}

const isPassing = ({ error }: ErrorResponse): boolean =>
  error === "temporarily_unavailable" || error === "server_error" || error === "slow_down";

/** The issuer's error message for people, or the name of its error; empty when it gives none. */
const reasonOf = ({ error, error_description: said }: ErrorResponse): string =>
  [...(said?.trim() || error || "")].slice(0, MAX_REASON_LENGTH).join("");

/**
 * The grant, if it contains what Callboard needs; without an ID token it belongs to `userId`, whom the issuer
 * knows.
 */
function grantOf(answer: SigninResponse, kind: "id" | "access", userId?: string): Grant | undefined {
  const token = kind === "id" ? answer.id_token : answer.access_token;
  const { sub = userId, name, preferred_username: login, email } = answer.profile ?? {};
  if (!token || sub === undefined) return undefined;
  const { iat, exp } = claimsOf(token);
  const lifeSeconds = iat !== undefined && exp !== undefined ? exp - iat : answer.expires_in;
  if (lifeSeconds === undefined || !(lifeSeconds > 0)) return undefined;
  return {
    user: { id: sub, name: [name, login, email].find((text) => text?.trim()) ?? sub },
    token,
    refreshToken: answer.refresh_token,
    lifeMs: lifeSeconds * 1000,
  };
}
