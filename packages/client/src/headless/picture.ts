import type { StoredObject } from "@callboard/protocol";
import type { Resolved } from "../outbox.ts";
import { isFresh } from "./subject.ts";

/** What a picture needs of a client. */
export interface PictureSource {
  now(): number;
  resolve(ref: string): Promise<Resolved>;
}

/** A picture that is kept to be shown. */
export interface FollowedPicture {
  /** It did not load: asks for a fresh URL, unless the last one was asked for. */
  renew(): void;
  stop(): void;
}

/**
 * Tells a URL of a stored object: the one that came with it while that is fresh, else one that it asks for once. Signed
 * URLs last for minutes, and a picture that is shown needs none any more: so nothing is asked for before a URL is of no
 * use. `ref` is `<channel>#<key>` of the item that names the object.
 */
export function followPicture(
  source: PictureSource,
  ref: string,
  object: Pick<StoredObject, "url" | "expiresAt">,
  tell: (url: string | undefined) => void,
): FollowedPicture {
  let asked = false;
  let stopped = false;

  function ask(): void {
    if (asked) return;
    asked = true;
    source.resolve(ref).then(
      ({ url }) => stopped || tell(url),
      // It stays without one until it is shown anew.
      () => {},
    );
  }

  if (!isFresh(object, source.now())) ask();
  return {
    renew() {
      tell(undefined);
      ask();
    },
    stop() {
      stopped = true;
    },
  };
}
