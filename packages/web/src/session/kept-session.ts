import type { SignIn } from "./config.ts";
import { isNumber, isText, readShape, shaped } from "./shape.ts";
import type { PageStorage } from "./tab-storage.ts";

/** A sign-in as all tabs of a browser share it. */
export interface KeptSession {
  issuer: string;
  clientId: string;
  /** Who is signed in, as the issuer says: for the eye and to tell one from another. */
  user: { id: string; name: string };
  /** What Callboard is shown; without one the sign-in has ended. */
  token?: string | undefined;
  refreshToken?: string | undefined;
  /** When the token came and how long it is good, in milliseconds by this machine's clock, be that right or wrong. */
  receivedAt: number;
  lifeMs: number;
}

const shape = {
  issuer: isText,
  clientId: isText,
  user: shaped({ id: isText, name: isText }),
  "token?": isText,
  "refreshToken?": isText,
  receivedAt: isNumber,
  lifeMs: (value: unknown) => isNumber(value) && (value as number) > 0,
};

export const SESSION_KEY = "callboard.session";

/** Reads the sign-in of a browser; one with another issuer or client, or of another form, is none. */
export function readSession(storage: PageStorage, signIn: SignIn): KeptSession | undefined {
  try {
    const kept = readShape(JSON.parse(storage.getItem(SESSION_KEY) ?? "null"), shape) as
      | KeptSession
      | undefined;
    return kept?.issuer === signIn.issuer && kept.clientId === signIn.clientId ? kept : undefined;
  } catch {
    return undefined;
  }
}

export const writeSession = (storage: PageStorage, session: KeptSession): void =>
  storage.setItem(SESSION_KEY, JSON.stringify(session));

export const dropSession = (storage: PageStorage): void => storage.removeItem(SESSION_KEY);

/** The same sign-in once the issuer gives no further token: it still says whose it was. */
export const endedSession = ({ token: _, refreshToken: __, ...session }: KeptSession): KeptSession => session;

/** A clock that was set back by more than this is no clock to count by, in milliseconds. */
const SET_BACK_MS = 60_000;
/** The part of its life, at the end, in which a token is renewed. */
const LAST_PART = 0.25;

const leftMs = ({ receivedAt, lifeMs }: KeptSession, now: number): number => receivedAt + lifeMs - now;

/** Whether a token need not be renewed yet. */
export const isFresh = (session: KeptSession, now: number): boolean =>
  now >= session.receivedAt - SET_BACK_MS && leftMs(session, now) > session.lifeMs * LAST_PART;

/** Whether a token has ended, by this machine's clock. */
export const isOver = (session: KeptSession, now: number): boolean => leftMs(session, now) <= 0;
