import type { Channel } from "@callboard/client";
import { type Inbox as InboxState, useServerNow } from "@callboard/client/react";
import type { KeyboardEvent } from "react";
import type { InboxGroup } from "../model/inbox.ts";
import { useWords } from "../words/use-words.ts";
import { InboxGroupRows } from "./inbox-group.tsx";
import { Receipts } from "./later-parts.ts";

/** How often the remaining times are updated, in milliseconds: they are shown in minutes. */
const TICK_MS = 15_000;

/** The questions for the user, by subject, and the outcomes of the user's answers. */
export function Inbox({
  inbox,
  groups,
  channel,
  shown,
  cursor,
  setCursor,
  open,
  nameOf,
}: {
  inbox: InboxState;
  /** The groups that match the search. */
  groups: readonly InboxGroup[];
  /** The list that has the subjects' pictures. */
  channel: Channel | undefined;
  /** The question that is shown. */
  shown: string | undefined;
  /** The one question that the Tab key reaches; arrow keys reach the others. */
  cursor: string | undefined;
  setCursor: (requestId: string) => void;
  open: (place: { subject: string; requestId: string }) => void;
  nameOf: (subject: string) => string;
}) {
  const words = useWords().frame;
  const now = useServerNow(TICK_MS);
  const { wanted, receipts, unread, stale } = inbox;
  return (
    <>
      {wanted.length === 0 && (
        <p className="inbox-nothing quiet">{stale ? words.looking : words.inbox.nothing}</p>
      )}
      <ul className="inbox-groups" aria-label={words.inbox.list} onKeyDown={moveByArrows}>
        {groups.map((group) => (
          <InboxGroupRows
            key={group.subject}
            group={group}
            channel={channel}
            now={now}
            shown={shown}
            cursor={cursor}
            setCursor={setCursor}
            open={open}
          />
        ))}
      </ul>
      {receipts.length + unread.length > 0 && (
        <Receipts receipts={receipts} unread={unread} nameOf={nameOf} />
      )}
    </>
  );
}

const rowsIn = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>("[data-request] button")];

/** Arrow keys, Home and End move between rows. */
function moveByArrows(event: KeyboardEvent<HTMLElement>) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const rows = rowsIn(event.currentTarget);
  const place = rows.indexOf(document.activeElement as HTMLElement);
  if (place < 0) return;
  const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows[Math.min(Math.max(0, to), rows.length - 1)]?.focus();
}
