import type { RefusalCode } from "@callboard/protocol";
import { CallboardError, type CallboardErrorCode } from "../error.ts";
import { createListeners } from "../listeners.ts";
import type { Receipt, ReplyInput } from "../outbox.ts";

/**
 * The state of the user's answer to a question: `unsure` when it is not known whether it arrived, `failed`
 * when it did not.
 */
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

/**
 * The user's own answers by question. An answer that is being sent does not delay those to other questions.
 */
export interface Answers {
  /** The state of the answer to a question; the same object until the state changes. */
  stateOf(requestId: string): AnswerState;
  /** Sends an answer, unless one to the same question is being sent or was accepted. */
  send(reply: ReplyInput): void;
  /** Calls back after every change; returns a function that stops this. */
  follow(changed: () => void): () => void;
}

const idle: AnswerState = { phase: "idle" };

/** Whether an answer was given whose outcome is not known yet. */
export const isUnderWay = ({ phase }: { readonly phase: string }): boolean =>
  phase === "queued" || phase === "sending";

/** Keeps the states of the user's answers; `reply` sends one, as `Callboard.reply` does. */
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

/**
 * The answers sent by a client: the same object for all callers, so that an answer outlives the component
 * that sent it.
 */
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

/** The outcome of a message that was sent is unknown, unless there was an answer. */
const stateAfter = (error: unknown, wasSent: boolean): AnswerState =>
  error instanceof CallboardError && error.code !== "timeout" && !(wasSent && error.code === "closed")
    ? { phase: "failed", code: error.code }
    : { phase: "unsure" };
