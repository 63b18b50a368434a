import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";

export interface RemoteKeysOptions {
  /** The address of the issuer's JSON Web Key Set. */
  readonly url: URL;
  readonly now: () => number;
  /**
   * How long keys are kept, in milliseconds: a key that the issuer removed is accepted for this long. Default: ten
   * minutes.
   */
  readonly keepKeysMs?: number;
  /**
   * How old kept keys must be, in milliseconds, before a token with an unknown key makes them fetched again. It limits
   * how often made-up tokens reach the issuer. Default: five seconds.
   */
  readonly askAgainMs?: number;
}

const FETCH_TIMEOUT_MS = 3000;
const KEEP_KEYS_MS = 10 * 60_000;
const ASK_AGAIN_MS = 5000;

/**
 * The issuer's keys, fetched and kept. A token with an unknown key makes them fetched again, so a new key works with its
 * first token. Ages use the caller's clock. jose's own options use the system's (`cacheMaxAge`, 10 minutes, and
 * `cooldownDuration`, 30 s, in which tokens with a new key would be refused).
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

  /** Callers that ask while keys are being fetched share one fetch. */
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
