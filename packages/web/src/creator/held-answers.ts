import { type Answers, isUnderWay } from "@callboard/client/headless";
import type { KeepaliveSender } from "../session/keepalive-sender.ts";
import {
  decideFound,
  decideSending,
  type HeldAnswer,
  readStored,
  type Sending,
  type StoredAnswer,
} from "./held-answer.ts";

/** Storage that outlives a page, or the whole browser; each call may reject. */
export interface HeldStorage {
  /** All kept entries, as they were written. */
  all(): Promise<readonly unknown[]>;
  get(replyId: string): Promise<unknown>;
  put(stored: StoredAnswer): Promise<void>;
  remove(replyId: string): Promise<void>;
  clear(): Promise<void>;
}

interface Ports {
  readonly storage: HeldStorage;
  /**
   * Runs work while no other page of the browser runs any under that name; the others wait, also for a page
   * that dies.
   */
  readonly alone: (name: string, work: () => Promise<void>) => Promise<void>;
  /** The server's time in milliseconds, and a timer; the returned function cancels it. */
  readonly clock: { now(): number; after(ms: number, work: () => void): () => void };
  /** Whether the page is hidden. */
  readonly isHidden: () => boolean;
  /** Sends answers, and knows their outcomes. */
  readonly answers: Pick<Answers, "send" | "stateOf" | "follow">;
  /** Sends what must not be lost with the page, in addition to `answers`. */
  readonly keepaliveSender?: Pick<KeepaliveSender, "prepare" | "send"> | undefined;
}

/** An answer that can be undone until `dueAt`, by the server's clock. */
export interface Undoable {
  readonly answer: HeldAnswer;
  readonly dueAt: number;
}

/** The answers of a page that can still be undone. */
export interface HeldAnswers {
  /** Takes an answer, to send it later. A second one to the same question is ignored. */
  hold(answer: HeldAnswer): void;
  /** The answer to a question while it can be undone; the same object until that changes. */
  of(requestId: string): Undoable | undefined;
  /** Takes an answer back, unless it was sent. */
  undo(requestId: string): HeldAnswer | undefined;
  sendNow(requestId: string): void;
  /** Sends everything, as when the page is hidden. */
  sendAll(): void;
  /** The same when the page is left, because what it sends last may be lost. */
  sendLast(): void;
  /** The question was closed, by `taken` or by another answer: a waiting answer is dropped. */
  close(requestId: string, taken?: string): void;
  /** Whether an answer was dropped because the question had been closed. */
  wasDropped(requestId: string): boolean;
  /** Marks that the reader sees an answer and its undo button, until the returned function is called. */
  watch(requestId: string): () => void;
  /** The answers that the reader does not see. */
  unwatched(): readonly Undoable[];
  /**
   * Takes over the answers of a user that another page has left; `others` says what to do with other users'
   * answers.
   */
  find(user: string, others: "keep" | "remove"): Promise<void>;
  /** Sends everything and deletes what is kept, for a sign-out. */
  leave(): Promise<void>;
  /** Calls back after every change until the returned function is called. */
  follow(changed: () => void): () => void;
}

interface Entry extends Undoable {
  state: "held" | "sent" | "over";
  cancel: () => void;
  /** Resolves once it is over. */
  readonly over: Promise<void>;
  readonly finish: () => void;
}

/**
 * ```
 * press ──▶ held ──5 s, "send now", hidden, left──▶ sent ──receipt──▶ over
 *            ├── undo, question closed ────────────────────────────▶ over
 *            └── page or browser dies ── next page finds it ──▶ held │ sent
 * ```
 * An answer is stored from the press until it is over. Each belongs to one page at a time; when that dies,
 * another takes it.
 */
