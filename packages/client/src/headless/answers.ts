import type { RefusalCode } from "@callboard/protocol";
import { CallboardError, type CallboardErrorCode } from "../error.ts";
import { createListeners } from "../listeners.ts";
import type { Receipt, ReplyInput } from "../outbox.ts";

/** Where one's answer to a question stands: `unsure` when nobody said whether it arrived, `failed` when it did not. */
export type AnswerState =
  | { readonly phase: "idle" }
  /** There is no connection: it is kept, and sent when there is one. */
  | { readonly phase: "queued" }
  | { readonly phase: "sending" }
  | { readonly phase: "accepted" }
  | {
      readonly phase: "refused";
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly phase: "unsure" }
  | { readonly phase: "failed"; readonly code: CallboardErrorCode };

/** One's own answers by question: that one is under way keeps no other back. */
export interface Answers {
  /** Where the answer to a question stands; the same object until that changes. */
  stateOf(requestId: string): AnswerState;
  /** Sends an answer, unless one to the same question is under way or was accepted. */
  send(reply: ReplyInput): void;
  /** Calls back after every change; returns a function that ends it. */
  follow(changed: () => void): () => void;
}

const idle: AnswerState = { phase: "idle" };

/** Whether an answer has been given and nobody has said yet what becomes of it. */
export const isUnderWay = ({ phase }: { readonly phase: string }): boolean =>
  phase === "queued" || phase === "sending";

/** Keeps what becomes of one's answers; `reply` sends one, as `Callboard.reply` does. */
export function createAnswers(reply: (input: ReplyInput, sent: () => void) => Promise<Receipt>): Answers {
  const states = new Map<string, AnswerState>();
  const followers = createListeners<[]>();

  function set(requestId: string, state: AnswerState): void {
    states.set(requestId, state);
    followers.emit();
  }

  return {
    stateOf: (requestId) => states.get(requestId) ?? idle,
    send(input) {
      const { requestId } = input;
      const before = states.get(requestId) ?? idle;
      if (before.phase === "accepted" || isUnderWay(before)) return;
      set(requestId, { phase: "queued" });
      reply(input, () => set(requestId, { phase: "sending" })).then(
        (receipt) => set(requestId, stateFrom(receipt)),
        (error: unknown) => set(requestId, stateAfter(error, states.get(requestId)?.phase === "sending")),
      );
    },
    follow: followers.add,
  };
}

const known = /* @__PURE__ */ new WeakMap<object, Answers>();

/** The answers that are sent by a client: the same for all who ask, so that one outlives whoever has sent it. */
export function answersOf(client: {
  reply(input: ReplyInput, sent?: () => void): Promise<Receipt>;
}): Answers {
  const answers = known.get(client) ?? createAnswers(client.reply);
  known.set(client, answers);
  return answers;
}

const stateFrom = (receipt: Receipt): AnswerState =>
  receipt.status === "accepted"
    ? { phase: "accepted" }
    : { phase: "refused", code: receipt.code, details: receipt.details };

/** What went out leaves open what became of it, unless somebody answered. */
const stateAfter = (error: unknown, wasSent: boolean): AnswerState =>
  error instanceof CallboardError && error.code !== "timeout" && !(wasSent && error.code === "closed")
    ? { phase: "failed", code: error.code }
    : { phase: "unsure" };
