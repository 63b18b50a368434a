/// <reference path="./undici-pool.d.ts" />
import Pool from "undici/lib/dispatcher/pool.js";
import { type PostEnd, PostExchange } from "./post-exchange.ts";
import type { SignedPost } from "./post-signer.ts";

export interface PostPool {
  /**
   * Makes the request when its turn comes, sends it and reads its answer, all within the pool's time. Should the server
   * have closed the kept connection meanwhile, it is made and sent once more. Never rejects.
   */
  post(make: () => Promise<SignedPost>, body: Uint8Array): Promise<PostEnd>;
  /** Drops the connections; what is under way is lost. */
  close(): Promise<void>;
}

export interface PostPoolOptions {
  readonly origin: string;
  /** Most requests under way at a time, each on a connection of its own. */
  readonly connections: number;
  /** Most requests that wait for their turn. */
  readonly waiting: number;
  /** Time of one request, its waiting included, in milliseconds. */
  readonly timeoutMs: number;
}

const CONNECT_TIMEOUT_MS = 1000;
/** How long an idle connection is kept unless its server says so itself. */
const KEEP_ALIVE_MS = 30_000;
const MOST_RESPONSE_BYTES = 65_536;

/** POSTs to one origin over a bounded number of HTTP/1.1 connections that are kept open. */
export function postPool({ origin, connections, waiting: most, timeoutMs }: PostPoolOptions): PostPool {
  const dispatcher = new Pool(origin, {
    connections,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: MOST_RESPONSE_BYTES,
    // Each request has a timer of its own: undici's leave out the wait for a connection.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // Who waits here can leave; who waits in undici's own queue cannot.
  const waiting: PostExchange[] = [];
  let underWay = 0;

  function take(exchange: PostExchange): void {
    underWay++;
    exchange.start();
  }

  function onDone(): void {
    underWay--;
    const next = waiting.shift();
    if (next) take(next);
  }

  /** Those who wait run out of time in the order in which they came. */
  function expire(exchange: PostExchange): void {
    const place = waiting.indexOf(exchange);
    if (place !== -1) waiting.splice(place, 1);
    exchange.expire();
  }

  return {
    post(make, body) {
      if (underWay >= connections && waiting.length >= most) return Promise.resolve({ kind: "full" });
      return new Promise((resolve) => {
        const onEnd = (end: PostEnd) => {
          clearTimeout(timer);
          resolve(end);
        };
        const exchange = new PostExchange({ dispatcher, make, body, onEnd, onDone });
        const timer = setTimeout(expire, timeoutMs, exchange);
        if (underWay < connections) take(exchange);
        else waiting.push(exchange);
      });
    },
    close: () => dispatcher.destroy(),
  };
}
