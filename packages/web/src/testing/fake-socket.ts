import type { ClientSocket } from "@callboard/client";

/** A browser's socket, whose other end is the test. */
export class FakeSocket implements ClientSocket {
  static readonly opened: FakeSocket[] = [];

  onopen: ClientSocket["onopen"] = null;
  onmessage: ClientSocket["onmessage"] = null;
  onclose: ClientSocket["onclose"] = null;
  onerror: ClientSocket["onerror"] = null;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: string[] = [];
  isClosed = false;

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.opened.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Sends a message from the server. */
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}
