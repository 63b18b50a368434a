import type { SignIn } from "./config.ts";
import { isNumber, isText, readShape, shaped } from "./shape.ts";
import type { PageStorage } from "./tab-storage.ts";

/** A sign-in, shared by all tabs of a browser. */
export interface KeptSession {
  issuer: string;
  clientId: string;
  /** The user according to the issuer: to show, and to compare. */
  user: { id: string; name: string };
  /** The token for Callboard; undefined once the sign-in has ended. */
  token?: string | undefined;
  refreshToken?: string | undefined;
  /**
   * When the token came and how long it is valid, in milliseconds by this machine's clock, even if that is
   * wrong.
   */
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

/** Reads the sign-in of a browser; undefined for another issuer or client, or an invalid form. */
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

/** The same sign-in after its end: it still names the user. */
export const endedSession = ({ token: _, refreshToken: __, ...session }: KeptSession): KeptSession => session;

/** A clock that was set back by more than this cannot be trusted, in milliseconds. */
const SET_BACK_MS = 60_000;
/** A token is renewed in this last part of its life. */
const LAST_PART = 0.25;

const leftMs = ({ receivedAt, lifeMs }: KeptSession, now: number): number => receivedAt + lifeMs - now;

/** Whether a token does not need to be renewed yet. */
export const isFresh = (session: KeptSession, now: number): boolean =>
  now >= session.receivedAt - SET_BACK_MS && leftMs(session, now) > session.lifeMs * LAST_PART;

/** Whether a token has expired, by this machine's clock. */
export const isOver = (session: KeptSession, now: number): boolean => leftMs(session, now) <= 0;
