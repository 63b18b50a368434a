import { type Inbox as InboxState, useServerNow } from "@callboard/client/react";
import { cutText, type InboxRequestValue, isSubject, type ReceiptValue } from "@callboard/protocol";
import { receiptText } from "../model/ending.ts";
import { momentText } from "../model/time.ts";
import { subjectName } from "../model/words.ts";
import type { Place } from "../session/link.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { PeopleText, Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

/** What is wanted of one, and what became of one's answers. */
export function Inbox({
  inbox,
  shown,
  open,
  nameOf,
}: {
  inbox: InboxState;
  /** The question that is at hand. */
  shown: string | undefined;
  open: (place: Place) => void;
  nameOf: (subject: string) => string | undefined;
}) {
  const { wanted, receipts, unread, stale } = inbox;
  return (
    <section className="card" aria-labelledby="inbox-heading">
      <h2 id="inbox-heading">
        Inbox
        {wanted.length > 0 && <span className="count">{wanted.length}</span>}
      </h2>
      {wanted.length === 0 && <p className="quiet">{stale ? "Looking…" : "Nothing is wanted of you."}</p>}
      <ul className="rows" aria-label="Wanted of you">
        {wanted.map((request) => (
          <RowBoundary key={request.requestId} name={`request/${request.requestId}`} of={request}>
            <WantedRow
              request={request}
              isShown={request.requestId === shown}
              open={open}
              name={request.title ?? nameOf(request.subject) ?? subjectName(request.subject)}
            />
          </RowBoundary>
        ))}
      </ul>
      {receipts.length + unread.length > 0 && (
        <>
          <h3>What became of your answers</h3>
          <ul className="receipts">
            {receipts.slice(0, mostReceipts).map((receipt) => (
              <RowBoundary key={receipt.replyId} name={`receipt/${receipt.replyId}`} of={receipt}>
                <ReceiptRow receipt={receipt} name={nameOf(receipt.subject)} />
              </RowBoundary>
            ))}
            {unread.slice(0, mostReceipts).map((key) => (
              <BrokenRow key={key} name={key} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const mostReceipts = 5;
/** Characters of a name in a row. */
const longestName = 80;

function WantedRow({
  request,
  isShown,
  open,
  name,
}: {
  request: InboxRequestValue;
  isShown: boolean;
  open: (place: Place) => void;
  name: string;
}) {
  const { requestId, subject, prompt, lang, round, deadline, remindedAt } = request;
  const now = useServerNow();
  const words = useWords();
  if (!isSubject(subject)) return <BrokenRow name={`request/${requestId}`} />;
  return (
    <li data-request={requestId} data-reminded={remindedAt !== undefined || undefined}>
      <button
        type="button"
        className="row"
        aria-current={isShown ? "true" : undefined}
        onClick={() => open({ subject, requestId })}
      >
        {remindedAt !== undefined && <span className="tag reminder">Reminder</span>}
        <PeopleText as="strong" lang={lang} className="brief">
          {prompt || requestId}
        </PeopleText>
        <span className="quiet">
          <PeopleText>{cutText(name, longestName)}</PeopleText>
          {round > 1 && ` · round ${round}`}
          {deadline !== undefined && ` · until ${momentText(deadline, now, words)}`}
        </span>
      </button>
    </li>
  );
}

function ReceiptRow({ receipt, name }: { receipt: ReceiptValue; name: string | undefined }) {
  const now = useServerNow();
  const words = useWords();
  return (
    <li data-receipt={receipt.replyId} data-status={receipt.status}>
      <Sentence>{receiptText(receipt, name, words)}</Sentence>{" "}
      <span className="quiet">{momentText(receipt.at, now, words)}</span>
    </li>
  );
}
