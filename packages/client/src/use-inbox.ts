import type { ReceiptValue } from "@callboard/protocol";
import { useMemo } from "react";
import { receiptsOf, type Wanted, wantedOf } from "./headless/inbox.ts";
import { useCallboard, useConnection } from "./use-callboard.ts";
import { useChannels } from "./use-channel.ts";

/** All inboxes of the connected user, as one. */
export interface Inbox {
  /** The questions for the user, the most urgent first. */
  readonly wanted: readonly Wanted[];
  /** The outcomes of the user's answers, from all devices, the newest first. */
  readonly receipts: readonly ReceiptValue[];
  /** The keys of receipts that cannot be read. */
  readonly unread: readonly string[];
  /** No data has come so far. */
  readonly loading: boolean;
  /** Something may be missing. */
  readonly stale: boolean;
}

/** Follows the inboxes that the server named last, so that they stay during a reconnect. */
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
