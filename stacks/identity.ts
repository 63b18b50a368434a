import { createHash } from "node:crypto";
import { authorizeVariables, type PagesSignIn, signInOf } from "@callboard/functions/deployment";
import type { Variables } from "./functions.ts";
import { type Known, when } from "./known.ts";
import type { Names } from "./names.ts";
import { CREATORS, type Settings } from "./settings.ts";

/** Who people are, before the pages' address is known. */
interface People {
  /** Origins at the issuer that the pages send requests to when people sign in. */
  readonly origins: readonly $util.Input<string>[];
  /** `pages` are the pages' addresses, without a slash at the end. */
  forPages(pages: readonly $util.Input<string>[]): Identity;
}

/** How tokens are checked, as the authorizers' environment, and how people sign in to the pages. */
interface Identity {
  readonly environment: Variables<"authorize">;
  /** Undefined if people can only come with links. */
  readonly signIn?: $util.Input<PagesSignIn>;
  /** The resources that exist if no issuer is set. */
  readonly made?: Readonly<Record<"userPool" | "client" | "signIn", $util.Output<string>>>;
}

/** The configured issuer, or a Cognito user pool. */
export function identity(settings: Settings, names: Names, known: Known<Settings> = settings): People {
  if (!settings.issuer) return ownUsers(settings, names);
  // The names of the variables are known in advance, whatever their values.
  const environment = Object.fromEntries(
    Object.keys(variablesOf(settings)).map((name) => [name, when(known, (all) => variablesOf(all)[name]!)]),
  ) as Variables<"authorize">;
  const { logoutUrl } = settings.issuer;
  const signIn = signInOf(settings) && when(known, (all) => signInOf(all)!);
  return {
    origins: signIn
      ? [
          when(known, ({ issuer }) => issuer!.url),
          ...(logoutUrl ? [when(known, ({ issuer }) => issuer!.logoutUrl!)] : []),
        ]
      : [],
    forPages: () => ({ environment, ...(signIn ? { signIn } : {}) }),
  };
}

/** The authorizers' variables for an existing issuer. */
function variablesOf(settings: Settings): Record<string, string> {
  const { url, jwksUrl, audience } = settings.issuer!;
  return {
    TOKEN_ISSUER: url,
    TOKEN_JWKS_URL: jwksUrl ?? `${url}/.well-known/jwks.json`,
    ...authorizeVariables(settings, settings.capabilities, audience),
  };
}

/** Minutes for which a revoked right may still be used. */
const TOKEN_MINUTES = 15;
/** Days after which people must sign in again. */
const REFRESH_DAYS = 30;

function ownUsers(settings: Settings, names: Names): People {
  const { inStack } = names;
  const userPool = users(settings, names);
  // Created whatever the settings are: deleting a group would remove its members.
  new aws.cognito.UserGroup(inStack("UsersCreators"), {
    userPoolId: userPool.id,
    name: CREATORS,
    description: "People who may start videos",
  });
  const at = $interpolate`https://cognito-idp.${aws.getRegionOutput().region}.amazonaws.com`;
  return {
    origins: [at, $interpolate`${userPool.domainUrl}`],
    forPages: (pages) => clientOf(settings, names, userPool, $interpolate`${at}/${userPool.id}`, pages),
  };
}

/** The pages' client of the pool, which is the issuer at `url`. */
function clientOf(
  { registrationOpen, pagesToken, ...settings }: Settings,
  { inStack }: Names,
  userPool: sst.aws.CognitoUserPool,
  url: $util.Output<string>,
  pages: readonly $util.Input<string>[],
): Identity {
  const addresses = pages.map((page) => $interpolate`${page}/sign-in.html`);
  const client = userPool.addClient(inStack("UsersClient"), {
    callbackUrls: addresses,
    transform: {
      client: (args) => {
        args.logoutUrls = addresses;
        // Without pages there is nowhere to redirect to; your own pages have a client of their own.
        args.allowedOauthFlowsUserPoolClient = addresses.length > 0;
        // Everybody who can read a page could read a secret in it.
        args.generateSecret = false;
        args.allowedOauthFlows = ["code"];
        args.allowedOauthScopes = ["openid", "profile", "email"];
        args.explicitAuthFlows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"];
        args.preventUserExistenceErrors = "ENABLED";
        args.enableTokenRevocation = true;
        args.idTokenValidity = TOKEN_MINUTES;
        args.accessTokenValidity = TOKEN_MINUTES;
        args.refreshTokenValidity = REFRESH_DAYS;
        args.tokenValidityUnits = { idToken: "minutes", accessToken: "minutes", refreshToken: "days" };
        // People cannot change attributes by which Callboard knows them; a registration gives only an address.
        args.writeAttributes = registrationOpen ? ["email", "locale"] : ["locale"];
      },
    },
  });
  const domain = $interpolate`${userPool.domainUrl}`;
  return {
    environment: {
      TOKEN_ISSUER: url,
      TOKEN_JWKS_URL: $interpolate`${url}/.well-known/jwks.json`,
      ...authorizeVariables(settings, settings.capabilities, undefined),
      TOKEN_AUDIENCE: client.id,
    },
    signIn: $resolve([url, client.id, domain]).apply(([issuer, clientId, at]) => ({
      issuer,
      clientId,
      token: pagesToken,
      logoutUrl: `${at}/logout`,
    })),
    made: { userPool: userPool.id, client: client.id, signIn: domain },
  };
}

/** A user pool whose people sign in with their e-mail address on Cognito's pages. */
const users = ({ production, registrationOpen }: Settings, { inStack }: Names): sst.aws.CognitoUserPool =>
  new sst.aws.CognitoUserPool(inStack("Users"), {
    usernames: ["email"],
    domain: {
      prefix: aws.getCallerIdentityOutput().accountId.apply((account) => domainPrefix(account, inStack(""))),
    },
    transform: {
      userPool: (args, opts) => {
        args.deletionProtection = production ? "ACTIVE" : "INACTIVE";
        args.adminCreateUserConfig = { allowAdminCreateUserOnly: !registrationOpen };
        args.passwordPolicy = {
          minimumLength: 12,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: false,
          temporaryPasswordValidityDays: 7,
        };
        // No telephone numbers are known.
        args.accountRecoverySetting = { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] };
        // The old address stays until a new one is verified.
        args.userAttributeUpdateSettings = { attributesRequireVerificationBeforeUpdates: ["email"] };
        // SST's own list of retained types has tables and buckets, not users.
        opts.retainOnDelete = production;
      },
    },
  });

const MAX_STAGE_LENGTH = 30;

/**
 * The name of the sign-in pages' domain. It must be unique in the Region and contain no reserved words of AWS. It has
 * app and stage, for readability, and a few characters that differ between accounts and stages.
 */
export function domainPrefix(
  account: string,
  callboard = "",
  { name, stage }: { name: string; stage: string } = $app,
): string {
  const words = [name, stage, callboard]
    .filter(Boolean)
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const plain = words.replace(/aws|amazon|cognito/g, "x").slice(0, MAX_STAGE_LENGTH);
  const own = createHash("sha256")
    .update([account, name, stage, callboard].filter(Boolean).join("/"))
    .digest("hex")
    .slice(0, 8);
  return `${plain}-${own}`.replace(/^-+/, "").replace(/-{2,}/g, "-");
}
