import type { Mail, MailApi } from "./mail-api.ts";

interface MailboxState {
  /** The newest first; undefined until the server has answered. */
  readonly mails: readonly Mail[] | undefined;
  readonly isUp: boolean;
}

/** What has come so far, kept up to date as long as somebody looks. */
export interface MailboxStore {
  readonly state: MailboxState;
  follow(changed: () => void): () => void;
  /** Asks at once, and then from time to time while the page is seen; returns what ends it. */
  keep(): () => void;
}

interface Options {
  readonly api: MailApi;
  /** Calls `run` once, `ms` from now; returns what cancels it. */
  readonly later: (run: () => void, ms: number) => () => void;
  /** Whether somebody sees the page, and how to hear that it changed. */
  readonly isSeen: () => boolean;
  readonly onSeen: (changed: () => void) => () => void;
}

const POLL_MS = 2_000;
/** What the server keeps, too. */
const MOST_MAILS = 500;

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
    // The server tells all that it has when the last one is not known to it: the data may have been wiped.
    const came = new Set(come.map(({ id }) => id));
    const kept = mails.filter(({ id }) => !came.has(id));
    set({ mails: [...[...come].reverse(), ...kept].slice(0, MOST_MAILS), isUp: true });
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
