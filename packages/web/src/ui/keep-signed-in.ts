import type { Callboard } from "@callboard/client";
import { forgetWords, placeHere, signInPage } from "../session/browser-session.ts";
import type { Session } from "../session/session.ts";
import type { Account } from "./account.tsx";

interface Page {
  client: Callboard;
  session: Session;
  base: URL;
  /** Shows that the user is signing out. */
  onLeaving: () => void;
  /** Shows that the user is signed out here, and that the issuer could not be reached. */
  onIssuerUnreachable: () => void;
}

/** The event on the page's window before its client is closed by a sign-out. */
export const leaving = "callboard:leaving";

/**
 * Follows the sign-in for a page: the page continues when its user signs in again in any tab. It starts again
 * when nobody or somebody else is signed in, and deletes what the former user has written.
 */
export function keepSignedIn({ client, session, base, onLeaving, onIssuerUnreachable }: Page): Account {
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
      if (!navigator.onLine) return onIssuerUnreachable();
      window.location.assign(address ?? signInPage(base));
    } catch {
      onIssuerUnreachable();
    }
  }
  return { session, address: () => session.addressFor(placeHere()), signOut: () => void signOut() };
}
