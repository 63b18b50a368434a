import { browserTime, keepTabFor, openBrowserSession, placeHere } from "../session/browser-session.ts";
import type { Config } from "../session/config.ts";
import type { Session } from "../session/session.ts";
import {
  hasLinkToken,
  hasToken,
  type Role,
  type TokenSource,
  type TokenStorage,
  tokenSource,
} from "../session/token.ts";
import {
  IssuerUnreachable,
  Leaving,
  LinkNeeded,
  NobodySignedIn,
  NothingKept,
  SignInEnded,
} from "./entry-notices.tsx";
import type { SpeakingRoot } from "./speaking-root.tsx";

interface Door {
  root: SpeakingRoot;
  role: Role;
  config: Config;
  /** The storage of a link's token. */
  storage: TokenStorage;
  /** Nobody signs in inside another site's frame. */
  isEmbedded: boolean;
  base: URL;
  fetch: typeof globalThis.fetch;
  /** The server's time, as far as known. */
  now: () => number;
}

/** What a page needs to connect; `session` exists when its reader has signed in. */
export interface Entry {
  source: TokenSource;
  session?: Session;
}

/**
 * Finds the token of a page's reader: from the link, the sign-in or the machine. Without one it shows what to
 * do.
 */
export async function enterPage(door: Door): Promise<Entry | undefined> {
  const { root, role, config, storage, isEmbedded, base, fetch, now } = door;
  const { devTokens, signIn } = config;
  if (!keepsAnything(storage)) {
    root.render(<NothingKept />);
    return undefined;
  }
  if (signIn && !isEmbedded && !hasLinkToken({ storage, role, now: browserTime })) {
    const session = await openBrowserSession(signIn, base).catch(() => undefined);
    if (!session) {
      root.render(<NothingKept />);
      return undefined;
    }
    if (session.current?.token !== undefined) {
      const { id } = session.current.user;
      keepTabFor(sessionStorage, id);
      return { source: session.sourceOf(id), session };
    }
    waitForSignIn(root, session);
    return undefined;
  }
  if (hasToken({ storage, role, devTokens }))
    return { source: tokenSource({ role, storage, devTokens, base, fetch, now }) };
  root.render(<LinkNeeded />);
  return undefined;
}

/** A browser without storage throws at the first access. */
function keepsAnything(storage: TokenStorage): boolean {
  try {
    storage.getItem("");
    return true;
  } catch {
    return false;
  }
}

/** Shows the signed-out page; it starts again when somebody signs in, in any tab. */
function waitForSignIn(root: SpeakingRoot, session: Session): void {
  const begin = () => {
    if (session.current?.token !== undefined) window.location.reload();
  };
  session.follow(begin);
  // A page that comes back from the browser's history has missed changes.
  window.addEventListener("pageshow", begin);
  const address = () => session.addressFor(placeHere());
  root.render(session.current ? <SignInEnded address={address} /> : <NobodySignedIn address={address} />);
}

/** What a page shows during a sign-out, and when the issuer could not be reached for it. */
export const partings = (root: SpeakingRoot, session: Session) => ({
  onLeaving: () => root.render(<Leaving />),
  onIssuerUnreachable: () =>
    root.render(<IssuerUnreachable address={() => session.addressFor(placeHere())} />),
});
