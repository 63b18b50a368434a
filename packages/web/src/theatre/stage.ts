import type { ClientSocket, Item, WebSocketFactory } from "@callboard/client";
import type { Stage } from "../ui/stage-socket.ts";

/** What was seen in a page's traffic. */
export type Seen =
  | {
      readonly kind: "push";
      /** The changes by key, each with its time on the server. */
      readonly items: readonly Item[];
      /** Calls the listener when the change is drawn. */
      readonly onShown: (shown: () => void) => void;
    }
  | { readonly kind: "receipt"; readonly receipt: StageReceipt }
  | { readonly kind: "connection" };

/** The server's answer to a reply. */
interface StageReceipt {
  readonly requestId: string;
  readonly replyId: string;
  readonly status: "accepted" | "refused";
  readonly code?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The connections of all pages to the server: each can be watched, and cut. */
export interface StageWays extends Stage {
  /** The WebSocket class for a client in this page. */
  socketFor(name: string): WebSocketFactory;
  /** Ends the connections of a page, and refuses new ones. */
  cut(name: string): void;
  mend(name: string): void;
}

/** Makes the stage. `name` identifies a page by its address; `seen` is called with its traffic. */
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
  /** With its own class, a frame's sockets end with the frame. */
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
      // Like a missing network: the error comes after the handlers are set.
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

  /** Ends it like a network failure: nothing more arrives in either direction. */
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

/** What a frame of traffic counts as; undefined when it does not count. */
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
