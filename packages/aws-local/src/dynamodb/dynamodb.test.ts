import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it } from "vitest";
import { createTestTable, documentClient } from "../testing/test-table.ts";
import { answers, type DynamodbOptions, startDynamodb } from "./dynamodb.ts";
import { freePort } from "./engine.ts";
import { enginePackages, findEngine, MissingEngine } from "./engine-binary.ts";
import { DirectoryInUse } from "./pid-file.ts";
import { identify } from "./process-identity.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: DynamodbOptions) {
  const dynamodb = await startDynamodb(options);
  ends.push(dynamodb.stop);
  return dynamodb;
}

const newDirectory = () => mkdtemp(join(tmpdir(), "dynamodb-"));

/** A process that owns an engine, and the engine's endpoint. */
async function spawnOwner(directory: string): Promise<{ owner: ChildProcess; endpoint: string }> {
  const script = fileURLToPath(new URL("../testing/engine-owner.ts", import.meta.url));
  const owner = spawn(process.execPath, ["--import", "tsx", script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  ends.push(async () => {
    owner.kill("SIGKILL");
    const engine = await enginePid(directory).catch(() => undefined);
    if (engine !== undefined && (await identify(engine))) process.kill(engine, "SIGKILL");
  });
  const [line] = await once(owner.stdout!, "data");
  return { owner, endpoint: String(line).trim() };
}

async function enginePid(directory: string): Promise<number> {
  const content = JSON.parse(await readFile(join(directory, "dynamodb.pid"), "utf8"));
  return content.engine.pid;
}

it("keeps what was written when it is started again in the same directory", async () => {
  const directory = join(await newDirectory(), "made", "when missing");
  const first = await start({ directory });
  const client = documentClient(first.endpoint);
  await createTestTable(client);
  await client.send(new PutCommand({ TableName: "test", Item: { pk: "a", sk: "1" } }));
  await first.stop();
  expect(await first.exited).toMatchObject({ stopped: true });
  expect(await answers(first.endpoint, 1_000)).toBe(false);
  await expect(enginePid(directory)).rejects.toMatchObject({ code: "ENOENT" });

  const again = await start({ directory });
  const { Items } = await documentClient(again.endpoint).send(new ScanCommand({ TableName: "test" }));
  expect(Items).toEqual([{ pk: "a", sk: "1" }]);
});

it("forgets everything without a directory", async () => {
  const first = await start({ directory: undefined });
  await createTestTable(documentClient(first.endpoint));
  const second = await start({ directory: undefined });
  await createTestTable(documentClient(second.endpoint));
  expect(second.endpoint).not.toBe(first.endpoint);
});

it("loses no acknowledged write when the engine is killed, and says that it died", async () => {
  const directory = await newDirectory();
  const dynamodb = await start({ directory });
  const client = documentClient(dynamodb.endpoint);
  await createTestTable(client);
  const acknowledged: string[] = [];
  const pid = await enginePid(directory);
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; ; n++) {
      const sk = `${writer}-${n}`;
      await client.send(new PutCommand({ TableName: "test", Item: { pk: "a", sk, fill: "x".repeat(500) } }));
      acknowledged.push(sk);
      if (acknowledged.length === 400) process.kill(pid, "SIGKILL");
    }
  });
  await Promise.allSettled(writers);
  expect(await dynamodb.exited).toMatchObject({ signal: "SIGKILL", stopped: false });
  await dynamodb.stop();

  const again = await start({ directory });
  const { Items = [] } = await documentClient(again.endpoint).send(new ScanCommand({ TableName: "test" }));
  expect(acknowledged.length).toBeGreaterThanOrEqual(400);
  expect(Items.map((item) => item.sk)).toEqual(expect.arrayContaining(acknowledged));
});

it("ends the engine that a killed owner left behind, and keeps its data", async () => {
  const directory = await newDirectory();
  const { owner, endpoint } = await spawnOwner(directory);
  await createTestTable(documentClient(endpoint));
  owner.kill("SIGKILL");
  await once(owner, "exit");
  expect(await answers(endpoint, 1_000)).toBe(true);
  const leftOver = await enginePid(directory);
  expect(await identify(leftOver)).toBeDefined();

  const { endpoint: fresh } = await start({ directory });
  expect(await identify(leftOver)).toBeUndefined();
  expect(await answers(endpoint, 1_000)).toBe(false);
  expect((await documentClient(fresh).send(new ScanCommand({ TableName: "test" }))).Items).toEqual([]);
});

