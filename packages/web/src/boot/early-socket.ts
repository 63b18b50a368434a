import type { ClientSocket, WebSocketFactory } from "@callboard/client";

interface EarlySocketOptions {
  readonly url: string;
  readonly protocols: readonly string[];
  /** The first message, as the client would send it. */
  readonly hello: string;
  readonly WebSocket: WebSocketFactory;
}

/** A socket that is opened while the client's code is still loading. */
export interface EarlySocket {
  /**
   * Returns the socket to a caller that would open exactly the same one, once: it behaves as if it had been
   * opened then. Undefined for another address or token, and after its end; a socket that nobody can take any
   * more is closed.
   */
  take(url: string, protocols: readonly string[]): ClientSocket | undefined;
  /** Closes it, unless it was taken. */
  close(): void;
}

/** Opens a socket and sends hello as soon as it is open. Throws what the WebSocket class throws. */
export function openEarlySocket({ url, protocols, hello, WebSocket }: EarlySocketOptions): EarlySocket {
  const socket = new WebSocket(url, [...protocols]);
  let state: "free" | "taken" | "over" = "free";
  let isOpen = false;
  /** Messages from before the client took the socket. */
  let waiting: { data: unknown }[] = [];

  socket.onopen = () => {
    isOpen = true;
    socket.send(hello);
  };
  socket.onmessage = (event) => waiting.push(event);
  socket.onclose = () => {
    state = "over";
  };
  socket.onerror = socket.onclose;

  function close(): void {
    if (state !== "free") return;
    state = "over";
    socket.close();
  }

  function hand(): ClientSocket {
    let hasSpoken = false;
    /** The client's hello has more in it than the first one: the answer to that is its welcome. */
    let awaitsAnother = false;
    const taken: ClientSocket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send(text) {
        const isFirst = !hasSpoken;
        hasSpoken = true;
        // A socket that follows unwanted channels is useless.
        if (isFirst && !saysAll(text, hello)) return socket.close();
        if (isFirst && saysAll(hello, text)) return;
        awaitsAnother ||= isFirst;
        socket.send(text);
      },
      close: () => socket.close(),
      get readyState() {
        return socket.readyState;
      },
    };
    const hear = (event: { data: unknown }) => {
      if (awaitsAnother && typeOf(event.data) === "welcome") awaitsAnother = false;
      else taken.onmessage?.(event);
    };
    const begin = () => {
      taken.onopen?.(undefined);
      for (const event of waiting) hear(event);
      waiting = [];
      socket.onmessage = hear;
    };
    socket.onopen = () => {
      socket.send(hello);
      begin();
    };
    socket.onclose = (event) => taken.onclose?.(event);
    socket.onerror = (event) => taken.onerror?.(event);
    // The creator of a socket sets its handlers afterwards.
    if (isOpen) void Promise.resolve().then(begin);
    return taken;
  }

  return {
    take(wantedUrl, wantedProtocols) {
      const isSame = wantedUrl === url && wantedProtocols.join() === protocols.join();
      if (state !== "free" || !isSame) {
        close();
        return undefined;
      }
      state = "taken";
      return hand();
    },
    close,
  };
}

/** Whether a hello contains everything of another one, in any order. */
function saysAll(text: string, said: string): boolean {
  const [{ channels: more = {}, ...rest }, { channels = {}, ...saidRest }] = [parsed(text), parsed(said)];
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return same(rest, saidRest) && Object.entries(channels).every(([name, how]) => same(how, more[name]));
}

const parsed = (text: string) => JSON.parse(text) as { channels?: Record<string, unknown> };

function typeOf(data: unknown): unknown {
  try {
    return (JSON.parse(String(data)) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
