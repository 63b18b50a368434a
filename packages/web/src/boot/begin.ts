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

/** A socket that nobody has taken by then is closed, in milliseconds: the page has not come. */
const UNTAKEN_MS = 30_000;

interface Surroundings extends Pick<TokenOptions, "storage" | "base" | "fetch" | "now"> {
  readonly role: Role;
  readonly place: Place;
  /** Where sign-ins are kept; undefined where they do not count. Throws where the browser keeps nothing. */
  readonly signIns: () => PageStorage | undefined;
  readonly WebSocket: WebSocketFactory;
  /** Resolves once somebody may look at the page: not while it is only made ready in case that they do. */
  readonly wanted: () => Promise<unknown>;
  /** Calls back when the page is left. */
  readonly onLeave: (left: () => void) => void;
  readonly after: (ms: number, work: () => void) => void;
}

/** What has begun before the page's own code is there. */
export interface Begun {
  /** What `loadConfig` gives. */
  readonly config: Promise<Config | undefined>;
  /** Resolves once the first token is there, or clearly none is to be had without the page. */
  readonly token: Promise<void>;
  /** The channels that are followed already; none before `token`. */
  readonly ahead: () => readonly Channel[];
  /** Hands out the socket that is being opened to whoever would open the same one, else opens one. */
  readonly WebSocket: WebSocketFactory;
}

/**
 * Begins what takes the longest on a slow line, without knowing the page: asks for the configuration, finds the token and
 * opens the socket with it. It only ever guesses: what a page wants otherwise, it gets otherwise.
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
    // Whoever holds a socket is not kept for the way back.
    around.onLeave(socket.close);
    around.after(UNTAKEN_MS, socket.close);
  }

  function Socket(url: string, protocols: string[]) {
    return early?.take(url, protocols) ?? new WebSocket(url, protocols);
  }

  return {
    config,
    // What went wrong goes wrong again in the page, which has words for it.
    token: open().catch(() => {}),
    ahead: () => ahead,
    WebSocket: Socket as unknown as WebSocketFactory,
  };
}

/** The token that the page will find; undefined when it will have to ask its reader, or the issuer. */
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