it("refuses a directory that a running owner uses, and leaves that one alone", async () => {
  const directory = await newDirectory();
  const { endpoint } = await spawnOwner(directory);
  await expect(startDynamodb({ directory })).rejects.toBeInstanceOf(DirectoryInUse);
  expect(await answers(endpoint, 1_000)).toBe(true);
});

it("never ends a process that was given the number of a dead engine", async () => {
  const directory = await newDirectory();
  const innocent = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)"]);
  ends.push(() => innocent.kill("SIGKILL"));
  await once(innocent, "spawn");
  const dead = { pid: innocent.pid, began: "another time" };
  await writeFile(join(directory, "dynamodb.pid"), JSON.stringify({ owner: dead, engine: dead }));
  await start({ directory });
  expect(innocent.exitCode).toBeNull();
  expect(innocent.signalCode).toBeNull();
  expect(process.kill(innocent.pid!, 0)).toBe(true);
});

it("starts beside a pid file that a killed process left half written", async () => {
  const directory = await newDirectory();
  await writeFile(join(directory, "dynamodb.pid"), '{"owner":{"pi');
  const { endpoint } = await start({ directory });
  expect(await answers(endpoint, 1_000)).toBe(true);
});

it("listens on the port it was given, and says EADDRINUSE when that is taken", async () => {
  const port = await freePort();
  const directory = await newDirectory();
  const dynamodb = await start({ directory: undefined, port });
  expect(dynamodb.endpoint).toBe(`http://127.0.0.1:${port}`);
  await expect(startDynamodb({ directory, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  // A failed start leaves no claim behind.
  await start({ directory });
});

it("tells the engine's own words when it cannot start", async () => {
  const directory = await newDirectory();
  await writeFile(
    join(directory, "dynamodb.db"),
    "this is no database at all, whatever its name says".repeat(90),
  );
  await expect(startDynamodb({ directory })).rejects.toThrow(/did not start: .*not a valid SQLite/s);
});

it("uses an endpoint that answers and starts nothing", async () => {
  const { endpoint } = await start({ directory: undefined });
  const foreign = await startDynamodb({ directory: "/nonexistent", endpoint: `${endpoint}/` });
  expect(foreign.endpoint).toBe(endpoint);
  await foreign.stop();
  expect(await answers(endpoint, 1_000)).toBe(true);
});

it("says so when the given endpoint does not answer, or is broken", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  await expect(startDynamodb({ directory: undefined, endpoint: nobody })).rejects.toThrow(
    `no DynamoDB answers at ${nobody}`,
  );
  const broken = createServer((_request, response) => response.writeHead(503).end()).listen(0, "127.0.0.1");
  ends.push(() => broken.close());
  await once(broken, "listening");
  const endpoint = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  await expect(startDynamodb({ directory: undefined, endpoint })).rejects.toThrow("no DynamoDB answers");
});

it("finds the engine on the path when there is no package, and tells what to do when there is none", async () => {
  const folder = await newDirectory();
  const program = join(folder, "dynoxide");
  await writeFile(program, "#!/bin/sh\n", { mode: 0o755 });
  const path = `/nonexistent:${folder}`;
  expect(findEngine({ npmPackage: "@dynoxide/none", path })).toBe(program);
  expect(() => findEngine({ npmPackage: undefined, path: "/nonexistent" })).toThrow(MissingEngine);
  expect(() => findEngine({ npmPackage: undefined, path: "" })).toThrow(/DYNAMODB_ENDPOINT/);
});

it("names the package to install where there is one for the machine, and else the program", async () => {
  const file = new URL("../../package.json", import.meta.url);
  const { optionalDependencies } = JSON.parse(await readFile(file, "utf8"));
  expect(Object.keys(optionalDependencies)).toEqual(enginePackages);
  const [named, other] = [enginePackages[0], "@dynoxide/plan9-mips"].map(
    (npmPackage) => new MissingEngine(npmPackage).message,
  );
  expect(named).toContain("install its optional package @dynoxide/linux-x64");
  expect(other).toContain("put `dynoxide` on the PATH");
});
