import { useConnection } from "@callboard/client/react";
import type { InboxRequestValue, ReceiptValue } from "@callboard/protocol";
import { useMemo, useState } from "react";
import { receiptsOf, wantedOf } from "../model/inbox.ts";
import { useChannels } from "../ui/use-channels.ts";

/** All inboxes of the one who is signed in, as one. */
export interface Inbox {
  wanted: readonly InboxRequestValue[];
  receipts: readonly ReceiptValue[];
  /** The keys of receipts that cannot be read. */
  unread: readonly string[];
  /** Everything that was there before is in it. */
  ready: boolean;
}

/** Follows the inboxes that the server named last, so that they stay while a connection is made anew. */
export function useInbox(): Inbox {
  const connection = useConnection();
  const [names, setNames] = useState(connection.state === "connected" ? connection.inboxes : []);
  if (connection.state === "connected" && connection.inboxes.join() !== names.join())
    setNames(connection.inboxes);
  const snapshots = useChannels(names);
  return useMemo(() => {
    const inboxes = snapshots.map((snapshot) => snapshot.items);
    const ready =
      snapshots.length > 0 &&
      snapshots.every(({ status }) => status === "following" || typeof status === "object");
    const { receipts, misfits } = receiptsOf(inboxes);
    return { wanted: wantedOf(inboxes), receipts, unread: misfits.map(({ key }) => key), ready };
  }, [snapshots]);
}
