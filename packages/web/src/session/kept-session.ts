import * as z from "zod/mini";
import type { SignIn } from "./config.ts";

const KeptSession = z.object({
  issuer: z.string(),
  clientId: z.string(),
  /** Who is signed in, as the issuer says: for the eye and to tell one from another. */
  user: z.object({ id: z.string(), name: z.string() }),
  /** What Callboard is shown; without one the sign-in has ended. */
  token: z.optional(z.string()),
  refreshToken: z.optional(z.string()),
  /** When the token came and how long it is good, in milliseconds by this machine's clock, be that right or wrong. */
  receivedAt: z.number(),
  lifeMs: z.number().check(z.positive()),
});

/** A sign-in as all tabs of a browser share it. */
export type KeptSession = z.infer<typeof KeptSession>;

/** The part of `localStorage` that is needed. */
export interface SessionStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export const SESSION_KEY = "callboard.session";

/** Reads the sign-in of a browser; one with another issuer or client, or of another form, is none. */
export function readSession(storage: SessionStorage, signIn: SignIn): KeptSession | undefined {
  try {
    const read = KeptSession.safeParse(JSON.parse(storage.getItem(SESSION_KEY) ?? "null"));
    const isOurs =
      read.success && read.data.issuer === signIn.issuer && read.data.clientId === signIn.clientId;
    return isOurs ? read.data : undefined;
  } catch {
    return undefined;
  }
}

export const writeSession = (storage: SessionStorage, session: KeptSession): void =>
  storage.setItem(SESSION_KEY, JSON.stringify(session));

export const dropSession = (storage: SessionStorage): void => storage.removeItem(SESSION_KEY);

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
