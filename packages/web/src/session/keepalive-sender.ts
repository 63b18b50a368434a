import type { Callboard } from "@callboard/client";

/** A reply with the id by which it takes effect once, however it is sent. */
interface Reply {
  readonly requestId: string;
  readonly replyId: string;
}

/**
 * Sends replies of a page that is being left. Data given to a socket is lost with its page; a request with
 * `keepalive` is still sent: https://developer.mozilla.org/en-US/docs/Web/API/Request/keepalive
 */
export interface KeepaliveSender {
  /** Gets the token in advance, because nothing can wait for it later. */
  prepare(): void;
  /** Sends a reply, if the token is there; the outcome is not reported. */
  send(reply: Reply): void;
}

/** Uses Callboard's HTTP API. */
export function keepaliveSender(
  httpUrl: string,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): KeepaliveSender {
  let ready: string | undefined;
  return {
    prepare() {
      token().then(
        (given) => {
          ready = given;
        },
        () => {},
      );
    },
    send({ requestId, ...reply }) {
      if (ready === undefined) return;
      fetch(`${httpUrl}/requests/${requestId}/replies`, {
        method: "POST",
        keepalive: true,
        headers: { authorization: `Bearer ${ready}`, "content-type": "application/json" },
        body: JSON.stringify(reply),
        // It may be too long for `keepalive`, or the page may be gone before it is refused.
      }).catch(() => {});
    },
  };
}

const given = new WeakMap<Callboard, KeepaliveSender>();

/** Registers a client's `KeepaliveSender`. */
export const setKeepaliveSender = (client: Callboard, sender: KeepaliveSender): void =>
  void given.set(client, sender);

/** The `KeepaliveSender` of a client; undefined when it has none. */
export const keepaliveSenderOf = (client: Callboard): KeepaliveSender | undefined => given.get(client);
