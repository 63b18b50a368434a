import type { Channel, ChannelStatus } from "@callboard/client";
import { useCallboard } from "@callboard/client/react";
import { useCallback, useRef, useSyncExternalStore } from "react";
import type { Items } from "../model/items.ts";

/** What one channel holds, and how far that can be trusted. */
interface ChannelSnapshot {
  name: Channel;
  status: ChannelStatus;
  items: Items;
}

/** Follows several channels at once; a new list whenever one of them changes. */
export function useChannels(names: readonly Channel[]): readonly ChannelSnapshot[] {
  const client = useCallboard();
  const last = useRef<readonly ChannelSnapshot[]>([]);
  const joined = names.join(" ");
  const subscribe = useCallback(
    (changed: () => void) => {
      const channels = joined === "" ? [] : (joined.split(" ") as Channel[]);
      const stops = channels.map((name) => client.channel(name).follow(changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [client, joined],
  );
  return useSyncExternalStore(subscribe, () => {
    const next = names.map((name) => {
      const { status, items } = client.channel(name);
      return { name, status, items };
    });
    const same =
      next.length === last.current.length &&
      next.every((snapshot, index) => {
        const before = last.current[index]!;
        return (
          before.name === snapshot.name &&
          before.status === snapshot.status &&
          before.items === snapshot.items
        );
      });
    if (!same) last.current = next;
    return last.current;
  });
}
