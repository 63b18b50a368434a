import type { Mail, MailApi } from "./mail-api.ts";

interface MailboxState {
  /** The newest first; undefined until the server has answered. */
  readonly mails: readonly Mail[] | undefined;
  readonly isUp: boolean;
}

/** The mails so far, kept up to date while there is a follower. */
export interface MailboxStore {
  readonly state: MailboxState;
  follow(changed: () => void): () => void;
  /** Loads at once, and then repeatedly while the page is visible; returns a function that stops this. */
  keep(): () => void;
}

interface Options {
  readonly api: MailApi;
  /** Calls `run` once, `ms` from now; returns a function that cancels it. */
  readonly later: (run: () => void, ms: number) => () => void;
  /** Whether the page is visible, and a way to follow changes of that. */
  readonly isSeen: () => boolean;
  readonly onSeen: (changed: () => void) => () => void;
}

const POLL_MS = 2_000;
/** As many as the server keeps. */
const MAX_MAILS = 500;

export function openMailboxStore({ api, later, isSeen, onSeen }: Options): MailboxStore {
  const followers = new Set<() => void>();
  let state: MailboxState = { mails: undefined, isUp: true };
  const set = (next: MailboxState) => {
    state = next;
    for (const told of [...followers]) told();
  };

  async function ask(): Promise<void> {
    const { mails = [], isUp } = state;
    const come = await api.after(mails[0]?.id).catch(() => undefined);
    if (come === undefined) {
      if (isUp) set({ ...state, isUp: false });
      return;
    }
    if (come.length === 0 && isUp && state.mails !== undefined) return;
    // The server returns all its mails when it does not know the last one: its data may have been deleted.
    const came = new Set(come.map(({ id }) => id));
    const kept = mails.filter(({ id }) => !came.has(id));
    set({ mails: [...[...come].reverse(), ...kept].slice(0, MAX_MAILS), isUp: true });
  }

  return {
    get state() {
      return state;
    },
    follow(changed) {
      followers.add(changed);
      return () => followers.delete(changed);
    },
    keep() {
      let isOver = false;
      let isAsking = false;
      let cancel = () => {};
      const poll = async () => {
        cancel();
        if (isOver || isAsking || !isSeen()) return;
        isAsking = true;
        await ask();
        isAsking = false;
        if (!isOver) cancel = later(() => void poll(), POLL_MS);
      };
      const unheard = onSeen(() => void poll());
      void poll();
      return () => {
        isOver = true;
        cancel();
        unheard();
      };
    },
  };
}
