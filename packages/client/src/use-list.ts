import type { Channel } from "@callboard/protocol";
import { useMemo } from "react";
import type { ChannelStatus } from "./channel-view.ts";
import { type ListedSubject, listOf } from "./headless/listed.ts";
import { type FollowOptions, useChannel } from "./use-channel.ts";

/** A list as it stands. */
export interface SubjectList {
  readonly channel: Channel | undefined;
  /** The subjects, those that began last first; `usePicture(channel, key, picture)` has a picture to show. */
  readonly lines: readonly ListedSubject[];
  readonly status: ChannelStatus;
  /** Nothing has come of it so far. */
  readonly loading: boolean;
  /** What is there is true, but something may be missing. */
  readonly stale: boolean;
}

/** Follows a list of subjects, such as `list:video`. */
export function useList(channel: Channel | undefined, options?: FollowOptions): SubjectList {
  const { items, status, loading, stale } = useChannel(channel, options);
  return useMemo(
    () => ({ channel, lines: listOf(items), status, loading, stale }),
    [channel, items, status, loading, stale],
  );
}
