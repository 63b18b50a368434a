import type { Caller, Log } from "@callboard/core";
import { jsonBytes } from "@callboard/protocol";
import type { TokenOutcome, VerifyToken } from "../aws/jwt-tokens.ts";

export interface AuthorizeParts {
  readonly verify: VerifyToken;
  readonly log: Log;
}

/** AWS limits an authorizer's result to 8 KB; the rest is the policy. */
const MAX_CALLER_BYTES = 7 * 1024;

/** API Gateway accepts no longer token: all headers together have at most 10,240 bytes. */
const MAX_TOKEN_LENGTH = 8 * 1024;

/** A token for an authorizer: verified, invalid, or larger than the limits allow. */
export type Judgement = TokenOutcome | { readonly outcome: "absent" } | { readonly outcome: "too_large" };

/**
 * Checks the token of a request and counts the outcome; one that is too long is refused unread. Throws when the keys
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
  return token.length > MAX_TOKEN_LENGTH ? { outcome: "too_large" } : fitting(await verify(token));
}

/** A caller is not refused because of contact details: those are left out first. */
function fitting(checked: TokenOutcome): Judgement {
  if (checked.outcome !== "valid" || fits(checked.caller)) return checked;
  const { contact: _, ...caller } = checked.caller;
  return fits(caller) ? { outcome: "valid", caller } : { outcome: "too_large" };
}

const fits = (caller: Caller): boolean => jsonBytes(caller) <= MAX_CALLER_BYTES;
