import type { Channel, WebSocketFactory } from "@callboard/client";
import { subprotocolsFor } from "@callboard/protocol";
import { type Config, loadConfig } from "../session/config.ts";
import { isFresh, readSession } from "../session/kept-session.ts";
import type { Place } from "../session/link.ts";
import type { PageStorage } from "../session/tab-storage.ts";
import {
  claimsOf,
  hasLinkToken,
  hasToken,
  type Role,
  type TokenOptions,
  tokenSource,
} from "../session/token.ts";
import { type EarlySocket, openEarlySocket } from "./early-socket.ts";
import { channelsAhead, firstHello } from "./first-words.ts";

/** When to close a socket that the page has not taken, in milliseconds: the page did not load. */
const UNTAKEN_MS = 30_000;

interface Surroundings extends Pick<TokenOptions, "storage" | "base" | "fetch" | "now"> {
  readonly role: Role;
  readonly place: Place;
  /** The storage of sign-ins; undefined where they do not apply. Throws in a browser without storage. */
  readonly signIns: () => PageStorage | undefined;
  readonly WebSocket: WebSocketFactory;
  /** Resolves when the page may be visible: not while the browser only prerenders it. */
  readonly wanted: () => Promise<unknown>;
  /** Calls back when the page is left. */
  readonly onLeave: (left: () => void) => void;
  readonly after: (ms: number, work: () => void) => void;
}

/** What has started before the page's own code is loaded. */
export interface Begun {
  /** The result of `loadConfig`. */
  readonly config: Promise<Config | undefined>;
  /** Resolves when the first token is there, or cannot be had without the page. */
  readonly token: Promise<void>;
  /** The channels that are already followed; none before `token`. */
  readonly ahead: () => readonly Channel[];
  /**
   * Returns the socket that is already opening if the caller would open the same one, else opens a new one.
   */
  readonly WebSocket: WebSocketFactory;
}

/**
 * Starts what takes longest on a slow network, without knowing the page: loads the configuration, finds the
 * token and opens the socket. It only guesses: the page can still do otherwise.
 */
export function begin(around: Surroundings): Begun {
  const { role, base, fetch, WebSocket } = around;
  const config = loadConfig(base, fetch);
  let early: EarlySocket | undefined;
  let ahead: readonly Channel[] = [];

  async function open(): Promise<void> {
    const known = await config;
    await around.wanted();
    const token = known && (await firstToken(around, known));
    if (token === undefined) return;
    const channels = channelsAhead(role, claimsOf(token).user, around.place);
    const socket = openEarlySocket({
      url: known!.socketUrl,
      protocols: subprotocolsFor(token),
      hello: firstHello(role, channels),
      WebSocket,
    });
    early = socket;
    ahead = channels;
    // Some browsers do not cache a page with an open socket.
    around.onLeave(socket.close);
    around.after(UNTAKEN_MS, socket.close);
  }

  function Socket(url: string, protocols: string[]) {
    return early?.take(url, protocols) ?? new WebSocket(url, protocols);
  }

  return {
    config,
    // The page will get the same error, and has texts for it.
    token: open().catch(() => {}),
    ahead: () => ahead,
    WebSocket: Socket as unknown as WebSocketFactory,
  };
}

/** The token that the page will find; undefined when it needs the reader or the issuer for it. */
async function firstToken(
  { role, storage, base, fetch, now, signIns }: Surroundings,
  { signIn, devTokens }: Config,
): Promise<string | undefined> {
  const sessions = signIn && !hasLinkToken({ storage, role, now }) ? signIns() : undefined;
  if (signIn && sessions) {
    const kept = readSession(sessions, signIn);
    return kept && isFresh(kept, now()) ? kept.token : undefined;
  }
  if (!hasToken({ storage, role, devTokens })) return undefined;
  return tokenSource({ role, storage, devTokens, base, fetch, now }).token();
}
