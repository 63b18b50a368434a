import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";

export type SocketIo = typeof commands;

const room = "bench";
const http = createServer();
/** The defaults, except that heartbeats do not disturb the measurement. */
const server = new Server(http, { transports: ["websocket"], pingInterval: 600_000 });
server.on("connection", (socket) => void socket.join(room));

/** A Socket.IO server with everybody in one room. */
const commands = {
  async url(): Promise<string> {
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`;
  },

  /** Emits a JSON text as an object; returns when it began. */
  broadcast(text: string): number {
    const start = now();
    server.to(room).emit("delta", JSON.parse(text));
    return start;
  },
};

serve(commands);
