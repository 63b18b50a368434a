import { readdir, stat } from "node:fs/promises";
import { get } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { itemsOf } from "@callboard/core/testing/heads.ts";
import { afterEach, expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import { freePorts, type Machine, npmStart, openMachine, type Running, startArguments } from "./machine.ts";
import { within } from "./people.ts";
import { leftOf, membersOf, treeOf } from "./processes.ts";

const isWindows = process.platform === "win32";

/** Node's option that runs a program before anything else. */
const first = (program: string): string[] => [
  "--import",
  `data:text/javascript,${encodeURIComponent(program)}`,
  ...startArguments,
];

/** A Node that reports an older version. */
const oldNode = first(
  'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } });',
);

/** A Node whose servers never finish closing. */
const neverClosing = first(
  'import { Server } from "node:net"; Server.prototype.close = function () { return this; };',
);

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function machine(): Promise<Machine> {
  const opened = await openMachine();
  ends.push(opened.close);
  return opened;
}

async function occupy(port: number): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  ends.push(() => new Promise((closed) => server.close(closed)));
}

/** The lines of a failed start, without those about building the pages. */
async function refusal(running: Running): Promise<string[]> {
  running.up.catch(() => {});
  const { code } = await within(30_000, "the end of a failed start", running.ended);
  expect(code).toBe(1);
  return running
    .output()
    .split("\n")
    .filter((line) => line !== "" && line !== "Building the pages …");
}

it.each([
  ["pages", "CALLBOARD_PORT"],
  ["socket", "CALLBOARD_SOCKET_PORT"],
  ["aws", "CALLBOARD_AWS_PORT"],
  ["smtp", "CALLBOARD_SMTP_PORT"],
] as const)(
  "says in one line that the port of the %s is in use, and leaves nothing running",
  async (which, setting) => {
    const { ports, start } = await machine();
    await occupy(ports[which]);
    const running = start();
    expect(await refusal(running)).toEqual([
      `Port ${ports[which]} is in use; choose another with ${setting}.`,
    ]);
    expect(await treeOf(running.pid)).toEqual([]);
  },
);

it("says in one line that this Node is too old", async () => {
  const { start } = await machine();
  const lines = await refusal(start({}, oldNode));
  expect(lines).toEqual(["Callboard needs Node 20.19 or later; this is 18.20.4."]);
});

it("says in one line that a setting is not a port", async () => {
  const { start } = await machine();
  expect(await refusal(start({ CALLBOARD_PORT: "many" }))).toEqual(["CALLBOARD_PORT is not a port: many"]);
});

it("says in one line that no DynamoDB answers at the configured address", async () => {
  const { start } = await machine();
  const [dead] = await freePorts(1);
  const DYNAMODB_ENDPOINT = `http://127.0.0.1:${dead}`;
  expect(await refusal(start({ DYNAMODB_ENDPOINT }))).toEqual([
    `no DynamoDB answers at ${DYNAMODB_ENDPOINT}`,
  ]);
});

/** How a start can be stopped: the process, and the signal that it gets. */
const ways: [string, () => readonly string[], NodeJS.Signals][] = [
  ["Ctrl-C", () => startArguments, "SIGINT"],
  ["a supervisor", () => startArguments, "SIGTERM"],
  ["its terminal's end", () => startArguments, "SIGHUP"],
  ["a supervisor that knows npm alone", npmStart, "SIGTERM"],
  ["npm's terminal's end", npmStart, "SIGHUP"],
  ["npm's being killed", npmStart, "SIGKILL"],
];
/** Windows has no signals: sending one kills. */
const waysHere = isWindows ? ways.filter(([, , signal]) => signal === "SIGKILL") : ways;

it.each(waysHere)("ends within two seconds of %s", async (_, args, signal) => {
  const { start } = await machine();
  const running = start({}, args());
  await running.up;
  const tree = await treeOf(running.pid);
  running.signal(signal);
  await expect.poll(() => leftOf(tree), { timeout: 2_000, interval: 50 }).toEqual([]);
});

/** Moments of a start that can be seen from outside. */
const moments: [string, (machine: Machine) => Promise<boolean>][] = [
  ["before anything exists", async () => true],
  ["once its data exist", async ({ data }) => (await readdir(data)).length > 0],
  ["once AWS listens", ({ ports }) => isListening(ports.aws)],
  ["once the sockets listen", ({ ports }) => isListening(ports.socket)],
];

/** Before it is up all signals have the same effect. */
const early = ways.filter(([, , signal]) => signal === "SIGTERM" || signal === "SIGKILL");
const stops = early.flatMap((way) => moments.map(([when, isThen]) => [way[0], when, way, isThen] as const));

