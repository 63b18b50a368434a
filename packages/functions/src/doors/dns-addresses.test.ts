import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { dnsAddresses } from "./dns-addresses.ts";
import { guardedFetch } from "./guarded-fetch.ts";

const A = 1;
const AAAA = 28;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Answers = (name: string, type: number) => readonly (readonly number[])[] | "fails" | "silent";

/** A name server on this machine (RFC 1035); `asked` is what it was asked for. */
async function nameServer(answers: Answers) {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (; query[at] !== 0; at += query[at]! + 1)
      labels.push(query.toString("latin1", at + 1, at + 1 + query[at]!));
    const type = query.readUInt16BE(at + 1);
    const name = labels.join(".");
    asked.push(`${name} ${type}`);
    const found = answers(name, type);
    if (found === "silent") return;
    const records = found === "fails" ? [] : found;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(found === "fails" ? 0x8182 : 0x8180, 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    const bodies = records.map((bytes) =>
      Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]),
    );
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...bodies]), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(() => socket.close());
  return { asked, resolve: dnsAddresses([`127.0.0.1:${socket.address().port}`]) };
}

it("finds the addresses of both kinds, IPv4 first", async () => {
  const { resolve } = await nameServer((_, type) =>
    type === A
      ? [
          [192, 0, 2, 1],
          [192, 0, 2, 2],
        ]
      : [[0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 1]],
  );
  expect(await resolve("hooks.example")).toEqual(["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
});

it("finds addresses of one kind if there are none of the other, or its server fails", async () => {
  for (const other of [[], "fails"] as const) {
    const { resolve } = await nameServer((_, type) => (type === A ? [[192, 0, 2, 1]] : other));
    expect(await resolve("hooks.example")).toEqual(["192.0.2.1"]);
  }
});

it("finds none for a name without addresses", async () => {
  const { resolve } = await nameServer(() => []);
  expect(await resolve("hooks.example")).toEqual([]);
});

it("does not read the machine's list of hosts", async () => {
  const { asked, resolve } = await nameServer((_, type) => (type === AAAA ? [] : [[192, 0, 2, 7]]));
  expect(await resolve("localhost.example")).toEqual(["192.0.2.7"]);
  expect([...asked].sort()).toEqual(["localhost.example 1", "localhost.example 28"]);
});

it("asks each kind of question once and opens no connection, so a name server cannot rebind a name", async () => {
  const turns: number[] = [];
  const { asked, resolve } = await nameServer((_, type) => {
    turns.push(type);
    if (type === AAAA) return [];
    return turns.filter((turn) => turn === A).length === 1 ? [[127, 0, 0, 1]] : [[1, 1, 1, 1]];
  });
  const fetched = await guardedFetch({ resolve })("https://rebound.example/", {
    method: "GET",
    mostBytes: 0,
  });
  expect(fetched).toMatchObject({ outcome: "forbidden" });
  expect([...asked].sort()).toEqual(["rebound.example 1", "rebound.example 28"]);
});

it("is not waited for when it is silent", async () => {
  const { resolve } = await nameServer(() => "silent");
  const fetch = guardedFetch({ resolve, timeoutMs: 100 });
  expect(await fetch("https://hooks.example/", { method: "GET", mostBytes: 0 })).toEqual({
    outcome: "failed",
    reason: "it took too long",
  });
});
