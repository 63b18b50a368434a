import { hash } from "node:crypto";
import type { Caller } from "@callboard/core";
import type { JWTVerifyGetKey, JWTVerifyResult, ResolvedKey } from "jose";

/** What is kept of a verified token; the token cannot be recovered from it. */
interface Verified {
  readonly caller: Caller;
  readonly header: JWTVerifyResult["protectedHeader"];
  readonly key: ResolvedKey["key"];
  /** The token may not have been valid before this time, in milliseconds. */
  readonly since: number;
}

/** The hash of a token, which names it without revealing it. */
export const tokenHash = (token: string): string => hash("sha256", token, "base64url");

/** Verified tokens by their hash: a caller that comes again with the same token costs no signature check. */
export interface VerifiedTokens {
  /**
   * The principal of a token; undefined: it has to be verified. A token stays known until it ends or its key is no longer
   * among the issuer's keys. Rejects if the keys cannot be fetched.
   */
  find(hash: string): Promise<Caller | undefined>;
  keep(hash: string, caller: Caller, verified: Pick<JWTVerifyResult, "protectedHeader"> & ResolvedKey): void;
}

/** Far more tokens than one process has callers; the least recently used are dropped first. */
const MAX_TOKENS = 5000;

/**
 * Keeps verified tokens in the process. Failed tokens are not kept: made-up tokens all differ and would only push out
 * valid ones.
 */
export function verifiedTokens(keys: JWTVerifyGetKey, now: () => number, most = MAX_TOKENS): VerifiedTokens {
  const kept = new Map<string, Verified>();
  return {
    async find(hash) {
      const known = kept.get(hash);
      if (!known) return undefined;
      const { caller, header, key, since } = known;
      const isOfNow = now() >= since && now() < caller.expiresAt;
      // Keys that were fetched again are other objects, whatever their names.
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
