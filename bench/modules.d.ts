/** The parts of the libraries in `bench/package.json` that the bench uses, so that types are checked without them. */
declare module "socket.io" {
  import type { Server as HttpServer } from "node:http";

  export class Server {
    constructor(http: HttpServer, options: { transports: string[]; pingInterval: number });
    on(event: "connection", listener: (socket: { join(room: string): void | Promise<void> }) => void): this;
    to(room: string): { emit(event: string, value: unknown): void };
  }
}
