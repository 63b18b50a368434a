import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { frameReader } from "./frames.ts";
import { openLeanSocket } from "./lean-socket.ts";

/** A server's text frame. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126 ? Buffer.alloc(2) : payload.length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 0x81;
  if (head.length === 2) head[1] = payload.length;
  if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  }
  if (head.length === 10) {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

it("reads every message completely, for any split of the stream", () => {
  const short = ["", "a", "b".repeat(125), "c".repeat(126), "ä"];
  for (const size of [1, 2, 3, 7, 1000]) expect(readInPieces(short, size)).toEqual(short);
  const long = [...short, "d".repeat(70_000), ...short];
  for (const size of [1000, 65_536, 100_000]) expect(readInPieces(long, size)).toEqual(long);
});

function readInPieces(texts: readonly string[], size: number): string[] {
  const stream = Buffer.concat(texts.map(frame));
  const read: string[] = [];
  const take = frameReader((bytes) => read.push(bytes.toString()));
  // The piece's memory is used again, as that of the sockets is.
  const memory = Buffer.alloc(size);
  for (let at = 0; at < stream.length; at += size)
    take(memory.subarray(0, stream.copy(memory, 0, at, at + size)));
  return read;
}

it("exchanges short and long messages with a real server", async () => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
  await once(server, "listening");
  const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const sent = ["short", "long".repeat(1000)];
  const answers = await new Promise<string[]>((done, fail) => {
    const got: string[] = [];
    openLeanSocket(url, [], {
      opened: (socket) => sent.forEach((text) => void socket.send(text)),
      text(bytes, socket) {
        got.push(bytes.toString());
        if (got.length < sent.length) return;
        socket.close();
        done(got);
      },
      closed: (reason) => fail(new Error(reason)),
    });
  });
  expect(answers).toEqual(sent);
  server.close();
});

it("says why it was refused", async () => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, verifyClient: () => false });
  await once(server, "listening");
  const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const reason = await new Promise<string>((closed) =>
    openLeanSocket(url, [], { opened: () => closed("opened"), text() {}, closed }),
  );
  expect(reason).toBe("HTTP/1.1 401 Unauthorized");
  server.close();
});
