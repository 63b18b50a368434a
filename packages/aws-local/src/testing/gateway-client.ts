import { WebSocket } from "ws";

/** A WebSocket client for tests that queues what it receives, so that no frame is lost between two awaits. */
export interface TestClient {
  socket: WebSocket;
  /** The next text frame, in the order of arrival. */
  next(): Promise<string>;
  /** Frames that have arrived and were not taken. */
  waiting(): number;
  closed: Promise<{ code: number; reason: string }>;
  send(text: string): void;
}

export interface DialOptions {
  protocols?: string[];
  headers?: Record<string, string>;
  path?: string;
}

/** Opens a connection, or returns the status and body with which the upgrade was refused. */
export function dial(
  url: string,
  options: DialOptions = {},
): Promise<TestClient | { refused: number; body: string }> {
  const { protocols = ["chat.v1", "chat.bearer.abc"], headers = {}, path = "" } = options;
  const socket = new WebSocket(url + path, protocols, { headers, perMessageDeflate: false });
  const arrived: string[] = [];
  const takers: ((frame: string) => void)[] = [];
  socket.on("message", (data) => {
    const take = takers.shift();
    if (take) take(data.toString());
    else arrived.push(data.toString());
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("unexpected-response", (_request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ refused: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    socket.on("open", () =>
      resolve({
        socket,
        closed,
        waiting: () => arrived.length,
        send: (text) => socket.send(text),
        next: () => {
          const frame = arrived.shift();
          return frame === undefined ? new Promise((take) => takers.push(take)) : Promise.resolve(frame);
        },
      }),
    );
  });
}

/** Opens a connection that must not be refused. */
export async function connectClient(url: string, options: DialOptions = {}): Promise<TestClient> {
  const dialled = await dial(url, options);
  if ("refused" in dialled) throw new Error(`the upgrade was refused with ${dialled.refused}`);
  return dialled;
}
