import type { AddressInfo } from "node:net";
import { heartbeatMs, type ServerMessage } from "@callboard/protocol";
import { afterEach, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type Callboard, type ConnectOptions, connect } from "./callboard.ts";
import type { ConnectionState } from "./connection-state.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A real server on a free port, which welcomes everyone whose token is `good`. */
async function server() {
  const sockets: WebSocket[] = [];
  const wss = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    handleProtocols: (offered) => (offered.has("callboard.v1") ? "callboard.v1" : false),
    verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) =>
      String(req.headers["sec-websocket-protocol"]).includes("callboard.bearer.good"),
  });
  wss.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("message", (data) => {
      const { id, channels, type } = JSON.parse(String(data));
      const answers = Object.fromEntries(
        Object.entries(channels ?? {}).map(([name, one]) => [
          name,
          { sub: (one as { sub: number }).sub, epoch: "e", offset: 0, items: [] },
        ]),
      );
      if (type === "hello")
        say(socket, {
          type: "welcome",
          re: id,
          connectionId: "c",
          user: { id: "ana", name: "Ana", roles: [] },
          inboxes: [],
          serverTime: 0,
          heartbeatMs,
          expiresAt: 3_600_000,
          limits: {},
          features: [],
          channels: answers,
        });
    });
  });
  await new Promise((listening) => wss.once("listening", listening));
  ends.push(
    () => new Promise((closed) => wss.close(closed)),
    () => {
      for (const socket of sockets) socket.terminate();
    },
  );
  return { sockets, url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}/` };
}

const say = (socket: WebSocket | undefined, message: ServerMessage) => socket?.send(JSON.stringify(message));

function client(options: Omit<ConnectOptions, "WebSocket">): Callboard {
  const made = connect({ WebSocket, ...options });
  ends.push(made.close);
  return made;
}

/** The first state that fits, now or later. */
function state(of: Callboard, fits: (state: ConnectionState) => boolean): Promise<ConnectionState> {
  if (fits(of.state)) return Promise.resolve(of.state);
  return new Promise((found) => {
    const end = of.onState((next) => {
      if (!fits(next)) return;
      end();
      found(next);
    });
  });
}

it("connects and follows a channel over a real WebSocket", async () => {
  const { sockets, url } = await server();
  const view = client({ url, token: () => "good" }).channel("watch:video/v_1");
  const changes: ((value: unknown) => void)[] = [];
  const next = () => new Promise((changed) => changes.push(changed));
  const welcomed = next();
  view.follow(() => changes.shift()?.(undefined));
  await welcomed;
  expect(view.status).toBe("following");
  const changed = next();
  const item = { key: "title", value: { title: "Cats" }, offset: 1, version: "v", at: 1 };
  say(sockets[0], { type: "delta", channel: view.name, epoch: "e", from: 0, to: 1, items: [item] });
  await changed;
  expect(view.get("title")).toEqual({ title: "Cats" });
});

it("reconnects when its connection breaks", async () => {
  const { sockets, url } = await server();
  const made = client({ url, token: () => "good" });
  await state(made, ({ state }) => state === "connected");
  sockets[0]?.terminate();
  await state(made, ({ state }) => state === "waiting");
  await state(made, ({ state }) => state === "connected");
  expect(sockets).toHaveLength(2);
});

it("reports unauthorized_or_unreachable when its token is refused, and without a server", async () => {
  const { url } = await server();
  const refused = client({ url, token: () => "bad", random: () => 0 });
  const nobody = client({ url: "ws://127.0.0.1:9/", token: () => "good", random: () => 0 });
  const told = (one: ConnectionState) => "reason" in one && one.reason === "unauthorized_or_unreachable";
  expect([await state(refused, told), await state(nobody, told)]).toHaveLength(2);
});

it("can be closed at once", async () => {
  const { sockets, url } = await server();
  const made = client({ url, token: () => "good" });
  made.close();
  expect(made.state).toMatchObject({ state: "closed", code: "closed_by_client" });
  expect(sockets).toHaveLength(0);
});
