import { changedReceipts } from "@callboard/client/headless";
import type { ReceiptValue } from "@callboard/protocol";
import { useCallback, useEffect, useState } from "react";
import { receiptText } from "../model/ending.ts";
import { RowBoundary } from "../ui/error-boundary.tsx";
import { Sentence } from "../ui/people-text.tsx";
import { useWords } from "../words/use-words.ts";

interface Toast {
  replyId: string;
  status: ReceiptValue["status"];
  text: string;
}

/** Tells what becomes of one's answers while the page is open; good news goes by itself, bad news is put away by hand. */
export function Toasts({
  receipts,
  ready,
  nameOf,
}: {
  receipts: readonly ReceiptValue[];
  ready: boolean;
  nameOf: (subject: string) => string | undefined;
}) {
  const [seen, setSeen] = useState<{
    receipts: readonly ReceiptValue[];
    statuses: ReadonlyMap<string, string>;
  }>();
  const words = useWords();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  if (ready && seen?.receipts !== receipts) {
    setSeen({ receipts, statuses: new Map(receipts.map((one) => [one.replyId, one.status])) });
    const changed = seen === undefined ? [] : changedReceipts(seen.statuses, receipts);
    const fresh = changed.map((receipt) => ({
      replyId: receipt.replyId,
      status: receipt.status,
      text: receiptText(receipt, nameOf(receipt.subject), words),
    }));
    if (fresh.length > 0)
      setToasts((shown) =>
        [...fresh, ...shown.filter((toast) => fresh.every((one) => one.replyId !== toast.replyId))].slice(
          0,
          mostToasts,
        ),
      );
  }
  const putAway = useCallback(
    (toast: Toast) => setToasts((shown) => shown.filter((one) => one !== toast)),
    [],
  );
  return (
    <ul className="toasts" aria-live="polite" aria-label="News of your answers">
      {toasts.map((toast) => (
        <RowBoundary key={`${toast.replyId}/${toast.status}`} name={`receipt/${toast.replyId}`} of={toast}>
          <ToastItem toast={toast} putAway={putAway} />
        </RowBoundary>
      ))}
    </ul>
  );
}

const mostToasts = 4;
const shownMs = 9_000;

function ToastItem({ toast, putAway }: { toast: Toast; putAway: (toast: Toast) => void }) {
  const stays = toast.status === "undeliverable" || toast.status === "unconfirmed";
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => putAway(toast), shownMs);
    return () => clearTimeout(timer);
  }, [stays, toast, putAway]);
  return (
    <li className="toast" data-status={toast.status}>
      <p>
        <Sentence>{toast.text}</Sentence>
      </p>
      <button type="button" className="button plain" onClick={() => putAway(toast)}>
        Put away
      </button>
    </li>
  );
}
