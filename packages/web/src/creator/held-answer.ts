import { RequestId, verbNames } from "@callboard/protocol";
import * as z from "zod/mini";

/** How long an answer can be undone before it is sent, in milliseconds. */
export const undoMs = 5_000;
/** Nothing is held back any more when a question's deadline is so near, in milliseconds. */
const nearMs = 10_000;
/** A browser keeps no answer for longer, in milliseconds. */
export const keptMs = 24 * 60 * 60_000;

const Answer = z.object({
  /** Who gave it. */
  user: z.string(),
  subject: z.string(),
  /** What is sent; one `replyId` however often that is, so that it takes effect once. */
  reply: z.looseObject({
    requestId: RequestId,
    replyId: z.string().check(z.minLength(1)),
    round: z.number(),
    verb: z.enum(verbNames),
    candidateId: z.optional(z.string()),
    source: z.optional(z.string()),
    comment: z.optional(z.string()),
  }),
  /** The draft that it was made of, by name, for whoever takes it back. */
  parts: z.array(z.tuple([z.string(), z.unknown()])),
  /** When it was given, by the server's clock, in milliseconds. */
  heldAt: z.number(),
  /** When the question stops taking answers. */
  deadline: z.optional(z.number()),
});

/** An answer that was given and that waits to be sent. */
export type HeldAnswer = z.infer<typeof Answer>;

/** The same as a browser keeps it; `sent` once it has been given to the client. */
const Stored = z.extend(Answer, { sent: z.boolean() });
export type StoredAnswer = z.infer<typeof Stored>;

/** Reads what a browser kept; undefined for what is not as this module writes it. */
export function readStored(stored: unknown): StoredAnswer | undefined {
  const read = Stored.safeParse(stored);
  return read.success ? read.data : undefined;
}

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
