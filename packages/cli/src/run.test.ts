import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { run } from "./run.ts";
import { keptTerminal } from "./testing/kept-terminal.ts";

/** Nothing listens there: the port is the system's own. */
const nowhere = { CALLBOARD_PORT: "1", CALLBOARD_AWS_PORT: "1", CALLBOARD_SOCKET_PORT: "1" };

it.each(["help", "--help", "-h"])("lists the commands when it is called with %s", async (word) => {
  const { terminal, printed } = keptTerminal();
  expect(await run([word], terminal)).toBe(0);
  for (const form of [
    "start ",
    "check [options]",
    "simulate [options]",
    "ledger [options] <EXECUTION>",
    "history [options] <SUBJECT>",
    "erase [options] <PRINCIPAL>",
    "ops ",
    "TABLE_NAME",
  ])
    expect(printed.join("\n")).toContain(form);
});

it.each([
  [
    ["ops", "--help"],
    ["requests [options]", "relays [options]", "dead-letters [options]"],
  ],
  [
    ["ops", "dead-letters", "--help"],
    ["--json", "resend [options] [ID]", "drop [options] <ID>"],
  ],
  [
    ["help", "erase"],
    ["Usage: callboard erase [options] <PRINCIPAL>", "--yes"],
  ],
])("shows a command's arguments when it is called with %j", async (args, forms) => {
  const { terminal, printed } = keptTerminal(nowhere);
  expect(await run(args, terminal)).toBe(0);
  for (const form of forms) expect(printed.join("\n")).toContain(form);
});

it("prints its version", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const { terminal, printed } = keptTerminal();
  expect(await run(["--version"], terminal)).toBe(0);
  expect(printed).toEqual([version]);
});

it.each([
  [[], "Usage: callboard [options] [command]"],
  [["toString"], "unknown command 'toString'\n\nUsage: callboard"],
  [["start", "now"], "too many arguments for 'start'. Expected 0 arguments but got 1."],
  [["ledger"], "missing required argument 'EXECUTION'\nusage: callboard ledger [options] <EXECUTION>"],
  [["ledger", "a", "b"], "too many arguments for 'ledger'. Expected 1 argument but got 2."],
  [["ledger", "a", "--yaml"], "unknown option '--yaml'"],
  [["ledger", "two words"], "EXECUTION is an execution's ARN, <state machine>:<name> or a video's id"],
  [
    ["history", "video"],
    "SUBJECT is <kind>/<id>, such as video/v_1\nusage: callboard history [options] <SUBJECT>",
  ],
  [["erase"], "missing required argument 'PRINCIPAL'"],
  [["erase", "ana"], "PRINCIPAL is user/<id>\nusage: callboard erase [options] <PRINCIPAL>"],
  [["erase", "--yes=no", "user/ana"], "--yes"],
  [["check", "a-token"], "too many arguments for 'check'"],
  [["check", "--patience", "0"], "SECONDS must be from 1 to 300"],
  [["check", "--patience", "soon"], "SECONDS must be from 1 to 300"],
  [
    ["simulate", "--channels", "0"],
    "--channels must be a whole number from 1 to 200\nusage: callboard simulate [options]",
  ],
  [["simulate", "now"], "too many arguments for 'simulate'"],
  [["ops"], "Usage: callboard ops [options] [command]"],
  [["ops", "backups"], "unknown command 'backups'"],
  [["ops", "requests", "all"], "too many arguments for 'requests'"],
  [
    ["ops", "connections"],
    "missing required argument 'CHANNEL'\nusage: callboard ops connections [options] <CHANNEL>",
  ],
  [
    ["ops", "connections", "video/v_1"],
    "CHANNEL is not a channel: a channel is watch:<subject>, work:<subject>",
  ],
  [["ops", "dead-letters", "bury"], "too many arguments for 'dead-letters'"],
  [["ops", "dead-letters", "resend", "a", "b"], "too many arguments for 'resend'"],
  [["ops", "dead-letters", "drop"], "missing required argument 'ID'"],
])("shows its usage when it is called with %j", async (args, said) => {
  const { terminal, printed, warned } = keptTerminal(nowhere);
  expect(await run(args, terminal)).toBe(2);
  expect(warned.join("\n")).toContain(said);
  expect(printed).toEqual([]);
});

