import { isFresh } from "@callboard/client/headless";
import { useCallboard } from "@callboard/client/react";
import type { Channel, StoredObject } from "@callboard/protocol";
import { useCallback, useEffect, useRef, useState } from "react";

/** The URL of a stored object. */
export interface SignedUrl {
  /** Stays the same until it is renewed, whatever the channel brings; undefined until one is known. */
  readonly url: string | undefined;
  /** Increases with each requested URL: within minutes the URL itself may be the same. */
  readonly attempt: number;
  /** A fresh URL failed too, or there is none: the object may be gone. */
  readonly failed: boolean;
  /** The URL did not load: requests a fresh one, unless one has just come. */
  readonly renew: () => void;
  /** The user asks for another try. */
  readonly retry: () => void;
}

interface Known {
  readonly of: string;
  readonly url: string | undefined;
  readonly attempt: number;
  readonly failed: boolean;
}

/** A failure this soon after a fresh URL is not an expiry, in milliseconds. */
const TOO_SOON_MS = 30_000;

/**
 * The URL of a channel's object for longer than one is valid: a fresh one is requested when the given one has
 * expired, or does not load any more.
 */
export function useSignedUrl(channel: Channel, key: string, object: StoredObject | undefined): SignedUrl {
  const client = useCallboard();
  const [state, setState] = useState<Known>();
  const asked = useRef({ of: "", at: Number.NEGATIVE_INFINITY });
  const of = object && `${channel}#${key} ${object.key}`;

  const ask = useCallback(() => {
    if (of === undefined) return;
    const isAgain = asked.current.of === of && client.now() - asked.current.at < TOO_SOON_MS;
    if (isAgain) return setState((now) => told(now, of, undefined, true));
    asked.current = { of, at: client.now() };
    client.resolve(`${channel}#${key}`).then(
      ({ url }) => asked.current.of === of && setState((now) => told(now, of, url, false, 1)),
      () => asked.current.of === of && setState((now) => told(now, of, undefined, true)),
    );
  }, [client, channel, key, of]);

  const latest = useRef(object);
  latest.current = object;
  useEffect(() => {
    if (of === undefined || latest.current === undefined) return;
    if (!isFresh(latest.current, client.now())) return ask();
    // The answer belongs to a former object.
    asked.current = { of, at: Number.NEGATIVE_INFINITY };
    setState(told(undefined, of, latest.current.url, false));
  }, [client, of, ask]);

  const known = state !== undefined && state.of === of ? state : undefined;
  const retry = useCallback(() => {
    asked.current = { of: "", at: Number.NEGATIVE_INFINITY };
    ask();
  }, [ask]);
  const { url, attempt = 0, failed = false } = known ?? {};
  return { url, attempt, failed, renew: ask, retry };
}

/** The state after an answer; nothing of another object is kept. */
function told(now: Known | undefined, of: string, url: string | undefined, failed: boolean, more = 0): Known {
  const same = now?.of === of ? now : undefined;
  return { of, url: url ?? same?.url, attempt: (same?.attempt ?? 0) + more, failed };
}
