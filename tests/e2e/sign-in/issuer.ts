import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import Provider, { type Context } from "oidc-provider";
import { createIssuerStore, type IssuerStore } from "./issuer-store.ts";

/** The shape of an issuer: as Cognito, or as in OpenID Connect. */
export type Shape = "cognito" | "plain";

/** A person who can sign in, by the name that they type, with any password. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly verified?: boolean;
  readonly groups: readonly string[];
}

const known: Readonly<Record<string, Person>> = {
  ana: { name: "Ana Lima", email: "Ana@shop.example", groups: ["creators"] },
  bo: { name: "Bo Berg", email: "bo@shop.example", groups: ["creators"] },
  vic: { name: "Vic Mann", email: "vic@shop.example", verified: false, groups: [] },
};

/** An issuer on this machine, with the parts that tests change and check. */
export interface TestIssuer {
  readonly url: string;
  /** How long new tokens are valid, in seconds. */
  ttlSeconds: number;
  /** Seconds by which its clock differs. */
  skewSeconds: number;
  /** Who can sign in. */
  readonly people: Record<string, Person>;
  /** The address of the pages, the only ones to which it redirects people. */
  pages: string;
  /** The number of renewal requests, and its answers. */
  readonly renewals: number[];
  /** The requests for signing out. */
  readonly signOuts: string[];
  readonly store: Pick<IssuerStore, "forget" | "count">;
  /** Stops answering, until it is `up`. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

export const clientId = "callboard-pages";
/** Tokens of another application of the same issuer. */
export const otherClientId = "another-application";

/** The id that an issuer gives to a person, which is not a name. */
export const idOf = (login: string): string => {
  const hex = createHash("sha256").update(login).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export async function openIssuer(shape: Shape): Promise<TestIssuer> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), kid: "k1", alg: "RS256", use: "sig" };
  const store = createIssuerStore();
  let isDown = false;
  let handle: ReturnType<Provider["callback"]> = () => {};
  const server = createServer((request, response) => {
    if (isDown) request.socket.destroy();
    else handle(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const issuer: TestIssuer = {
    url,
    ttlSeconds: 3600,
    skewSeconds: 0,
    people: { ...known },
    pages: "http://127.0.0.1:1",
    renewals: [],
    signOuts: [],
    store,
    down() {
      isDown = true;
      server.closeAllConnections();
    },
    up() {
      isDown = false;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };

  const returnUrl = () => `${issuer.pages}/sign-in.html`;
  const clients = (id: string) =>
    [clientId, otherClientId].includes(id)
      ? {
          client_id: id,
          token_endpoint_auth_method: "none",
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          redirect_uris: [returnUrl()],
          post_logout_redirect_uris: [returnUrl()],
        }
      : undefined;

  const provider = new Provider(url, {
    adapter: store.adapterOf(clients),
    jwks: { keys: [key] },
    scopes: shape === "cognito" ? ["openid"] : ["openid", "offline_access"],
    claims: {
      openid: ["sub", "token_use", "cognito:groups", "cognito:username", "roles"],
      profile: ["name"],
      email: ["email", "email_verified"],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    clientBasedCORS: (_: Context, origin: string) => origin === issuer.pages,
    cookies: { keys: ["a key of this test"] },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: rp(shape),
    },
    // Cognito's refresh tokens stay the same; others give a new one each time and accept the former once.
    rotateRefreshToken: shape === "plain",
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: () => issuer.ttlSeconds,
      IdToken: () => issuer.ttlSeconds,
      RefreshToken: 86_400,
      Session: 86_400,
      Interaction: 600,
      Grant: 86_400,
    },
    findAccount: (_: Context, login: string) => {
      const person = issuer.people[login];
      return person && { accountId: login, claims: () => claimsOf(shape, login, person) };
    },
    // Nobody is asked for consent: the pages are its owner's own.
    async loadExistingGrant({ oidc }: Context) {
      const grant = new provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session!.accountId!,
      });
      grant.addOIDCScope("openid profile email offline_access");
      await grant.save();
      return grant;
    },
  });

  provider.use(async (context, next) => {
    if (shape === "cognito" && context.path === "/logout") return cognitoLogout(provider, issuer, context);
    if (context.path === "/session/end") issuer.signOuts.push(String(context.query.client_id));
    await next();
    if (context.path !== "/token" || context.method !== "POST") return;
    const answer = context.body as { access_token?: string; id_token?: string; refresh_token?: string };
    const grant = context.oidc?.params?.grant_type;
    if (grant === "refresh_token") issuer.renewals.push(context.status);
    if (context.status === 200) await reshape(answer, shape, issuer, key, grant === "refresh_token");
  });
  handle = provider.callback();
  return issuer;
}

const rp = (shape: Shape) => ({
  enabled: shape === "plain",
  // Without a question for confirmation.
  logoutSource: async (context: Context, form: string) => {
    context.body = `<!doctype html><title>Sign out</title>${form}<button autofocus type="submit" form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`;
  },
});

function claimsOf(shape: Shape, login: string, person: Person): Record<string, unknown> {
  const { name, email, verified = true, groups } = person;
  const claims = { sub: idOf(login), name, email, email_verified: verified };
  return shape === "cognito"
    ? { ...claims, token_use: "id", "cognito:username": login, "cognito:groups": groups }
    : { ...claims, roles: groups };
}

/**
 * Cognito's way of signing out, which accepts none of OpenID Connect's parameters.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
async function cognitoLogout(provider: Provider, issuer: TestIssuer, context: Context): Promise<void> {
  const { client_id: client, logout_uri: to, post_logout_redirect_uri: other } = context.query;
  issuer.signOuts.push(String(client));
  if (client !== clientId || to !== `${issuer.pages}/sign-in.html` || other !== undefined) {
    context.status = 400;
    context.body = "Required String parameter 'redirect_uri' is not present";
    return;
  }
  await (await provider.Session.get(context)).destroy();
  context.redirect(to);
}

/** Converts the provider's tokens to Cognito's shape, by a clock that may be wrong. */
async function reshape(
  answer: { access_token?: string; id_token?: string },
  shape: Shape,
  { skewSeconds }: TestIssuer,
  key: JWK,
  isRenewal: boolean,
): Promise<void> {
  const { iat = 0, exp = 0, ...claims } = decodeJwt(answer.id_token!);
  const times = { iat: iat + skewSeconds, exp: exp + skewSeconds };
  // Some issuers repeat the time of the sign-in and the audience with each renewal.
  const anew = isRenewal
    ? { auth_time: times.iat, azp: undefined }
    : { auth_time: times.iat - 60, azp: clientId };
  answer.id_token = await sign({ ...claims, ...anew, ...times } as JWTPayload, key);
  if (shape === "plain") return;
  const { iss, sub, aud } = claims;
  answer.access_token = await sign(
    {
      iss,
      sub,
      client_id: aud as string,
      token_use: "access",
      scope: "openid profile email",
      username: claims["cognito:username"],
      "cognito:groups": claims["cognito:groups"],
      ...times,
    } as JWTPayload,
    key,
  );
}

const sign = (claims: JWTPayload, key: JWK): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: key.kid! }).sign(key);