it("erases no role, and says so before it asks anything", async () => {
  const { terminal, warned, asked } = keptTerminal(nowhere);
  expect(await run(["erase", "role/editors"], terminal)).toBe(1);
  expect(warned).toEqual([expect.stringContaining("role/editors is not a person")]);
  expect(asked).toEqual([]);
});

it.each([[[]], [["n"]], [["yesterday"]]])("erases nothing unless it is confirmed: %j", async (answers) => {
  const { terminal, warned, asked } = keptTerminal(nowhere, answers);
  expect(await run(["erase", "user/ana"], terminal)).toBe(1);
  expect(asked).toHaveLength(1);
  expect(warned).toEqual(["nothing was erased"]);
});

it.each([
  ["ledger", "v_1"],
  ["erase", "user/ana", "--yes"],
  ["ops", "requests"],
  ["ops", "dead-letters"],
])("says in one line that nothing answers on this machine: %s", async (...args) => {
  const { terminal, printed, warned } = keptTerminal(nowhere);
  expect(await run(args, terminal)).toBe(1);
  expect(warned).toEqual([
    "Callboard does not answer at http://127.0.0.1:1: start it with npx callboard start, or name a deployment with TABLE_NAME",
  ]);
  expect(printed).toEqual([]);
});

it("says in one line what is missing in a deployment's environment", async () => {
  const { terminal, warned } = keptTerminal({ TABLE_NAME: "notices" });
  expect(await run(["erase", "user/ana", "--yes"], terminal)).toBe(1);
  expect(warned).toHaveLength(1);
  expect(warned[0]).toMatch(/lacks AWS_REGION .* BUS_NAME .*without TABLE_NAME .* this machine/);
});

it("warns about each queue that the environment does not name", async () => {
  const env = { TABLE_NAME: "notices", BUS_NAME: "b", AWS_REGION: "eu-central-1" };
  const { terminal, printed, warned } = keptTerminal(env);
  expect(await run(["ops", "dead-letters"], terminal)).toBe(0);
  expect(warned).toEqual([
    expect.stringContaining("UNDELIVERED_QUEUE_URL is not set"),
    expect.stringContaining("FAILED_QUEUE_URL is not set"),
  ]);
  expect(printed).toEqual(["no queue was read"]);
});

it("accepts an execution's name only on this machine", async () => {
  const env = { TABLE_NAME: "notices", BUS_NAME: "b", AWS_REGION: "eu-central-1" };
  const { terminal, warned } = keptTerminal(env);
  expect(await run(["ledger", "v_1"], terminal)).toBe(2);
  expect(warned[0]).toBe("EXECUTION is an execution's ARN");
});

it("says that a setting is not a port", async () => {
  const { terminal, warned } = keptTerminal({ CALLBOARD_AWS_PORT: "many" });
  expect(await run(["ledger", "v_1"], terminal)).toBe(1);
  expect(warned).toEqual(["CALLBOARD_AWS_PORT is not a port: many"]);
});

it("says that there is no such table", async () => {
  const server = createServer((_, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
    response.end('{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { terminal, warned } = keptTerminal({ AWS_ENDPOINT_URL: address });
  expect(await run(["ledger", "v_1"], terminal)).toBe(1);
  expect(warned).toEqual([`there is no table callboard: ${address}`]);
  await new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
});

it("says in one line that there is nothing to check", async () => {
  const { terminal, printed, warned } = keptTerminal(nowhere);
  expect(await run(["check"], terminal)).toBe(1);
  expect(warned).toEqual([
    "Callboard does not answer at http://127.0.0.1:1: start it with npx callboard start, or name a deployment with SOCKET_URL",
  ]);
  expect(printed).toEqual([]);
});
