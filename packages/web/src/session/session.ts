import type { SignIn } from "./config.ts";
import type { Arrival, Grant, Issuer } from "./issuer.ts";
import {
  dropSession,
  endedSession,
  isFresh,
  isOver,
  type KeptSession,
  readSession,
  writeSession,
} from "./kept-session.ts";
import type { PageStorage } from "./tab-storage.ts";
import { NoToken, SignedOut, type TokenSource } from "./token.ts";

/** Runs work in only one tab at a time; other tabs wait. */
export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

interface SessionOptions {
  signIn: SignIn;
  issuer: Issuer;
  storage: PageStorage;
  oneAtATime: OneAtATime;
  /** This machine's time, in milliseconds since the Unix epoch. */
  now: () => number;
}

/** The sign-in, in all tabs of a browser. */
export interface Session extends TokenSource {
  /** Undefined when nobody is signed in; without a `token` once the sign-in has ended. */
  readonly current: KeptSession | undefined;
  /**
   * A source of the tokens of one user only. A page continues for the user with whom it began: what they have
   * written there must not be sent for somebody who has signed in elsewhere since. Rejects with `SignedOut`
   * then.
   */
  sourceOf(userId: string): TokenSource;
  /** Calls back after a change here or, after `changedElsewhere`, in another tab. */
  follow(listener: () => void): () => void;
  changedElsewhere(): void;
  /** The address for signing in, which leads back to `place`. */
  addressFor(place: string): Promise<string>;
  /** Processes the issuer's answer; a stale address changes nothing. */
  arrive(url: string): Promise<Arrival>;
  /**
   * Forgets the sign-in, first here. Returns the address at which the issuer forgets it too, if there is one.
   */
  signOut(): Promise<string | undefined>;
}

/** A younger token is not replaced, even if the server refuses it, in milliseconds. */
const TRIED_MS = 60_000;

/** Keeps a sign-in: its token is renewed once for all tabs when the last part of its life begins. */
export function openSession({ signIn, issuer, storage, oneAtATime, now }: SessionOptions): Session {
  const listeners = new Set<() => void>();
  let read: { text: string | null; session: KeptSession | undefined } | undefined;
  let distrusted: string | undefined;

  /** The same object until it changes. */
  function current(): KeptSession | undefined {
    const session = readSession(storage, signIn);
    const text = JSON.stringify(session) ?? null;
    if (read?.text !== text) read = { text, session };
    return read.session;
  }
  function changed(): void {
    for (const listener of [...listeners]) listener();
  }
  function keep(session: KeptSession): void {
    writeSession(storage, session);
    changed();
  }
  const keepGrant = ({ user, token, refreshToken, lifeMs }: Grant, former?: KeptSession): KeptSession => {
    const renewing = refreshToken ?? former?.refreshToken;
    const session: KeptSession = {
      issuer: signIn.issuer,
      clientId: signIn.clientId,
      user: former?.user ?? user,
      token,
      ...(renewing !== undefined && { refreshToken: renewing }),
      receivedAt: now(),
      lifeMs,
    };
    keep(session);
    return session;
  };

  /** Whether a token is available without the issuer. */
  const isUsable = (session: KeptSession): boolean => {
    const isTried = session.token === distrusted && now() - session.receivedAt > TRIED_MS;
    return isFresh(session, now()) && !isTried;
  };

  async function renewed(): Promise<KeptSession | undefined> {
    const session = current();
    // Another tab may have renewed it meanwhile.
    if (session?.token === undefined || isUsable(session)) return session;
    const { refreshToken, user } = session;
    if (refreshToken === undefined) {
      if (!isOver(session, now())) return session;
      keep(endedSession(session));
      return current();
    }
    const renewal = await issuer.renew(refreshToken, user.id);
    // A sign-out meanwhile must stay one.
    if (current()?.refreshToken !== refreshToken) return current();
    if (renewal.outcome === "granted") return keepGrant(renewal.grant, session);
    if (renewal.outcome === "refused") keep(endedSession(session));
    return current();
  }

  async function tokenOf(userId?: string): Promise<string> {
    const kept = current();
    const usable = kept?.token !== undefined && isUsable(kept);
    const session = usable ? kept : kept && (await oneAtATime(renewed));
    if (session?.token === undefined) throw new SignedOut("the sign-in has ended");
    if (userId !== undefined && session.user.id !== userId)
      throw new SignedOut("somebody else has signed in");
    if (isOver(session, now())) throw new NoToken("the issuer does not answer");
    return session.token;
  }
  function distrust(): void {
    distrusted = current()?.token;
  }

  return {
    get current() {
      return current();
    },
    sourceOf: (userId) => ({ token: () => tokenOf(userId), distrust }),
    follow(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changedElsewhere: changed,

    token: () => tokenOf(),
    distrust,

    addressFor: issuer.addressFor,

    async arrive(url) {
      const arrival = await issuer.arrive(url);
      if (arrival.outcome !== "granted") return arrival;
      try {
        keepGrant(arrival.grant);
        return arrival;
      } catch {
        // A storage may be full.
        return { outcome: "failed", place: arrival.place };
      }
    },

    async signOut() {
      const refreshToken = current()?.refreshToken;
      dropSession(storage);
      changed();
      const [address] = await Promise.all([
        issuer.signOutAddress(),
        refreshToken !== undefined && issuer.revoke(refreshToken).catch(() => {}),
      ]);
      return address;
    },
  };
}
