import { useCallback, useRef, useState } from "react";
import type { Receipt, ReplyInput } from "./outbox.ts";
import { useCallboard } from "./use-callboard.ts";

/** What became of the last reply of a `useReply`. */
export type ReplyOutcome =
  | { readonly state: "idle" }
  /** There is no connection: it is kept, and sent when there is one. */
  | { readonly state: "queued" }
  | { readonly state: "sending" }
  | { readonly state: "received"; readonly receipt: Receipt }
  /**
   * No receipt came: a `CallboardError`, of which `timeout` says nothing about what became of the reply, and `not_sent`
   * that nothing did.
   */
  | { readonly state: "failed"; readonly error: unknown };

/** Sends replies, and remembers what became of the last; `reply` resolves and rejects as `Callboard.reply` does. */
export function useReply(): {
  reply: (reply: ReplyInput) => Promise<Receipt>;
  outcome: ReplyOutcome;
} {
  const client = useCallboard();
  const [outcome, setOutcome] = useState<ReplyOutcome>({ state: "idle" });
  const latest = useRef(0);
  const reply = useCallback(
    async (input: ReplyInput) => {
      const mine = ++latest.current;
      const tell = (next: ReplyOutcome) => {
        if (latest.current === mine) setOutcome(next);
      };
      tell({ state: "queued" });
      try {
        const receipt = await client.reply(input, () => tell({ state: "sending" }));
        tell({ state: "received", receipt });
        return receipt;
      } catch (error) {
        tell({ state: "failed", error });
        throw error;
      }
    },
    [client],
  );
  return { reply, outcome };
}
