import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";

export interface RemoteKeysOptions {
  /** Where the issuer's JSON Web Key Set is. */
  readonly url: URL;
  readonly now: () => number;
  /** How long keys are kept, in milliseconds: so long a key that its issuer took away is still good. Ten minutes. */
  readonly keepKeysMs?: number;
  /**
   * How old kept keys must be, in milliseconds, for a token of an unknown key to have them fetched again: so seldom do
   * made-up tokens reach the issuer. Five seconds.
   */
  readonly askAgainMs?: number;
}

const FETCH_TIMEOUT_MS = 3000;
const KEEP_KEYS_MS = 10 * 60_000;
const ASK_AGAIN_MS = 5000;

/**
 * The keys of an issuer, fetched and kept. A token of a key that is not among them has them fetched again, so that a
 * new key is good when its first token comes. Ages are told here by the caller's clock; jose's own (`cacheMaxAge`, 10
 * minutes, and `cooldownDuration`, 30 s in which a new key's tokens would be refused) read the system's.
 * https://github.com/panva/jose/blob/main/docs/jwks/remote/interfaces/RemoteJWKSetOptions.md
 */
export function remoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  const { url, now, keepKeysMs = KEEP_KEYS_MS, askAgainMs = ASK_AGAIN_MS } = options;
  const kept = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
  });
  let fetchedAt = Number.NEGATIVE_INFINITY;
  const areOlderThan = (ms: number) => now() - fetchedAt >= ms;

  /** Those who ask while keys are being fetched get the same answer. */
  async function fetchKeys(): Promise<void> {
    await kept.reload();
    fetchedAt = now();
  }

  return async (header, token) => {
    if (areOlderThan(keepKeysMs)) await fetchKeys();
    try {
      return await kept(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !areOlderThan(askAgainMs)) throw error;
      await fetchKeys();
      return kept(header, token);
    }
  };
}
