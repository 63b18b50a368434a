type Handler<Event> = { handle(event: Event): void }["handle"] | null;

/** What the client uses of a WebSocket; browsers, Node 22 and `ws` all have these six members. */
export interface ClientSocket {
  onopen: Handler<unknown>;
  onmessage: Handler<{ data: unknown }>;
  onclose: Handler<unknown>;
  onerror: Handler<unknown>;
  send(text: string): void;
  close(): void;
}

/** A WebSocket class: `globalThis.WebSocket`, or that of `ws`. */
export type WebSocketFactory = new (url: string, protocols: string[]) => ClientSocket;