export function createHeldAnswers({
  storage,
  alone,
  clock,
  isHidden,
  answers,
  keepaliveSender,
}: Ports): HeldAnswers {
  const entries = new Map<string, Entry>();
  const dropped = new Set<string>();
  const followers = new Set<() => void>();
  const watched: string[] = [];
  let unwatched: readonly Entry[] = [];
  let hasLeft = false;

  function changed(): void {
    unwatched = [...entries.values()].filter(
      ({ state, answer }) => state === "held" && !watched.includes(answer.reply.requestId),
    );
    for (const follower of [...followers]) follower();
  }

  /** Writes the state of an answer; a change during the write is written after it. */
  async function keep(entry: Entry): Promise<void> {
    for (let written: Entry["state"] | undefined; written !== entry.state && !hasLeft; ) {
      written = entry.state;
      try {
        if (written === "over") await storage.remove(entry.answer.reply.replyId);
        else await storage.put({ ...entry.answer, sent: written === "sent" });
      } catch {
        // The storage may be full or forbidden: then the answer lasts as long as the page.
      }
    }
  }

  function begin(answer: HeldAnswer, sending: Sending): Entry {
    const { requestId } = answer.reply;
    let finish = () => {};
    const over = new Promise<void>((done) => {
      finish = done;
    });
    const dueAt = sending.when === "later" ? sending.dueAt : clock.now();
    const entry: Entry = { answer, dueAt, state: "held", cancel: () => {}, over, finish };
    entries.set(requestId, entry);
    dropped.delete(requestId);
    keepaliveSender?.prepare();
    if (sending.when === "later") entry.cancel = clock.after(dueAt - clock.now(), () => send(entry));
    else send(entry);
    changed();
    return entry;
  }

  function end(entry: Entry): void {
    entry.cancel();
    entry.state = "over";
    entries.delete(entry.answer.reply.requestId);
    // The next page gets its turn when nothing of it is stored any more.
    void keep(entry).then(entry.finish);
    changed();
  }

  function send(entry: Entry): void {
    if (entry.state !== "held") return;
    entry.cancel();
    entry.state = "sent";
    answers.send(entry.answer.reply as Parameters<Answers["send"]>[0]);
    void keep(entry);
    changed();
    settle(entry);
  }

  /** A sent answer is finished as soon as its outcome is known. */
  function settle(entry: Entry): void {
    const { phase } = answers.stateOf(entry.answer.reply.requestId);
    if (entry.state === "sent" && phase !== "idle" && !isUnderWay({ phase })) end(entry);
  }
  answers.follow(() => {
    for (const entry of [...entries.values()]) settle(entry);
  });

  const own = (entry: Entry): Promise<void> =>
    alone(`callboard.held/${entry.answer.reply.replyId}`, async () => {
      await keep(entry);
      await entry.over;
    });

  /** Waits until the page that has it ends, and takes the answer over. */
  const takeOver = ({ reply: { replyId } }: StoredAnswer): Promise<void> =>
    alone(`callboard.held/${replyId}`, async () => {
      const stored = readStored(await storage.get(replyId));
      if (stored === undefined || hasLeft) return;
      const { sent: _, ...answer } = stored;
      const found = decideFound(stored, { now: clock.now(), hidden: isHidden() });
      const { requestId } = answer.reply;
      const own = entries.get(requestId)?.answer.reply.replyId;
      if (own === replyId) return;
      const isAnswered = own !== undefined || answers.stateOf(requestId).phase !== "idle";
      if (found.when === "never" || isAnswered) return storage.remove(replyId);
      const entry = begin(answer, found);
      await keep(entry);
      await entry.over;
    });

  function sendAll(): void {
    for (const entry of [...entries.values()]) send(entry);
  }

  function sendLast(): void {
    for (const { answer } of entries.values()) keepaliveSender?.send(answer.reply);
    sendAll();
  }

  const one = (requestId: string): Entry | undefined =>
    entries.get(requestId)?.state === "held" ? entries.get(requestId) : undefined;

  return {
    hold(answer) {
      if (entries.has(answer.reply.requestId)) return;
      const sending = decideSending(answer, { now: clock.now(), hidden: isHidden() });
      void own(begin(answer, sending)).catch(() => {});
    },
    of: one,
    watch(requestId) {
      watched.push(requestId);
      changed();
      return () => {
        watched.splice(watched.indexOf(requestId), 1);
        changed();
      };
    },
    unwatched: () => unwatched,
    undo(requestId) {
      const entry = one(requestId);
      if (entry) end(entry);
      return entry?.answer;
    },
    sendNow(requestId) {
      const entry = one(requestId);
      if (entry) send(entry);
    },
    sendAll,
    sendLast,
    close(requestId, taken) {
      const entry = one(requestId);
      if (!entry) return;
      if (entry.answer.reply.replyId !== taken) dropped.add(requestId);
      end(entry);
    },
    wasDropped: (requestId) => dropped.has(requestId),
    async find(user, others) {
      try {
        for (const kept of await storage.all()) {
          const stored = readStored(kept);
          const found = stored && decideFound(stored, { now: clock.now(), hidden: false });
          if (stored?.user === user && found?.when !== "never") void takeOver(stored).catch(() => {});
          else if (!stored || found?.when === "never" || others === "remove")
            await storage.remove(idOf(kept));
        }
      } catch {
        // If nothing can be read, nothing was kept.
      }
    },
    async leave() {
      sendLast();
      hasLeft = true;
      await storage.clear().catch(() => {});
    },
    follow(told) {
      followers.add(told);
      return () => void followers.delete(told);
    },
  };
}

const idOf = (kept: unknown): string => String((kept as { reply?: { replyId?: unknown } }).reply?.replyId);
