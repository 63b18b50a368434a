import { changedReceipts } from "@callboard/client/headless";
import type { ReceiptValue } from "@callboard/protocol";
import { useCallback, useEffect, useState } from "react";
import { receiptText, receiptTones } from "../model/ending.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Lamp, toneCues } from "../ui/lamp.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

interface Toast {
  replyId: string;
  status: ReceiptValue["status"];
  text: string;
}

/**
 * Shows the outcomes of the user's answers while the page is open; good news disappears by itself, bad news
 * is dismissed by hand. Outcomes of the shown question are left out.
 */
export function Toasts({
  receipts,
  ready,
  atHand,
  nameOf,
}: {
  receipts: readonly ReceiptValue[];
  ready: boolean;
  atHand: string | undefined;
  nameOf: (subject: string) => string;
}) {
  const words = useWords();
  const [seen, setSeen] = useState<{
    receipts: readonly ReceiptValue[];
    statuses: ReadonlyMap<string, string>;
  }>();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  if (ready && seen?.receipts !== receipts) {
    setSeen({ receipts, statuses: new Map(receipts.map((one) => [one.replyId, one.status])) });
    const changed = seen === undefined ? [] : changedReceipts(seen.statuses, receipts);
    const away = changed.filter(({ requestId }) => requestId !== atHand);
    const fresh = away.map((receipt) => ({
      replyId: receipt.replyId,
      status: receipt.status,
      text: receiptText(receipt, nameOf(receipt.subject), words),
    }));
    if (fresh.length > 0)
      setToasts((shown) =>
        [...fresh, ...shown.filter((toast) => fresh.every((one) => one.replyId !== toast.replyId))].slice(
          0,
          MAX_TOASTS,
        ),
      );
  }
  const putAway = useCallback(
    (toast: Toast) => setToasts((shown) => shown.filter((one) => one !== toast)),
    [],
  );
  return (
    <ul className="toasts" aria-live="polite" aria-label={words.frame.inbox.news}>
      {toasts.map((toast) => (
        <RowBoundary key={`${toast.replyId}/${toast.status}`} name={`receipt/${toast.replyId}`} of={toast}>
          <ToastItem toast={toast} putAway={putAway} />
        </RowBoundary>
      ))}
    </ul>
  );
}

const MAX_TOASTS = 4;
const SHOWN_MS = 9_000;

function ToastItem({ toast, putAway }: { toast: Toast; putAway: (toast: Toast) => void }) {
  const words = useWords().frame;
  const tone = receiptTones[toast.status];
  const stays = tone === "lost";
  // A toast with the pointer or the focus on it stays.
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (stays || isHeld) return;
    const timer = setTimeout(() => putAway(toast), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [stays, isHeld, toast, putAway]);
  return (
    <li
      className="toast"
      data-status={toast.status}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <Lamp cue={toneCues[tone]} />
      <p>
        <Sentence>{toast.text}</Sentence>
      </p>
      <button type="button" className="button plain" onClick={() => putAway(toast)}>
        {words.putAway}
      </button>
    </li>
  );
}
