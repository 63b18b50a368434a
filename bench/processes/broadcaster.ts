import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";

export type Broadcaster = typeof commands;

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, clientTracking: true });
server.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));

/** A bare `ws` server: it echoes messages, and sends a given message to everybody. */
const commands = {
  async url(): Promise<string> {
    if (!server.address()) await new Promise((listening) => server.once("listening", listening));
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  },

  /** Returns when it began. */
  broadcast(text: string): number {
    const start = now();
    const data = Buffer.from(text);
    for (const client of server.clients) client.send(data, { binary: false });
    return start;
  },
};

serve(commands);
