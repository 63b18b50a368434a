import type { SignIn } from "./config.ts";
import { SESSION_KEY } from "./kept-session.ts";
import type { OneAtATime, Session } from "./session.ts";

const PAGE = "sign-in.html";
/** The longest wait for another tab's renewal, in milliseconds. */
const MAX_TURN_MS = 30_000;

/** The address to which an issuer sends people back, after signing in and out. */
export const signInPage = (base: URL): URL => new URL(PAGE, base);

/** This machine's time, even if it is wrong. */
export const browserTime = (): number => Date.now();

/** A unique name from random bytes. */
export const randomName = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

/** Opens this browser's session. Rejects in a browser without storage. */
export async function openBrowserSession(signIn: SignIn, base: URL): Promise<Session> {
  const storage = window.localStorage;
  // Loaded only for signing in.
  const [{ oidcIssuer }, { openSession }] = await Promise.all([
    import("./issuer.ts"),
    import("./session.ts"),
  ]);
  const issuer = oidcIssuer({ ...signIn, returnUrl: signInPage(base).href, storage });
  const session = openSession({ signIn, issuer, storage, oneAtATime, now: browserTime });
  window.addEventListener("storage", ({ key }) => {
    if (key === SESSION_KEY || key === null) session.changedElsewhere();
  });
  // A page that comes back from the browser's history has missed changes.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) session.changedElsewhere();
  });
  return session;
}

const TAB_OF = "callboard.sign-in.user";

/** Deletes from a tab what another person has begun to write there, however the new one came. */
export function keepTabFor(storage: Pick<Storage, "getItem" | "setItem" | "clear">, userId: string): void {
  const former = storage.getItem(TAB_OF);
  if (former !== null && former !== userId) storage.clear();
  storage.setItem(TAB_OF, userId);
}

/** One at a time across all tabs of the browser. */
const oneAtATime: OneAtATime = (work) =>
  navigator.locks.request("callboard.session", { signal: AbortSignal.timeout(MAX_TURN_MS) }, work);

/** The current place in the pages, without temporary parts of the address. */
export const placeHere = (): string => `${window.location.pathname}${window.location.hash}`;

/** The address of a place relative to `base`; the start page for places outside. */
export function addressOf(place: string, base: URL): URL {
  const start = new URL("./", base);
  if (!place.startsWith("/") || !URL.canParse(place, base)) return start;
  const address = new URL(place, base);
  const isBeside = address.origin === base.origin && address.pathname.startsWith(start.pathname);
  return isBeside && address.pathname !== signInPage(base).pathname ? address : start;
}

/** The IndexedDB database in which the pages keep what people wrote, shared by all tabs. */
export const DATABASE = "callboard";

/** Removes everything that somebody wrote from this tab and from the storage that all tabs share. */
export function forgetWords(): void {
  try {
    sessionStorage.clear();
    // Pages that have it open close it.
    indexedDB.deleteDatabase(DATABASE);
  } catch {
    // Without storage, nothing was kept.
  }
}
