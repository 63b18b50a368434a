import type { StoredObject } from "@callboard/protocol";
import type { Resolved } from "../outbox.ts";
import { isFresh } from "./subject.ts";

/** What a picture needs from a client. */
export interface PictureSource {
  now(): number;
  resolve(ref: string): Promise<Resolved>;
}

/** A picture that is shown. */
export interface FollowedPicture {
  /** The picture did not load: asks for a fresh URL, unless the last URL was such a one. */
  renew(): void;
  stop(): void;
}

/**
 * Provides the URL of a stored object: the one that came with it while it is fresh, else one that it asks for
 * once. Signed URLs last for minutes, and a picture that is shown needs none any more, so a fresh URL is
 * requested only when the old one has failed or expired. `ref` is `<channel>#<key>` of the item that names
 * the object.
 */
export function followPicture(
  source: PictureSource,
  ref: string,
  object: Pick<StoredObject, "url" | "expiresAt">,
  show: (url: string | undefined) => void,
): FollowedPicture {
  let asked = false;
  let stopped = false;

  function ask(): void {
    if (asked) return;
    asked = true;
    source.resolve(ref).then(
      ({ url }) => stopped || show(url),
      // It stays without a URL until it is shown again.
      () => {},
    );
  }

  if (!isFresh(object, source.now())) ask();
  return {
    renew() {
      show(undefined);
      ask();
    },
    stop() {
      stopped = true;
    },
  };
}
