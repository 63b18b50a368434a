import { jsonLog } from "./aws/json-log.ts";
import { jwtTokens } from "./aws/jwt-tokens.ts";
import { systemClock } from "./aws/machine.ts";
import type { EnvironmentOf } from "./environment.ts";
import type { AuthorizeParts } from "./handlers/judge-token.ts";

/** The parts of `authorize`. It uses no AWS service, so it loads no AWS SDK. */
export function composeAuthorize(environment: EnvironmentOf<"authorize">): AuthorizeParts {
  const { TOKEN_JWKS, TOKEN_JWKS_URL, TOKEN_ISSUER, TOKEN_AUDIENCE, TOKEN_USER_CLAIM } = environment;
  const { CAPABILITIES, GUESTS, STAGE } = environment;
  return {
    verify: jwtTokens({
      keys: TOKEN_JWKS ?? new URL(TOKEN_JWKS_URL!),
      now: systemClock.now,
      guests: GUESTS === "true",
      ...(TOKEN_ISSUER === undefined ? {} : { issuer: TOKEN_ISSUER }),
      ...(CAPABILITIES === undefined ? {} : { capabilities: CAPABILITIES }),
      ...(TOKEN_AUDIENCE === undefined ? {} : { audience: TOKEN_AUDIENCE }),
      ...(TOKEN_USER_CLAIM === undefined ? {} : { userClaim: TOKEN_USER_CLAIM }),
    }),
    log: jsonLog("authorize", STAGE),
  };
}
