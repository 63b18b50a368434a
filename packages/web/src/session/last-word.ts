import type { Callboard } from "@callboard/client";

/** A reply with the id by which it takes effect once, however often and by whichever way it is sent. */
interface Reply {
  readonly requestId: string;
  readonly replyId: string;
}

/**
 * Sends replies of a page that is being left. What a socket was given is lost with its page; a request that is kept alive
 * goes out after it: https://developer.mozilla.org/en-US/docs/Web/API/Request/keepalive
 */
export interface LastWord {
  /** Gets the token, for which nobody can wait later. */
  prepare(): void;
  /** Sends a reply, if there is a token by then; nobody hears what becomes of it. */
  send(reply: Reply): void;
}

/** Speaks to Callboard's HTTP API. */
export function lastWord(
  httpUrl: string,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): LastWord {
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
        // It may be too long for that, or the page gone before it is refused.
      }).catch(() => {});
    },
  };
}

const given = new WeakMap<Callboard, LastWord>();

/** Lets whoever has a page's client find its last word. */
export const giveLastWord = (client: Callboard, word: LastWord): void => void given.set(client, word);

/** The last word of a client; undefined where it was given none. */
export const lastWordOf = (client: Callboard): LastWord | undefined => given.get(client);
