import "../styles/later.css";
import { useServerNow } from "@callboard/client/react";
import type { ReceiptValue } from "@callboard/protocol";
import { receiptText, receiptTones } from "../model/ending.ts";
import { momentText } from "../model/time.ts";
import { BrokenRow, RowBoundary } from "../ui/error-boundary.tsx";
import { Lamp, toneCues } from "../ui/lamp.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

const MAX_SHOWN = 20;

/** The outcomes of the user's answers: one line that expands. */
export function Receipts({
  receipts,
  unread,
  nameOf,
}: {
  receipts: readonly ReceiptValue[];
  /** The keys of receipts that cannot be read. */
  unread: readonly string[];
  nameOf: (subject: string) => string;
}) {
  const words = useWords().frame.inbox;
  const count = receipts.length + unread.length;
  const lost = receipts.filter((receipt) => toneOf(receipt) === "lost").length;
  const isUnderWay = receipts.some((receipt) => toneOf(receipt) === "pending");
  return (
    <details className="receipts-fold">
      <summary>
        <Lamp cue={lost > 0 ? "fail" : isUnderWay ? "busy" : "go"} />
        {words.receipts(count)}
        {lost > 0 && <span className="problem"> · {words.lost(lost)}</span>}
      </summary>
      <ul className="receipts">
        {receipts.slice(0, MAX_SHOWN).map((receipt) => (
          <RowBoundary key={receipt.replyId} name={`receipt/${receipt.replyId}`} of={receipt}>
            <ReceiptRow receipt={receipt} name={nameOf(receipt.subject)} />
          </RowBoundary>
        ))}
        {unread.slice(0, MAX_SHOWN).map((key) => (
          <BrokenRow key={key} name={key} />
        ))}
      </ul>
    </details>
  );
}

const toneOf = ({ status }: ReceiptValue) => receiptTones[status];

function ReceiptRow({ receipt, name }: { receipt: ReceiptValue; name: string }) {
  const words = useWords();
  const now = useServerNow();
  return (
    <li data-receipt={receipt.replyId} data-status={receipt.status}>
      <Lamp cue={toneCues[toneOf(receipt)]} />
      <p>
        <Sentence>{receiptText(receipt, name, words)}</Sentence>{" "}
        <span className="quiet">{momentText(receipt.at, now, words)}</span>
      </p>
    </li>
  );
}
