import type { BusEvent } from "@callboard/protocol";
import type { BusChoice, DeadLetterQueue, EventResender, QueuedMessage } from "../ports/ops.ts";
import { type DeadLetter, type DeadLetterKind, type ReadLetter, readLetter } from "./dead-letter.ts";

/** Messages that one look takes of each queue. */
const mostLetters = 1000;

const kinds: readonly DeadLetterKind[] = ["undelivered", "failed"];

export interface DeadLetterPorts {
  /** Those that are known. */
  readonly queues: { readonly [K in DeadLetterKind]?: DeadLetterQueue };
  readonly resender: EventResender;
  /** The bus that an event of this source and type is put on. */
  readonly busOf: (event: BusEvent) => BusChoice;
}

export interface DeadLetters {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
  /** There may be others behind them. */
  readonly more: boolean;
}

/** Looks at what both queues hold and leaves it there; meanwhile others miss it, for two minutes at most. */
export async function listDeadLetters(ports: DeadLetterPorts): Promise<DeadLetters> {
  const letters: DeadLetter[] = [];
  const more = await eachQueue(ports, async (_, letter) => {
    letters.push(letter.letter);
    return "keep";
  });
  return { letters: letters.sort(byTime), more };
}

/** Why a letter was not resent: nobody can, the clock does, or the code with which the bus refused it. */
export interface Kept {
  readonly letter: DeadLetter;
  readonly refused?: string;
}

export interface Resent {
  readonly resent: readonly DeadLetter[];
  readonly kept: readonly Kept[];
  readonly more: boolean;
}

/**
 * Puts events on their bus again and then deletes their messages, in this order: whoever dies in between has the event
 * twice, which every handler bears. Only the letter with that id, or every one that can be resent.
 */
export async function resendDeadLetters(ports: DeadLetterPorts, id?: string): Promise<Resent> {
  const resent: DeadLetter[] = [];
  const kept: Kept[] = [];
  const more = await eachQueue(ports, async (_, { letter, event, bus }) => {
    if (id !== undefined && letter.id !== id) return "keep";
    const result =
      event && letter.remedy === "resend"
        ? await ports.resender.resend(event, bus)
        : { outcome: "kept" as const };
    if (result.outcome === "sent") {
      resent.push(letter);
      return "remove";
    }
    kept.push({ letter, ...(result.outcome === "refused" ? { refused: result.code } : {}) });
    return "keep";
  });
  return { resent, kept, more };
}

/** Deletes one message for good; undefined: it was not found, or somebody else is looking at it. */
export async function dropDeadLetter(
  ports: Pick<DeadLetterPorts, "queues" | "busOf">,
  id: string,
): Promise<DeadLetter | undefined> {
  let dropped: DeadLetter | undefined;
  await eachQueue(ports, async (message, { letter }) => {
    if (message.id !== id) return "keep";
    dropped = letter;
    return "remove";
  });
  return dropped;
}

type Verdict = "keep" | "remove";

/** Judges every message, and lets others have those that are kept, even when something throws on the way. */
async function eachQueue(
  { queues, busOf }: Pick<DeadLetterPorts, "queues" | "busOf">,
  judge: (message: QueuedMessage, letter: ReadLetter) => Promise<Verdict>,
): Promise<boolean> {
  let anyMore = false;
  for (const kind of kinds) {
    const queue = queues[kind];
    if (!queue) continue;
    const { messages, more } = await queue.take(mostLetters);
    anyMore ||= more;
    const left = new Set(messages);
    try {
      for (const message of messages) {
        if ((await judge(message, readLetter(kind, message, busOf))) === "keep") continue;
        await queue.remove(message);
        left.delete(message);
      }
    } finally {
      await queue.release([...left]);
    }
  }
  return anyMore;
}

const byTime = (a: DeadLetter, b: DeadLetter): number => (a.at ?? 0) - (b.at ?? 0);
