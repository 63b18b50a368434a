import type { Channel } from "@callboard/protocol";
import { useMemo } from "react";
import type { ChannelStatus } from "./channel-view.ts";
import { type ListedSubject, listOf } from "./headless/listed.ts";
import { type FollowOptions, useChannel } from "./use-channel.ts";

/** The current state of a list. */
export interface SubjectList {
  readonly channel: Channel | undefined;
  /** The subjects, the newest start first; `usePicture(channel, key, picture)` loads a picture. */
  readonly lines: readonly ListedSubject[];
  readonly status: ChannelStatus;
  /** No data has come so far. */
  readonly loading: boolean;
  /** The data is true, but something may be missing. */
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
