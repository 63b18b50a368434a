import { type Callboard, CallboardError, type Item } from "@callboard/client";
import { itemsOf } from "@callboard/core/testing/heads.ts";
import { fnv1a, type InboxRequestValue, type ReceiptValue } from "@callboard/protocol";
import type { Aws } from "../e2e/aws.ts";
import { below, type Random } from "./random.ts";
import type { Seat } from "./story.ts";

/** How the people of a crowd answer the questions in their inboxes. */
export interface Answers {
  /** Handles items of an inbox: each question is answered by the first device that shows it, or left alone. */
  asked(client: Callboard, seat: Seat, changed: readonly Item[]): void;
  /** Answers no more questions; resolves when no reply waits for its receipt. */
  stop(): Promise<void>;
  /** Accepted replies that the inbox does not show as relayed. */
  unrelayed(aws: Aws): Promise<string[]>;
  readonly counts: { accepted: number; refused: number; unanswered: number };
}

const MAX_THOUGHT_MS = 4_000;

export function createAnswers(random: Random): Answers {
  const seen = new Set<string>();
  const accepted: { user: string; replyId: string }[] = [];
  const replies = new Set<Promise<void>>();
  let stopped = false;
  const counts = { accepted: 0, refused: 0, unanswered: 0 };

  async function answer(client: Callboard, user: string, request: InboxRequestValue): Promise<void> {
    await new Promise((thought) => setTimeout(thought, below(random, MAX_THOUGHT_MS)));
    if (stopped) return;
    const { requestId, round } = request;
    try {
      const { status, replyId } = await client.reply({ requestId, round, verb: "reject" });
      counts[status]++;
      if (status === "accepted") accepted.push({ user, replyId });
    } catch (cause) {
      if (!(cause instanceof CallboardError)) throw cause;
      counts.unanswered++;
    }
  }

  return {
    asked(client, { user }, changed) {
      for (const { key, value } of changed) {
        if (value === null || !key.startsWith("request/") || seen.has(key)) continue;
        seen.add(key);
        if (fnv1a(key) % 4 === 0) continue;
        const reply = answer(client, user, value as InboxRequestValue);
        replies.add(reply);
        void reply.finally(() => replies.delete(reply));
      }
    },
    async stop() {
      stopped = true;
      await Promise.all(replies);
    },
    async unrelayed({ stores }) {
      const missing: string[] = [];
      for (const { user, replyId } of accepted) {
        const key = `receipt/${replyId}`;
        const items = await itemsOf(stores, `inbox:user/${user}`);
        const status = (items.find((item) => item.key === key)?.value as ReceiptValue | undefined)?.status;
        if (status !== "relayed") missing.push(`${key} of ${user} is ${status ?? "missing"}`);
      }
      return missing;
    },
    counts,
  };
}
