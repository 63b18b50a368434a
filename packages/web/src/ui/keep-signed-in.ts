import type { Callboard } from "@callboard/client";
import { forgetWords, placeHere, signInPage } from "../session/browser-session.ts";
import type { Session } from "../session/session.ts";
import type { Account } from "./account.tsx";

interface Page {
  client: Callboard;
  session: Session;
  base: URL;
  /** Shows that somebody is on the way out. */
  onLeaving: () => void;
  /** Shows that somebody is signed out here, and that the issuer could not be told. */
  onUntold: () => void;
}

/** What is told to the page's window before its client is closed, since its reader signs out. */
export const leaving = "callboard:leaving";

/**
 * Follows who is signed in for a page: it goes on when they have signed in again in whichever tab, and begins anew once
 * nobody or somebody else is, with nothing left of what the former one has written.
 */
export function keepSignedIn({ client, session, base, onLeaving, onUntold }: Page): Account {
  const user = session.current?.user.id;
  let isLeaving = false;
  const leave = () => {
    isLeaving = true;
    window.dispatchEvent(new Event(leaving));
    client.close();
    forgetWords();
  };
  session.follow(() => {
    if (isLeaving) return;
    const { current } = session;
    if (current?.user.id !== user) {
      leave();
      window.location.reload();
    } else if (current?.token !== undefined && client.state.state === "waiting") client.retryNow();
  });

  async function signOut() {
    leave();
    onLeaving();
    try {
      const address = await session.signOut();
      if (!navigator.onLine) return onUntold();
      window.location.assign(address ?? signInPage(base));
    } catch {
      onUntold();
    }
  }
  return { session, address: () => session.addressFor(placeHere()), signOut: () => void signOut() };
}
