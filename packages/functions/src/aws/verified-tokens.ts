import { hash } from "node:crypto";
import type { Caller } from "@callboard/core";
import type { JWTVerifyGetKey, JWTVerifyResult, ResolvedKey } from "jose";

/** What is kept of a token whose signature and claims were found good: nothing from which it could be made again. */
interface Verified {
  readonly caller: Caller;
  readonly header: JWTVerifyResult["protectedHeader"];
  readonly key: ResolvedKey["key"];
  /** Before this time it may not have been valid yet, in milliseconds. */
  readonly since: number;
}

/** What a token is called by whoever must not keep it. */
export const tokenHash = (token: string): string => hash("sha256", token, "base64url");

/** Tokens that were verified, by their hash: whoever comes again with the same one costs no signature. */
export interface VerifiedTokens {
  /**
   * Whose token it is; undefined: it has to be verified. It is known while it has not ended and the key that signed it
   * is among the issuer's keys. Fails as finding the key fails, for a key that was taken away as for any other.
   */
  find(hash: string): Promise<Caller | undefined>;
  keep(hash: string, caller: Caller, verified: Pick<JWTVerifyResult, "protectedHeader"> & ResolvedKey): void;
}

/** Far more than one process has callers; those that were not used for longest are forgotten first. */
const MOST_TOKENS = 5000;

/**
 * Keeps verified tokens in the process. A token that failed is not kept: made-up tokens are no two the
 * same, and would only drive out those of callers.
 */
export function verifiedTokens(keys: JWTVerifyGetKey, now: () => number, most = MOST_TOKENS): VerifiedTokens {
  const kept = new Map<string, Verified>();
  return {
    async find(hash) {
      const known = kept.get(hash);
      if (!known) return undefined;
      const { caller, header, key, since } = known;
      const isOfNow = now() >= since && now() < caller.expiresAt;
      // Keys that were fetched anew are other objects, whatever their names.
      const isGood = isOfNow && (await keys(header, { payload: "", signature: "" })) === key;
      kept.delete(hash);
      if (!isGood) return undefined;
      kept.set(hash, known);
      return caller;
    },

    keep(hash, caller, { protectedHeader: header, key }) {
      kept.set(hash, { caller, header, key, since: now() });
      if (kept.size <= most) return;
      const [oldest] = kept.keys();
      kept.delete(oldest!);
    },
  };
}
