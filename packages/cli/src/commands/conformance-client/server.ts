import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { foreignness, listenLocally, stopListening } from "@callboard/aws-local/loopback";
import { SUBPROTOCOL } from "@callboard/protocol";
import { WebSocketServer } from "ws";
import type { RunningStage } from "./stage.ts";

/** Where the cases listen, each under its own path; only for this machine. */
export interface CaseServer {
  /** The address of a case. */
  url(name: string): string;
  /** Accepts the client of a case from now on; returns a function that stops this. */
  serve(name: string, stage: RunningStage): () => void;
  close(): Promise<void>;
}

/** Listens on a loopback port, 0 for a free one; rejects when it is in use. */
export async function listenForCases(port: number): Promise<CaseServer> {
  const stages = new Map<string, RunningStage>();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  const stageOf = (request: IncomingMessage, pattern: RegExp) =>
    stages.get(pattern.exec(new URL(request.url ?? "", "http://localhost").pathname)?.[1] ?? "");

  const server = createServer((request, response) => {
    if (foreignness(request)) return void response.writeHead(403).end();
    const stage = stageOf(request, /^\/([\w-]+)\/token$/);
    // The client may be a page on this machine.
    const { origin } = request.headers;
    response.writeHead(stage ? 200 : 404, {
      "content-type": "text/plain",
      ...(origin ? { "access-control-allow-origin": origin } : {}),
    });
    response.end(stage?.token());
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuse = (status: number, location = "") =>
      socket.end(`HTTP/1.1 ${status} Refused\r\n${location}connection: close\r\ncontent-length: 0\r\n\r\n`);
    if (foreignness(request)) return refuse(403);
    stageOf(request, elsewhere)?.redirected();
    const stage = stageOf(request, /^\/([\w-]+)$/);
    const status = stage ? stage.opening(request) : 404;
    if (!stage || status !== undefined)
      return refuse(status ?? 404, status === 302 ? `location: ${request.url}/elsewhere\r\n` : "");
    sockets.handleUpgrade(request, socket, head, (opened) => stage.connected(request, opened));
  });
  const listening = await listenLocally(server, port);

  return {
    url: (name) => `ws://127.0.0.1:${listening}/${name}`,
    serve(name, stage) {
      stages.set(name, stage);
      return () => stages.delete(name);
    },
    async close() {
      sockets.close();
      await stopListening(server);
    },
  };
}

/** The target of the kit's redirect. */
const elsewhere = /^\/([\w-]+)\/elsewhere$/;
