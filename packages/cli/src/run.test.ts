import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { run } from "./run.ts";
import { keptTerminal } from "./testing/kept-terminal.ts";

/** Nobody listens there: the port is the system's own. */
const nowhere = { CALLBOARD_PORT: "1", CALLBOARD_AWS_PORT: "1", CALLBOARD_SOCKET_PORT: "1" };

it.each(["help", "--help", "-h"])("says what there is when it is called with %s", async (word) => {
  const { terminal, printed } = keptTerminal();
  expect(await run([word], terminal)).toBe(0);
  for (const form of [
    "ledger EXECUTION [--json]",
    "erase PRINCIPAL [--yes]",
    "ops requests [--json]",
    "ops dead-letters resend [ID] [--json]",
    "TABLE_NAME",
  ])
    expect(printed.join("\n")).toContain(form);
});

it.each([
  [[], "usage: npx callboard COMMAND"],
  [["toString"], 'there is no command "toString"'],
  [["ledger"], "exactly one EXECUTION is needed\nusage: callboard ledger EXECUTION [--json]"],
  [["ledger", "a", "b"], "exactly one EXECUTION is needed"],
  [["ledger", "a", "--yaml"], "Unknown option '--yaml'"],
  [["ledger", "two words"], "EXECUTION is an execution's ARN, its name or a video's id"],
  [["erase"], "exactly one PRINCIPAL is needed"],
  [["erase", "ana"], "PRINCIPAL is user/<id>\nusage: callboard erase PRINCIPAL [--yes]"],
  [["erase", "--yes=no", "user/ana"], "--yes"],
  [["ops"], 'there is no command "ops"'],
  [["ops", "backups"], 'there is no command "ops backups"'],
  [["ops", "requests", "all"], 'unexpected "all"\nusage: callboard ops requests [--json]'],
  [
    ["ops", "connections"],
    "exactly one CHANNEL is needed\nusage: callboard ops connections CHANNEL [--json]",
  ],
  [["ops", "connections", "video/v_1"], "CHANNEL is watch:<subject>, work:<subject> or inbox:<principal>"],
  [["ops", "dead-letters", "bury"], 'unexpected "bury"'],
  [["ops", "dead-letters", "resend", "a", "b"], 'unexpected "b"'],
  [["ops", "dead-letters", "drop"], "exactly one ID is needed"],
])("shows how it is used when it is called with %j", async (args, said) => {
  const { terminal, printed, warned } = keptTerminal(nowhere);
  expect(await run(args, terminal)).toBe(2);
  expect(warned.join("\n")).toContain(said);
  expect(printed).toEqual([]);
});

it("erases no role, and asks nothing before it says so", async () => {
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
    "nothing answers at http://127.0.0.1:1: start Callboard with npm start, or name a deployment with TABLE_NAME",
  ]);
  expect(printed).toEqual([]);
});

it("says in one line what a deployment's environment lacks", async () => {
  const { terminal, warned } = keptTerminal({ TABLE_NAME: "notices" });
  expect(await run(["erase", "user/ana", "--yes"], terminal)).toBe(1);
  expect(warned).toHaveLength(1);
  expect(warned[0]).toMatch(/lacks AWS_REGION .* BUS_NAME .*without TABLE_NAME .* this machine/);
});

it("says of each queue that it was not told of what is not looked at", async () => {
  const env = { TABLE_NAME: "notices", BUS_NAME: "b", AWS_REGION: "eu-central-1" };
  const { terminal, printed, warned } = keptTerminal(env);
  expect(await run(["ops", "dead-letters"], terminal)).toBe(0);
  expect(warned).toEqual([
    expect.stringContaining("UNDELIVERED_QUEUE_URL is not set"),
    expect.stringContaining("FAILED_QUEUE_URL is not set"),
  ]);
  expect(printed).toEqual(["no queue was looked at"]);
});

it("takes an execution's name on this machine alone", async () => {
  const env = { TABLE_NAME: "notices", BUS_NAME: "b", AWS_REGION: "eu-central-1" };
  const { terminal, warned } = keptTerminal(env);
  expect(await run(["ledger", "v_1"], terminal)).toBe(2);
  expect(warned[0]).toContain("EXECUTION is an execution's ARN\n");
});

it("says that a setting is no port", async () => {
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
