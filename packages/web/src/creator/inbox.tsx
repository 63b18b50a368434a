import { useServerNow } from "@callboard/client/react";
import { receiptText } from "../model/inbox.ts";
import { momentText } from "../model/time.ts";
import { subjectName } from "../model/words.ts";
import type { Inbox as InboxState } from "./use-inbox.ts";

/** What is wanted of one, and what became of one's answers. */
export function Inbox({
  inbox,
  selected,
  open,
  nameOf,
}: {
  inbox: InboxState;
  selected: string | undefined;
  open: (subject: string) => void;
  nameOf: (subject: string) => string | undefined;
}) {
  const { wanted, receipts, ready } = inbox;
  const now = useServerNow();
  return (
    <section className="card" aria-labelledby="inbox-heading">
      <h2 id="inbox-heading">
        Inbox
        {wanted.length > 0 && <span className="count">{wanted.length}</span>}
      </h2>
      {wanted.length === 0 && <p className="quiet">{ready ? "Nothing is wanted of you." : "Looking…"}</p>}
      <ul className="rows" aria-label="Wanted of you">
        {wanted.map((request) => (
          <li
            key={request.requestId}
            data-request={request.requestId}
            data-reminded={request.remindedAt !== undefined || undefined}
          >
            <button
              type="button"
              className="row"
              aria-current={request.subject === selected ? "true" : undefined}
              onClick={() => open(request.subject)}
            >
              {request.remindedAt !== undefined && <span className="tag reminder">Reminder</span>}
              <strong>{request.prompt}</strong>
              <span className="quiet">
                {nameOf(request.subject) ?? subjectName(request.subject)}
                {request.round > 1 && ` · round ${request.round}`}
                {request.deadline !== undefined && ` · until ${momentText(request.deadline, now)}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {receipts.length > 0 && (
        <>
          <h3>What became of your answers</h3>
          <ul className="receipts">
            {receipts.slice(0, mostReceipts).map((receipt) => (
              <li key={receipt.replyId} data-receipt={receipt.replyId} data-status={receipt.status}>
                {receiptText(receipt, nameOf(receipt.subject))}{" "}
                <span className="quiet">{momentText(receipt.at, now)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const mostReceipts = 5;
