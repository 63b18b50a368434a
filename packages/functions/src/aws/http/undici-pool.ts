/// <reference path="./undici-pool.d.ts" />
import Pool from "undici/lib/dispatcher/pool.js";
import { CONNECT_TIMEOUT_MS, type PostEnd, type PostPool, type PostPoolOptions } from "./posting.ts";
import { UndiciExchange, type UndiciExchangeOptions } from "./undici-exchange.ts";

/** The bounds of a pool of undici's, and what becomes of its answers. */
export interface UndiciPoolOptions
  extends PostPoolOptions,
    Pick<UndiciExchangeOptions, "keepAnswer" | "sendAgain"> {
  /** Most requests that wait for their turn. */
  readonly waiting: number;
}

/** How long an idle connection is kept unless its server says so itself. */
const KEEP_ALIVE_MS = 30_000;
/** Of an answer that nobody reads. */
const MOST_RESPONSE_BYTES = 65_536;

/**
 * A pool of undici's connections: half of what Node's own client takes of the processor, for 170 KB of code. It is for
 * functions that post pages of many.
 */
export function undiciPool(options: UndiciPoolOptions): PostPool {
  const { origin, connections, waiting: most, timeoutMs, keepAnswer, sendAgain } = options;
  const dispatcher = new Pool(origin, {
    connections,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: keepAnswer ? -1 : MOST_RESPONSE_BYTES,
    // Each request has a timer of its own: undici's leave out the wait for a connection.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // Who waits here can leave; who waits in undici's own queue cannot.
  const waiting: UndiciExchange[] = [];
  let underWay = 0;

  function take(exchange: UndiciExchange): void {
    underWay++;
    exchange.start();
  }

  function onDone(): void {
    underWay--;
    const next = waiting.shift();
    if (next) take(next);
  }

  /** Those who wait run out of time in the order in which they came. */
  function expire(exchange: UndiciExchange): void {
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
        const own = { dispatcher, make, body, keepAnswer, sendAgain, onEnd, onDone };
        const exchange = new UndiciExchange(own);
        const timer = setTimeout(expire, timeoutMs, exchange);
        if (underWay < connections) take(exchange);
        else waiting.push(exchange);
      });
    },
    close: () => dispatcher.destroy(),
  };
}
