import type { SignIn } from "./config.ts";
import { SESSION_KEY } from "./kept-session.ts";
import type { OneAtATime, Session } from "./session.ts";

const PAGE = "sign-in.html";
/** Longer than this nobody waits for another tab's renewal, in milliseconds. */
const LONGEST_TURN_MS = 30_000;

/** The address that an issuer sends people back to, after signing in and out. */
export const signInPage = (base: URL): URL => new URL(PAGE, base);

/** This machine's time, be it right or wrong. */
export const browserTime = (): number => Date.now();

/** A name that nothing else has, of so many random bytes. */
export const randomName = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

/** Opens what this browser knows of who is signed in. Rejects where the browser keeps nothing for the pages. */
export async function openBrowserSession(signIn: SignIn, base: URL): Promise<Session> {
  const storage = window.localStorage;
  // Only who signs in needs it.
  const [{ oidcIssuer }, { openSession }] = await Promise.all([
    import("./issuer.ts"),
    import("./session.ts"),
  ]);
  const issuer = oidcIssuer({ ...signIn, returnUrl: signInPage(base).href, storage });
  const session = openSession({ signIn, issuer, storage, oneAtATime, now: browserTime });
  window.addEventListener("storage", ({ key }) => {
    if (key === SESSION_KEY || key === null) session.changedElsewhere();
  });
  // A page that comes back from the browser's history was told nothing meanwhile.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) session.changedElsewhere();
  });
  return session;
}

const TAB_OF = "callboard.sign-in.user";

/** Has a tab keep nothing of what another person has begun to write in it, however the next one comes. */
export function keepTabFor(storage: Pick<Storage, "getItem" | "setItem" | "clear">, userId: string): void {
  const former = storage.getItem(TAB_OF);
  if (former !== null && former !== userId) storage.clear();
  storage.setItem(TAB_OF, userId);
}

/** Across all tabs of the browser. */
const oneAtATime: OneAtATime = (work) =>
  navigator.locks.request("callboard.session", { signal: AbortSignal.timeout(LONGEST_TURN_MS) }, work);

/** Where in the pages one is, without anything that stands in the address for a moment alone. */
export const placeHere = (): string => `${window.location.pathname}${window.location.hash}`;

/** The address of a place beside `base`; the start for whatever is elsewhere. */
export function addressOf(place: string, base: URL): URL {
  const start = new URL("./", base);
  if (!place.startsWith("/") || !URL.canParse(place, base)) return start;
  const address = new URL(place, base);
  const isBeside = address.origin === base.origin && address.pathname.startsWith(start.pathname);
  return isBeside && address.pathname !== signInPage(base).pathname ? address : start;
}

/** The IndexedDB database in which the pages keep what people wrote, all tabs together. */
export const DATABASE = "callboard";

/** Removes everything that somebody wrote from this tab, and from what all tabs share, whichever page has kept it. */
export function forgetWords(): void {
  try {
    sessionStorage.clear();
    // Pages that have it open let go of it.
    indexedDB.deleteDatabase(DATABASE);
  } catch {
    // Where pages may keep nothing, nothing was kept.
  }
}
