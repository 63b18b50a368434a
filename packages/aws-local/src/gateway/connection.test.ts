import { connect, type Socket } from "node:net";
import { expect, it } from "vitest";
import { connectedStage } from "../testing/gateway-stage.ts";

const MINUTE_MS = 60_000;
/** A client on a bare socket, which shows what a WebSocket library would hide. */
async function rawClient(port: number) {
  const socket = connect(port, "127.0.0.1");
  const handshake = [
    "GET / HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: chat.v1",
  ];
  socket.write(`${handshake.join("\r\n")}\r\n\r\n`);
  const reader = readerOf(socket);
  return { socket, head: (await reader.until("\r\n\r\n")).toString(), bytes: reader.bytes };
}

function readerOf(socket: Socket) {
  let buffer = Buffer.alloc(0);
  let look = () => {};
  socket.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    look();
  });
  const take = (length: () => number) =>
    new Promise<Buffer>((resolve) => {
      look = () => {
        const end = length();
        if (end < 0 || buffer.length < end) return;
        const taken = buffer.subarray(0, end);
        buffer = buffer.subarray(end);
        look = () => {};
        resolve(taken);
      };
      look();
    });
  return {
    until: (mark: string) => take(() => (buffer.includes(mark) ? buffer.indexOf(mark) + mark.length : -1)),
    bytes: (length: number) => take(() => length),
  };
}

/** A client's frame: first byte, payload; masked with zeros, so that the payload stays legible. */
function clientFrame(first: number, payload: Buffer | string): Buffer {
  const data = Buffer.from(payload);
  const header = Buffer.alloc(data.length < 126 ? 6 : 8);
  header[0] = first;
  header[1] = 0x80 | Math.min(data.length, 126);
  if (data.length >= 126) header.writeUInt16BE(data.length, 2);
  return Buffer.concat([header, data]);
}

it("answers with the handshake, a text frame and a close frame, byte for byte", async () => {
  const { gateway, clock } = await connectedStage();
  const raw = await rawClient(gateway.port);
  expect(raw.head).toBe(
    [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "Sec-WebSocket-Protocol: chat.v1",
      "\r\n",
    ].join("\r\n"),
  );
  raw.socket.write(clientFrame(0x81, "hi"));
  expect(await raw.bytes(4)).toEqual(Buffer.from([0x81, 2, 0x68, 0x69]));
  await clock.advance(10 * MINUTE_MS);
  expect(await raw.bytes(14)).toEqual(
    Buffer.concat([Buffer.from([0x88, 12, 0x03, 0xe9]), Buffer.from("Going away")]),
  );
  raw.socket.destroy();
});

it("joins a message from fragments within the frame limit, up to 128 KB", async () => {
  const { gateway, events } = await connectedStage({
    message: async () => ({ statusCode: 200, body: "ok" }),
  });
  const raw = await rawClient(gateway.port);
  const part = Buffer.alloc(32_768, "x");
  raw.socket.write(clientFrame(0x01, part));
  for (const first of [0x00, 0x00, 0x80]) raw.socket.write(clientFrame(first, part));
  expect(await raw.bytes(4)).toEqual(Buffer.from([0x81, 2, 0x6f, 0x6b]));
  expect(events.message[0]?.body.length).toBe(131_072);
  raw.socket.destroy();
});

it("closes with 1009 when a fragmented message goes over 128 KB", async () => {
  const { gateway, disconnected, events } = await connectedStage();
  const raw = await rawClient(gateway.port);
  const part = Buffer.alloc(32_768, "x");
  raw.socket.write(clientFrame(0x01, part));
  for (const first of [0x00, 0x00, 0x00, 0x80]) raw.socket.write(clientFrame(first, part));
  expect((await raw.bytes(4)).subarray(2)).toEqual(Buffer.from([0x03, 0xf1]));
  raw.socket.destroy();
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1009);
  expect(events.message).toEqual([]);
});

