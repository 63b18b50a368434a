import type { Variables } from "./functions.ts";
import type { Settings } from "./settings.ts";

/** How tokens are checked, as the authorizers' environment, and the user pool if one was made. */
export interface Identity {
  readonly environment: Variables<"authorize">;
  readonly userPool?: sst.aws.CognitoUserPool;
  readonly clientId?: $util.Output<string>;
}

/** The issuer that the settings name, or a user pool of Cognito's. */
export function identity({ issuer, capabilities, guests, production }: Settings): Identity {
  const allowed: Variables<"authorize"> = {
    ...(Object.keys(capabilities).length > 0 ? { CAPABILITIES: JSON.stringify(capabilities) } : {}),
    ...(guests ? { GUESTS: "true" } : {}),
  };
  if (issuer)
    return {
      environment: {
        ...allowed,
        TOKEN_ISSUER: issuer.url,
        TOKEN_JWKS_URL: issuer.jwksUrl,
        ...(issuer.audience ? { TOKEN_AUDIENCE: issuer.audience } : {}),
      },
    };
  const userPool = new sst.aws.CognitoUserPool("Users", {
    usernames: ["email"],
    transform: {
      userPool: (args, opts) => {
        args.deletionProtection = production ? "ACTIVE" : "INACTIVE";
        // SST's own list of what is retained has tables and buckets, not people.
        opts.retainOnDelete = production;
      },
    },
  });
  const client = userPool.addClient("UsersClient");
  const url = $interpolate`https://cognito-idp.${aws.getRegionOutput().region}.amazonaws.com/${userPool.id}`;
  return {
    userPool,
    clientId: client.id,
    environment: {
      ...allowed,
      TOKEN_ISSUER: url,
      TOKEN_JWKS_URL: $interpolate`${url}/.well-known/jwks.json`,
      TOKEN_AUDIENCE: client.id,
    },
  };
}
