import type { Caller, Log } from "@callboard/core";
import { jsonBytes } from "@callboard/protocol";
import type { TokenOutcome, VerifyToken } from "../aws/jwt-tokens.ts";

export interface AuthorizeParts {
  readonly verify: VerifyToken;
  readonly log: Log;
}

/** AWS: an authorizer's result has 8 KB at most; the rest of it is the policy. */
const LARGEST_CALLER_BYTES = 7 * 1024;

/** No token of an issuer is longer that API Gateway would take, whose headers have 10,240 bytes in all. */
const LONGEST_TOKEN = 8 * 1024;

/** What a token is to an authorizer: as it was verified, or none, or one that is longer or says more than any may. */
export type Judgement = TokenOutcome | { readonly outcome: "absent" } | { readonly outcome: "too_large" };

/**
 * Judges the token of a request and counts the outcome; one that is too long is not even looked at. Throws when the keys
 * cannot be fetched.
 */
export async function judgeToken(
  { verify, log }: AuthorizeParts,
  token: string | undefined,
): Promise<Judgement> {
  const judgement = await judge(verify, token);
  log.metric("authorized", judgement.outcome === "valid" ? 1 : 0, { outcome: judgement.outcome });
  return judgement;
}

async function judge(verify: VerifyToken, token: string | undefined): Promise<Judgement> {
  if (token === undefined) return { outcome: "absent" };
  return token.length > LONGEST_TOKEN ? { outcome: "too_large" } : fitting(await verify(token));
}

/** Nobody is refused for what is said of reaching them: it is left out first. */
function fitting(checked: TokenOutcome): Judgement {
  if (checked.outcome !== "valid" || fits(checked.caller)) return checked;
  const { contact: _, ...caller } = checked.caller;
  return fits(caller) ? { outcome: "valid", caller } : { outcome: "too_large" };
}

const fits = (caller: Caller): boolean => jsonBytes(caller) <= LARGEST_CALLER_BYTES;
