import type { Clock, Log } from "@callboard/core";
import { errorName } from "./errors.ts";
import type { SigningKeys } from "./http/signing.ts";

/** Keys from AWS; without an expiration they do not expire. */
export interface Credentials extends SigningKeys {
  readonly expiration?: Date;
}

export type CredentialsProvider = () => Promise<Credentials>;

const REFRESH_AHEAD_MS = 5 * 60_000;
const REFRESH_PAUSE_MS = 10_000;

/**
 * Caches a provider's credentials. They are requested when first needed, and again from 5 minutes before they expire,
 * which is when the SDK's own providers have new ones. While the cached ones are valid, nobody waits for the refresh: one
 * runs at a time, at most every 10 seconds, and a failure is logged by name. Once they have expired, all callers wait for
 * the same refresh, and reject if it rejects.
 */
export function freshCredentials(options: {
  readonly provider: CredentialsProvider;
  readonly clock: Pick<Clock, "now">;
  readonly log?: Pick<Log, "warn"> | undefined;
}): CredentialsProvider {
  const { provider, clock, log } = options;
  let kept: Credentials | undefined;
  let loading: Promise<Credentials> | undefined;
  let nextRefreshAt = 0;

  function load(): Promise<Credentials> {
    loading ??= Promise.resolve()
      .then(provider)
      .then((credentials) => {
        kept = credentials;
        return credentials;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  }

  function refresh(now: number): void {
    if (now < nextRefreshAt) return;
    nextRefreshAt = now + REFRESH_PAUSE_MS;
    load().catch((error) => log?.warn("credentials were not refreshed", { error: errorName(error) }));
  }

  return async () => {
    const now = clock.now();
    const expiresAt = kept?.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    if (kept === undefined || now >= expiresAt) return load();
    if (now >= expiresAt - REFRESH_AHEAD_MS) refresh(now);
    return kept;
  };
}
