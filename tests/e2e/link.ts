import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network connection between a client and a server, which can be cut. */
export interface Link {
  readonly port: number;
  /** Ends every connection without a close frame and admits nobody until `restore`. */
  cut(): void;
  /** Drops everything that is sent in either direction; both ends believe that the connection is open. */
  freeze(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Opens a link to a port of this machine, at a free port of its own. */
export async function layLink(to: number): Promise<Link> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let open = true;
  const server = createServer((near) => {
    if (!open) return near.destroy();
    const far = connect(to, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((listening, refused) => {
    server.once("error", refused);
    server.listen(0, "127.0.0.1", listening);
  });
  const cut = () => {
    open = false;
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    freeze() {
      for (const pair of pairs)
        for (const socket of pair) {
          socket.unpipe();
          socket.on("data", () => {}).resume();
        }
    },
    restore() {
      open = true;
    },
    close: () =>
      new Promise((closed) => {
        cut();
        server.close(() => closed());
      }),
  };
}
