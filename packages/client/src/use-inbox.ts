import type { ReceiptValue } from "@callboard/protocol";
import { useMemo } from "react";
import { receiptsOf, type Wanted, wantedOf } from "./headless/inbox.ts";
import { useCallboard, useConnection } from "./use-callboard.ts";
import { useChannels } from "./use-channel.ts";

/** All inboxes of whoever is connected, as one. */
export interface Inbox {
  /** What is wanted of them, the most urgent first. */
  readonly wanted: readonly Wanted[];
  /** What became of their answers, on whichever device, the newest first. */
  readonly receipts: readonly ReceiptValue[];
  /** The keys of receipts that cannot be read. */
  readonly unread: readonly string[];
  /** Nothing has come so far. */
  readonly loading: boolean;
  /** Something may be missing. */
  readonly stale: boolean;
}

/** Follows the inboxes that the server named last, so that they stay while a connection is made anew. */
export function useInbox(): Inbox {
  const client = useCallboard();
  useConnection();
  const channels = useChannels(client.inboxes());
  return useMemo(() => {
    const inboxes = channels.map(({ items }) => items);
    return {
      wanted: wantedOf(inboxes),
      ...receiptsOf(inboxes),
      loading: channels.length === 0 || channels.some(({ loading }) => loading),
      stale:
        channels.length === 0 ||
        channels.some(({ status }) => status !== "following" && typeof status === "string"),
    };
  }, [channels]);
}
