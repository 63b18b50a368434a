import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { awsAt } from "./aws.ts";
import {
  childrenOf,
  freePorts,
  isRunning,
  type Machine,
  openMachine,
  type Running,
  startArguments,
} from "./machine.ts";
import { within } from "./people.ts";

/** A Node that takes itself for an older one. */
const oldNode = `data:text/javascript,${encodeURIComponent(`
  Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } });
`)}`;

/** What npm leaves on a machine for which there is no package of the engine. */
const withoutPackage = `data:text/javascript,${encodeURIComponent(`
  import Module from "node:module";
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (name, ...rest) {
    if (name.startsWith("@dynoxide/")) throw new Error("not installed");
    return resolve.call(this, name, ...rest);
  };
`)}`;

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

/** The lines that are there when a start has failed: whatever is said of building the pages is no part of it. */
async function refusal(running: Running): Promise<string[]> {
  running.up.catch(() => {});
  const { code } = await within(30_000, "the end of a start that cannot be", running.ended);
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
] as const)(
  "says in one line that the port of the %s is in use, and leaves nothing running",
  async (which, setting) => {
    const { ports, start, engine } = await machine();
    await occupy(ports[which]);
    const running = start();
    expect(await refusal(running)).toEqual([
      `Port ${ports[which]} is in use; choose another with ${setting}.`,
    ]);
    expect(await engine()).toBeUndefined();
  },
);

it("says in one line that this Node is too old", async () => {
  const { start } = await machine();
  const lines = await refusal(start({}, ["--import", oldNode, ...startArguments]));
  expect(lines).toEqual(["Callboard needs Node 20.19 or later; this is 18.20.4."]);
});

it("says in one line that a setting is no port", async () => {
  const { start } = await machine();
  expect(await refusal(start({ CALLBOARD_PORT: "many" }))).toEqual(["CALLBOARD_PORT is not a port: many"]);
});

it("says in one line that no DynamoDB answers where it was told to look", async () => {
  const { start } = await machine();
  const [dead] = await freePorts(1);
  const DYNAMODB_ENDPOINT = `http://127.0.0.1:${dead}`;
  expect(await refusal(start({ DYNAMODB_ENDPOINT }))).toEqual([
    `no DynamoDB answers at ${DYNAMODB_ENDPOINT}`,
  ]);
});

it("says in one line what to do when there is no DynamoDB engine for the machine", async () => {
  const { start } = await machine();
  const lines = await refusal(start({ PATH: "/nowhere" }, ["--import", withoutPackage, ...startArguments]));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/no DynamoDB engine .* DYNAMODB_ENDPOINT/);
});

it("stops whole within five seconds of Ctrl-C, and the next start goes on with its data", async () => {
  const { start, engine, ports } = await machine();
  const aws = awsAt(`http://127.0.0.1:${ports.aws}`);
  const first = start();
  await first.up;
  const subject = "video/v_kept";
  const at = Date.now();
  await aws.put("Progress Reported", [{ subject, step: "mp4", state: "started", at }]);
  const children = await childrenOf(first.pid);
  expect(children).toContain(await engine());
  const asked = performance.now();
  // Twice, as from a terminal: to the whole group, and once more from npm.
  first.signal("SIGINT");
  first.signal("SIGINT");
  expect(await within(5_000, "stop", first.ended)).toEqual({ code: 0, signal: null });
  expect(performance.now() - asked).toBeLessThan(5_000);
  for (const child of children) expect(await isRunning(child)).toBe(false);

  const second = start();
  await second.up;
  await expect
    .poll(async () => (await aws.stores.heads.since(`watch:${subject}`, 0))?.items.map(({ at }) => at), {
      timeout: 10_000,
    })
    .toEqual([at]);
});

it("says in one line that another Callboard uses the same data, and leaves that one alone", async () => {
  const { start, engine, ports, data } = await machine();
  const first = start();
  await first.up;
  const before = await engine();
  const [pages, socket, aws] = (await freePorts(3)).map(String) as [string, string, string];
  const env = { CALLBOARD_PORT: pages, CALLBOARD_SOCKET_PORT: socket, CALLBOARD_AWS_PORT: aws };
  const lines = await refusal(start(env));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`in use by process ${first.pid}`);
  expect(lines[0]).toContain(data);
  expect(await engine()).toBe(before);
  expect((await fetch(`http://127.0.0.1:${ports.pages}/config.json`)).status).toBe(200);
});

it("stops when the engine dies under it, and says so in one line", async () => {
  const { start, engine } = await machine();
  const running = start();
  await running.up;
  process.kill((await engine())!, "SIGKILL");
  expect(await within(10_000, "end", running.ended)).toEqual({ code: 1, signal: null });
  expect(running.output().trimEnd().split("\n").at(-1)).toBe(
    "The DynamoDB engine has ended by itself; start again to go on where it was.",
  );
});
