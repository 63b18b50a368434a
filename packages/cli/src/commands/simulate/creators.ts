import { setTimeout as pause } from "node:timers/promises";
import type { Callboard, Channel, Item } from "@callboard/client";
import type { InboxRequestValue } from "@callboard/protocol";
import type { Arrivals } from "./arrivals.ts";
import { type Clients, creatorName } from "./clients.ts";
import { ASKED, CLOSED, trackOf } from "./expected-change.ts";
import type { Place } from "./place.ts";
import type { Plan } from "./plan.ts";
import type { ScriptedQuestion } from "./script.ts";

/** The people who broadcast: each gets a question about each of its videos, and answers after a while. */
export interface Creators {
  /** Connects them all, each with its inbox. */
  come(): Promise<void>;
  /** Records that a question is asked now. */
  ask(subject: string, question: ScriptedQuestion, ask: (creator: string) => Promise<void>): Promise<void>;
  /** The number of open questions. */
  readonly open: number;
}

const MAX_ANSWER_MS = 30_000;

/**
 * Every second one answers over HTTP, the others over their sockets. `failed` is called for an answer that
 * was not accepted.
 */
export function createCreators(
  plan: Plan,
  { httpUrl, token }: Place,
  clients: Clients,
  arrivals: Arrivals,
  failed: (what: string) => void,
  stop: AbortSignal,
): Creators {
  const questions = new Map<string, ScriptedQuestion>();
  let open = 0;

  async function answer(
    client: Callboard,
    { requestId, subject, round }: InboxRequestValue,
    question: ScriptedQuestion,
  ): Promise<void> {
    await pause(question.answerMs / plan.pace, undefined, { signal: stop });
    const creator = creatorName(question.creator);
    const replyId = `rpl_${subject.replaceAll("/", "-")}`;
    const reply = { replyId, round, verb: "pick", candidateId: "short" } as const;
    arrivals.put(`watch:${subject}` as Channel, { kind: "answer", track: trackOf.waiting, rank: CLOSED });
    arrivals.put(`inbox:user/${creator}`, { kind: "receipt", track: trackOf.receipt(subject), rank: CLOSED });
    if (question.creator % 2 === 0) {
      const receipt = await client.reply({ requestId, ...reply });
      if (receipt.status === "refused") throw new Error(receipt.code);
      return;
    }
    const response = await fetch(`${httpUrl}/requests/${requestId}/replies`, {
      method: "POST",
      redirect: "error",
      headers: { authorization: `Bearer ${await token(creator)}`, "content-type": "application/json" },
      body: JSON.stringify(reply),
      signal: AbortSignal.timeout(MAX_ANSWER_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  }

  const look = (items: readonly Item[], client: Callboard) => {
    for (const { key, value } of items) {
      if (!key.startsWith("request/") || value === null) continue;
      const request = value as InboxRequestValue;
      const question = questions.get(request.subject);
      // It belongs to another run, or is being answered already.
      if (!question || !questions.delete(request.subject)) continue;
      answer(client, request, question)
        .catch((cause: Error) => {
          if (!stop.aborted) failed(`an answer was not accepted: ${cause.message}`);
        })
        .finally(() => open--);
    }
  };

  return {
    async come() {
      const all = Array.from({ length: plan.channels }, (_, n) => creatorName(n));
      await Promise.all(all.map((creator) => clients.join(creator, [`inbox:user/${creator}`], look)));
    },
    async ask(subject, question, ask) {
      const creator = creatorName(question.creator);
      questions.set(subject, question);
      open++;
      arrivals.put(`watch:${subject}` as Channel, { kind: "question", track: trackOf.waiting, rank: ASKED });
      arrivals.put(`inbox:user/${creator}`, {
        kind: "question",
        track: trackOf.request(subject),
        rank: ASKED,
      });
      await ask(creator);
    },
    get open() {
      return open;
    },
  };
}
