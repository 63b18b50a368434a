import type { Channel, ChannelStatus } from "@callboard/client";
import { type ListedSubject, listOf } from "@callboard/client/headless";
import { useChannel, useConnection } from "@callboard/client/react";
import { isChannel, listChannel, type Principal } from "@callboard/protocol";
import { useMemo, useState } from "react";
import { isLoading } from "./channel-problem.tsx";

/** A list as it stands, live. */
export interface Listed {
  channel: Channel | undefined;
  lines: readonly ListedSubject[];
  status: ChannelStatus;
  /** Its first full sight is still to come. */
  loading: boolean;
}

/** Follows a list while the component is mounted. */
export function useListed(channel: Channel | undefined): Listed {
  const { items, status } = useChannel(channel);
  return useMemo(
    () => ({ channel, lines: listOf(items), status, loading: isLoading(status, items.size) }),
    [channel, items, status],
  );
}

/** The list of what the one who is signed in owns; it stays while a connection is made anew. */
export function useOwnList(kind: string): Channel | undefined {
  const connection = useConnection();
  const [user, setUser] = useState<string>();
  const id = connection.state === "connected" ? connection.user.id : user;
  if (id !== user) setUser(id);
  if (id === undefined) return undefined;
  const own = listChannel(kind, `user/${id}` as Principal);
  return isChannel(own) ? own : undefined;
}
