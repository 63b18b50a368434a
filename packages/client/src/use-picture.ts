import type { Channel, StoredObject } from "@callboard/protocol";
import { useEffect, useMemo, useRef, useState } from "react";
import { type FollowedPicture, followPicture } from "./headless/picture.ts";
import { isFresh } from "./headless/subject.ts";
import { useCallboard } from "./use-callboard.ts";

/** A picture for an `<img {...picture} alt="…" />`. */
export interface Picture {
  readonly src: string;
  /** Requests a fresh URL once, when the signed one has expired. */
  readonly onError: () => void;
}

/**
 * The picture of a channel's item, with a URL that is valid now; undefined without one. The same object keeps
 * its URL until that fails, so that it is not loaded again with each delivery.
 */
export function usePicture(
  channel: Channel | undefined,
  key: string,
  object: StoredObject | undefined,
): Picture | undefined {
  const client = useCallboard();
  const of = object && `${channel}#${key} ${object.key}`;
  const latest = useRef(object);
  latest.current = object;
  const [renewed, setRenewed] = useState<{ of: string; url: string | undefined }>();
  const followed = useRef<FollowedPicture>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another signature is no other picture
  const first = useMemo(
    () => (object && isFresh(object, client.now()) ? object.url : undefined),
    [client, of],
  );
  useEffect(() => {
    if (of === undefined || latest.current === undefined) return;
    const ref = of.slice(0, of.indexOf(" "));
    const picture = followPicture(client, ref, latest.current, (url) => setRenewed({ of, url }));
    followed.current = picture;
    return () => picture.stop();
  }, [client, of]);
  const src = renewed !== undefined && renewed.of === of ? renewed.url : first;
  return useMemo(
    () => (src === undefined ? undefined : { src, onError: () => followed.current?.renew() }),
    [src],
  );
}
