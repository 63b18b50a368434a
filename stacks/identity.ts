import { createHash } from "node:crypto";
import { authorizeVariables, type PagesSignIn, signInOf } from "@callboard/functions/deployment";
import type { Variables } from "./functions.ts";
import { type Known, when } from "./known.ts";
import type { Names } from "./names.ts";
import { CREATORS, type Settings } from "./settings.ts";

/** Who says who people are, before it is known where they come back to. */
interface People {
  /** Where the pages send requests of their own to sign people in. */
  readonly origins: readonly $util.Input<string>[];
  /** `pages` are the addresses at which the pages stand, without a slash at their end. */
  forPages(pages: readonly $util.Input<string>[]): Identity;
}

/** How tokens are checked, as the authorizers' environment, and how people sign in to the pages. */
interface Identity {
  readonly environment: Variables<"authorize">;
  /** Undefined where people come with links alone. */
  readonly signIn?: $util.Input<PagesSignIn>;
  /** What was made where no issuer was named. */
  readonly made?: Readonly<Record<"userPool" | "client" | "signIn", $util.Output<string>>>;
}

/** The issuer that the settings name, or a user pool of Cognito's. */
export function identity(settings: Settings, names: Names, known: Known<Settings> = settings): People {
  if (!settings.issuer) return ownUsers(settings, names);
  // Which variables there are does not wait for what they say.
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

/** What the authorizers are told of an issuer that is there. */
function variablesOf(settings: Settings): Record<string, string> {
  const { url, jwksUrl, audience } = settings.issuer!;
  return {
    TOKEN_ISSUER: url,
    TOKEN_JWKS_URL: jwksUrl ?? `${url}/.well-known/jwks.json`,
    ...authorizeVariables(settings, settings.capabilities, audience),
  };
}

/** Minutes for which a right that was taken away may still be used. */
const TOKEN_MINUTES = 15;
/** Days after which whoever was signed in signs in again. */
const REFRESH_DAYS = 30;

function ownUsers(settings: Settings, names: Names): People {
  const { inStack } = names;
  const userPool = users(settings, names);
  // Named whatever the settings say: a group that is taken away takes its members along.
  new aws.cognito.UserGroup(inStack("UsersCreators"), {
    userPoolId: userPool.id,
    name: CREATORS,
    description: "Those who start videos",
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
        // Without pages nobody is sent back to anywhere; a team's own pages have a client of their own.
        args.allowedOauthFlowsUserPoolClient = addresses.length > 0;
        // Whoever can read a page could read a secret in it.
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
        // People may write nothing of themselves by which Callboard knows them; who registers gives an address.
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

/** A pool of users who sign in with their address on pages of Cognito's. */
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
        // Nobody's telephone is known.
        args.accountRecoverySetting = { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] };
        // Until a new address is verified the former one stays.
        args.userAttributeUpdateSettings = { attributesRequireVerificationBeforeUpdates: ["email"] };
        // SST's own list of what is retained has tables and buckets, not people.
        opts.retainOnDelete = production;
      },
    },
  });

const LONGEST_STAGE = 30;

/**
 * The name of the sign-in pages' domain, which nobody else in the Region may have, and in which Cognito takes no word of
 * AWS's own: app and stage, for the eye, and a few letters that tell accounts and stages of one spelling apart.
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
  const plain = words.replace(/aws|amazon|cognito/g, "x").slice(0, LONGEST_STAGE);
  const own = createHash("sha256")
    .update([account, name, stage, callboard].filter(Boolean).join("/"))
    .digest("hex")
    .slice(0, 8);
  return `${plain}-${own}`.replace(/^-+/, "").replace(/-{2,}/g, "-");
}