it.skipIf(isWindows).each(stops)(
  "starts nothing that outlives %s, %s",
  async (_by, _when, [, args, signal], isThen) => {
    const place = await machine();
    const running = place.start({}, args());
    running.up.catch(() => {});
    await expect.poll(() => isThen(place), { timeout: 30_000, interval: 5 }).toBe(true);
    const tree = await treeOf(running.pid);
    running.signal(signal);
    await expect.poll(() => leftOf(tree), { timeout: 2_000, interval: 50 }).toEqual([]);
    // A process that had just been started ends, too.
    await expect.poll(async () => (await membersOf(running.pid)).length, { timeout: 2_000 }).toBe(0);
  },
);

it.skipIf(isWindows)("ends within two seconds although a part never closes", async () => {
  const { start } = await machine();
  const running = start({}, neverClosing);
  await running.up;
  running.signal("SIGTERM");
  expect(await within(2_000, "end", running.ended)).toEqual({ code: 0, signal: null });
  expect(running.output()).toContain("A part did not stop in time");
});

it.skipIf(isWindows)("ends at once with the second Ctrl-C", async () => {
  const { start } = await machine();
  const running = start({}, neverClosing);
  await running.up;
  running.signal("SIGINT");
  const asked = performance.now();
  // An earlier one counts as the same request.
  await expect.poll(() => performance.now() - asked).toBeGreaterThan(500);
  running.signal("SIGINT");
  // After the timeout it ends with 0.
  expect(await within(2_000, "end", running.ended)).toEqual({ code: 130, signal: null });
});

it("is one process under a supervisor, and the next start continues with its data", async () => {
  const { start, ports } = await machine();
  const aws = awsAt(`http://127.0.0.1:${ports.aws}`);
  const before = start();
  await before.up;
  const subject = "video/v_kept";
  const at = Date.now();
  await aws.put("Progress Reported", [{ subject, step: "mp4", state: "started", at }]);
  expect(await treeOf(before.pid)).toEqual([before.pid, expect.any(Number)]);
  // Twice, as from a terminal: to the whole group, and once more from npm.
  before.signal("SIGINT");
  before.signal("SIGINT");
  const { code } = await within(2_000, "stop", before.ended);
  expect(code).toBe(isWindows ? null : 0);

  await start().up;
  await expect
    .poll(async () => (await itemsOf(aws.stores, `watch:${subject}`)).map(({ at }) => at), {
      timeout: 10_000,
    })
    .toEqual([at]);
});

it.skipIf(isWindows)("hides its data from every other user of the machine", async () => {
  const { start, data } = await machine();
  await start().up;
  const found = await readdir(data, { recursive: true, withFileTypes: true });
  expect(found.length).toBeGreaterThan(3);
  const open: string[] = [];
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    if ((mode & 0o777) !== (entry.isDirectory() ? 0o700 : 0o600)) open.push(`${path} ${mode.toString(8)}`);
  }
  expect(open).toEqual([]);
});

it.skipIf(isWindows)(
  "refuses pages while no file can be opened, and serves them again afterwards",
  async () => {
    const { start, ports } = await machine();
    const limited = ["-c", `ulimit -n 100; exec "$0" "$@"`, process.execPath, ...startArguments];
    const running = start({}, limited, "sh");
    await running.up;
    const sockets = Array.from({ length: 150 }, () => connect(ports.pages, "127.0.0.1"));
    await Promise.all(sockets.map(connectedOrGone));
    const isServed = () => statusOf(`http://127.0.0.1:${ports.pages}/`);
    expect(await isServed()).not.toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(isServed, { timeout: 10_000 }).toBe(200);
    expect(await treeOf(running.pid)).toContain(running.pid);
  },
);

const connectedOrGone = (socket: Socket) =>
  new Promise<void>((done) => {
    for (const event of ["connect", "error", "close"]) socket.once(event, () => done());
  });

/** The status of an answer on a connection of its own; undefined when there is none. */
const statusOf = (url: string) =>
  new Promise<number | undefined>((resolve) => {
    get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("timeout", () => resolve(undefined))
      .on("error", () => resolve(undefined));
  });

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

it("says in one line that another Callboard uses the same data, and does not disturb that one", async () => {
  const { start, ports, data } = await machine();
  const running = start();
  await running.up;
  const [pages, socket, aws] = (await freePorts(3)).map(String) as [string, string, string];
  const env = { CALLBOARD_PORT: pages, CALLBOARD_SOCKET_PORT: socket, CALLBOARD_AWS_PORT: aws };
  const lines = await refusal(start(env));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("is in use by another process");
  expect(lines[0]).toContain(data);
  expect((await fetch(`http://127.0.0.1:${ports.pages}/config.json`)).status).toBe(200);
});
