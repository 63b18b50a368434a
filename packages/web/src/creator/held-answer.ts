import { isRequestId, type RequestId, type Verb, verbNames } from "@callboard/protocol";
import { isFlag, isNumber, isText, readShape, shaped } from "../session/shape.ts";

/** How long an answer can be undone before it is sent, in milliseconds. */
export const undoMs = 5_000;
/** Nothing is held back any more when a question's deadline is so near, in milliseconds. */
const nearMs = 10_000;
/** A browser keeps no answer for longer, in milliseconds. */
export const keptMs = 24 * 60 * 60_000;

/** An answer that was given and that waits to be sent. */
export interface HeldAnswer {
  /** Who gave it. */
  user: string;
  subject: string;
  /** What is sent; one `replyId` however often that is, so that it takes effect once. */
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
  /** The draft that it was made of, by name, for whoever takes it back. */
  parts: [string, unknown][];
  /** When it was given, by the server's clock, in milliseconds. */
  heldAt: number;
  /** When the question stops taking answers. */
  deadline?: number | undefined;
}

/** The same as a browser keeps it; `sent` once it has been given to the client. */
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

/** Reads what a browser kept; undefined for what is not as this module writes it. */
export const readStored = (stored: unknown): StoredAnswer | undefined =>
  readShape(stored, shape) as StoredAnswer | undefined;

/** When to send an answer: at once, or at a moment of the server's clock, up to which it can be undone. */
export type Sending = { readonly when: "now" } | { readonly when: "later"; readonly dueAt: number };

/** Decides when to send an answer that was just given, or found again. Nothing waits where nobody looks. */
export function decideSending(
  { deadline = Infinity }: Pick<HeldAnswer, "deadline">,
  { now, hidden }: { now: number; hidden: boolean },
): Sending {
  const dueAt = Math.min(now + undoMs, deadline - nearMs);
  return hidden || dueAt <= now ? { when: "now" } : { when: "later", dueAt };
}

/**
 * Decides what becomes of an answer that another page has left behind: it is dropped once it is too late for it; sent
 * again where it may have been sent before, since nobody can say that it was not; else it can be undone anew.
 */
export function decideFound(
  stored: StoredAnswer,
  { now, hidden }: { now: number; hidden: boolean },
): { readonly when: "never" } | Sending {
  const { deadline = Infinity, heldAt, sent } = stored;
  if (now >= deadline || Math.abs(now - heldAt) > keptMs) return { when: "never" };
  return sent ? { when: "now" } : decideSending(stored, { now, hidden });
}
