import { isRequestId, type RequestId, type Verb, verbNames } from "@callboard/protocol";
import { isFlag, isNumber, isText, readShape, shaped } from "../session/shape.ts";

/** How long an answer can be undone before it is sent, in milliseconds. */
export const UNDO_MS = 5_000;
/** So close to a question's deadline no answer is held back, in milliseconds. */
const NEAR_MS = 10_000;
/** How long a browser keeps an answer at most, in milliseconds. */
export const KEPT_MS = 24 * 60 * 60_000;

/** An answer that waits to be sent. */
export interface HeldAnswer {
  /** Who gave it. */
  user: string;
  subject: string;
  /** The reply to send, always with the same `replyId`, so that it takes effect once. */
  reply: {
    requestId: RequestId;
    replyId: string;
    round: number;
    verb: Verb;
    candidateId?: string | undefined;
    source?: string | undefined;
    comment?: string | undefined;
    [more: string]: unknown;
  };
  /** The parts of its draft, by name, to restore after an undo. */
  parts: [string, unknown][];
  /** When it was given, by the server's clock, in milliseconds. */
  heldAt: number;
  /** When the question stops taking answers. */
  deadline?: number | undefined;
}

/** The same, as a browser keeps it; `sent` once the client has it. */
export interface StoredAnswer extends HeldAnswer {
  sent: boolean;
}

const isPart = (value: unknown) => Array.isArray(value) && value.length === 2 && isText(value[0]);

const shape = {
  user: isText,
  subject: isText,
  reply: shaped({
    requestId: (value) => typeof value === "string" && isRequestId(value),
    replyId: (value) => isText(value) && value !== "",
    round: isNumber,
    verb: (value) => (verbNames as readonly unknown[]).includes(value),
    "candidateId?": isText,
    "source?": isText,
    "comment?": isText,
  }),
  parts: (value: unknown) => Array.isArray(value) && value.every(isPart),
  heldAt: isNumber,
  "deadline?": isNumber,
  sent: isFlag,
};

/** Reads a kept answer; undefined for anything that this module did not write. */
export const readStored = (stored: unknown): StoredAnswer | undefined =>
  readShape(stored, shape) as StoredAnswer | undefined;

/** When to send an answer: at once, or at a time of the server's clock until which it can be undone. */
export type Sending = { readonly when: "now" } | { readonly when: "later"; readonly dueAt: number };

/**
 * Decides when to send an answer that was just given, or found again. There is no wait while nobody sees the
 * page.
 */
export function decideSending(
  { deadline = Infinity }: Pick<HeldAnswer, "deadline">,
  { now, hidden }: { now: number; hidden: boolean },
): Sending {
  const dueAt = Math.min(now + UNDO_MS, deadline - NEAR_MS);
  return hidden || dueAt <= now ? { when: "now" } : { when: "later", dueAt };
}

/**
 * Decides what to do with an answer that another page has left: it is dropped when it is too late for it;
 * sent again if it may have been sent before, because that is not known; else it can be undone again.
 */
export function decideFound(
  stored: StoredAnswer,
  { now, hidden }: { now: number; hidden: boolean },
): { readonly when: "never" } | Sending {
  const { deadline = Infinity, heldAt, sent } = stored;
  if (now >= deadline || Math.abs(now - heldAt) > KEPT_MS) return { when: "never" };
  return sent ? { when: "now" } : decideSending(stored, { now, hidden });
}