it("accepts a frame of 32 KB and closes with 1009 on one byte more", async () => {
  const { client, events, disconnected } = await connectedStage();
  client.send("x".repeat(32_768));
  expect((await client.next()).length).toBe(32_768);
  client.send("x".repeat(32_769));
  expect(await client.closed).toEqual({ code: 1009, reason: "Frame is too large" });
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1009);
  expect(events.message).toHaveLength(1);
});

it("closes with 1003 on a binary frame", async () => {
  const { client, events } = await connectedStage();
  client.socket.send(Buffer.from([1, 2, 3]));
  expect((await client.closed).code).toBe(1003);
  expect(events.message).toEqual([]);
});

it("closes after 10 idle minutes, despite protocol pings", async () => {
  const { client, clock, disconnected } = await connectedStage();
  await clock.advance(9 * MINUTE_MS);
  const ponged = new Promise((resolve) => client.socket.once("pong", resolve));
  client.socket.ping();
  await ponged;
  await clock.advance(MINUTE_MS);
  expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  expect((await disconnected()).requestContext).toMatchObject({
    disconnectStatusCode: 1001,
    disconnectReason: "Going away",
  });
});

it("counts a message either way as activity", async () => {
  const { client, clock, gateway, events } = await connectedStage();
  await clock.advance(9 * MINUTE_MS);
  client.send("here");
  await client.next();
  await clock.advance(9 * MINUTE_MS);
  expect(gateway.prepare("there")(events.connect[0]!.requestContext.connectionId)).toBe("sent");
  expect(await client.next()).toBe("there");
  await clock.advance(9 * MINUTE_MS);
  client.send("still");
  expect(await client.next()).toBe("still");
});

it("closes after two hours, however busy", async () => {
  const { client, clock } = await connectedStage();
  for (let minutes = 0; minutes < 119; minutes += 7) {
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    client.send("busy");
    await client.next();
    await clock.advance(7 * MINUTE_MS);
  }
  await clock.advance(MINUTE_MS);
  expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
});

it("reports the code and reason with which a client left", async () => {
  const { client, gateway, disconnected } = await connectedStage();
  client.socket.close(4001, "tab closed");
  const { requestContext } = await disconnected();
  expect(requestContext).toMatchObject({
    routeKey: "$disconnect",
    disconnectStatusCode: 4001,
    disconnectReason: "tab closed",
    authorizer: { principalId: "user/ana" },
  });
  expect(gateway.connections()).toBe(0);
});

it("refuses a post that is too large, or has no room because of a slow client", async () => {
  const { client, gateway, events } = await connectedStage({ limits: { sendBufferBytes: 300_000 } });
  const id = events.connect[0]!.requestContext.connectionId;
  expect(gateway.prepare("é".repeat(65_537))(id)).toBe("too_large");
  client.socket.pause();
  // Fills the kernel's buffers first: their size depends on the machine, but is bounded.
  let outcome = gateway.prepare("x".repeat(131_072))(id);
  for (let tries = 0; outcome === "sent" && tries < 1_000; tries++) {
    await new Promise((next) => setImmediate(next));
    outcome = gateway.prepare("x".repeat(131_072))(id);
  }
  expect(outcome).toBe("throttled");
  client.socket.resume();
  expect((await client.next()).length).toBe(131_072);
});

it("posts text as a text frame, and bytes that are not text as a binary one", async () => {
  const { client, gateway, events } = await connectedStage();
  const id = events.connect[0]!.requestContext.connectionId;
  const kinds: boolean[] = [];
  client.socket.on("message", (_data, isBinary) => kinds.push(isBinary));
  gateway.prepare(Buffer.from("grüß"))(id);
  gateway.prepare(Uint8Array.of(0xff, 0xfe))(id);
  expect(await client.next()).toBe("grüß");
  await client.next();
  expect(kinds).toEqual([false, true]);
});
