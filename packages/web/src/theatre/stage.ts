import type { ClientSocket, Item, WebSocketFactory } from "@callboard/client";
import type { Stage } from "../ui/stage-socket.ts";

/** What was seen on the way between a page and the server. */
export type Seen =
  | {
      readonly kind: "push";
      /** What changed, by key, with when each happened on the server. */
      readonly items: readonly Item[];
      /** Calls the listener once the change is drawn. */
      readonly onShown: (shown: () => void) => void;
    }
  | { readonly kind: "receipt"; readonly receipt: StageReceipt }
  | { readonly kind: "connection" };

/** What the server said to an answer. */
export interface StageReceipt {
  readonly requestId: string;
  readonly replyId: string;
  readonly status: "accepted" | "refused";
  readonly code?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The ways of all pages to the server: each can be looked at, and cut. */
export interface StageWays extends Stage {
  /** The WebSocket class for a client of this page itself. */
  socketFor(name: string): WebSocketFactory;
  /** Ends the connections of a page, and lets it make no others. */
  cut(name: string): void;
  mend(name: string): void;
}

/** Makes the ways. `name` tells a page by its address; `seen` hears of what goes over each. */
export function createStage(seen: (name: string, what: Seen) => void): StageWays {
  const open = new Map<string, Set<StageSocket>>();
  const cuts = new Set<string>();

  const classFor = (name: string, page: Window): WebSocketFactory =>
    class extends StageSocket {
      constructor(url: string, protocols: string[]) {
        super({ url, protocols, page, isCut: cuts.has(name), seen: (what) => seen(name, what) });
        const sockets = open.get(name) ?? new Set();
        open.set(name, sockets.add(this));
        this.gone = () => void sockets.delete(this);
      }
    };

  return {
    socketOf: (page) => classFor(nameOf(page), page),
    socketFor: (name) => classFor(name, window),
    cut(name) {
      cuts.add(name);
      for (const socket of [...(open.get(name) ?? [])]) socket.break();
    },
    mend: (name) => void cuts.delete(name),
  };
}

const nameOf = ({ location }: Window): string => /([\w-]+)\.html$/.exec(location.pathname)?.[1] ?? "page";

interface SocketOptions {
  readonly url: string;
  readonly protocols: string[];
  /** Its own class is used: a frame's sockets end with the frame. */
  readonly page: Window;
  readonly isCut: boolean;
  readonly seen: (what: Seen) => void;
}

class StageSocket implements ClientSocket {
  onopen: ClientSocket["onopen"] = null;
  onmessage: ClientSocket["onmessage"] = null;
  onclose: ClientSocket["onclose"] = null;
  onerror: ClientSocket["onerror"] = null;
  gone = (): void => {};
  readonly #real: WebSocket | undefined;

  constructor({ url, protocols, page, isCut, seen }: SocketOptions) {
    if (isCut) {
      // As of a network that is away: not before whoever made it listens.
      page.setTimeout(() => this.onclose?.({}), 50);
      return;
    }
    const { WebSocket } = page as unknown as typeof globalThis;
    const real = new WebSocket(url, protocols);
    this.#real = real;
    real.onopen = (event) => {
      this.onopen?.(event);
      seen({ kind: "connection" });
    };
    real.onmessage = (event) => {
      this.onmessage?.(event);
      const what = readFrame(event.data, page);
      if (what) seen(what);
    };
    real.onerror = (event) => this.onerror?.(event);
    real.onclose = (event) => {
      this.gone();
      this.onclose?.(event);
      seen({ kind: "connection" });
    };
  }

  send(text: string): void {
    this.#real?.send(text);
  }

  close(): void {
    this.#real?.close();
  }

  /** Ends it as a network does that has gone: nothing more comes, in either direction. */
  break(): void {
    this.gone();
    const real = this.#real;
    if (!real) return;
    real.onmessage = null;
    real.onclose = null;
    real.close();
    this.onclose?.({});
  }
}

/** What a frame says that counts; nothing for all others. */
function readFrame(data: unknown, page: Window): Seen | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const message = JSON.parse(data) as { type?: unknown; items?: Item[] };
    if (message.type === "receipt") return { kind: "receipt", receipt: message as unknown as StageReceipt };
    if (message.type !== "delta" || !Array.isArray(message.items)) return undefined;
    const onShown = (shown: () => void) =>
      void page.requestAnimationFrame(() => void page.setTimeout(shown, 0));
    return { kind: "push", items: message.items, onShown };
  } catch {
    return undefined;
  }
}
