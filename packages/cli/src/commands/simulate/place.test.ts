import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { run } from "../../run.ts";
import { keptTerminal } from "../../testing/kept-terminal.ts";
import { loopback, placeAt } from "./place.ts";

it.each([
  ["http://127.0.0.1:3002", "http://127.0.0.1:3002"],
  ["http://127.1:3002/", "http://127.0.0.1:3002"],
  ["http://127.0.0.9:3002/path", "http://127.0.0.9:3002"],
  ["http://[::1]:3002", "http://[::1]:3002"],
  ["http://localhost:3002", "http://localhost:3002"],
])("accepts %s, which is this machine", (given, origin) => {
  expect(loopback("--aws", given)).toBe(origin);
});

it.each([
  "http://192.0.2.1:3002",
  "http://0.0.0.0:3002",
  "http://127.0.0.1.example.com",
  "http://localhost.example.com",
  "http://[::ffff:192.0.2.1]:3002",
  "http://[2001:db8::1]:3002",
  "http://127.0.0.1@example.com",
  "http://example.com#127.0.0.1",
  "https://127.0.0.1:3002",
  "ws://127.0.0.1:3002",
  "127.0.0.1:3002",
  "",
])("creates no load at %s", async (given) => {
  const { terminal, printed, warned } = keptTerminal();
  expect(await run(["simulate", "--aws", given], terminal)).toBe(1);
  expect(warned).toEqual([expect.stringMatching(/^--aws is not /)]);
  expect(printed).toEqual([]);
});

it("never shows more of an address than its host", async () => {
  const { terminal, warned } = keptTerminal();
  for (const given of ["https://me:hunter2@127.0.0.1", "http://me:hunter2@example.com/hunter2"])
    expect(await run(["simulate", "--aws", given], terminal)).toBe(1);
  expect(warned.join()).not.toContain("hunter2");
});

it("creates no load if an endpoint of this machine names other machines", async () => {
  const server = createServer((_, response) => {
    response.end(JSON.stringify({ socketEndpoint: "http://192.0.2.1:3001", checkMachineArn: "a" }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { terminal, warned } = keptTerminal();
  const aws = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await run(["simulate", "--aws", aws], terminal)).toBe(1);
  expect(warned).toEqual([
    "the address of its WebSocket API is not on this machine (127.0.0.1, ::1 or localhost): 192.0.2.1",
  ]);
  await new Promise((closed) => server.close(closed));
});

it.each([
  [
    { TABLE_NAME: "notices" },
    "simulate creates load and runs only on this machine: unset TABLE_NAME, which names a deployment",
  ],
  [
    { AWS_ENDPOINT_URL: "https://dynamodb.eu-central-1.amazonaws.com" },
    "AWS_ENDPOINT_URL is not an http address such as http://127.0.0.1:3002",
  ],
  [
    { CALLBOARD_AWS_PORT: "1" },
    "Callboard does not answer at http://127.0.0.1:1: start it with npx callboard start",
  ],
])("creates no load if the environment is %j", async (env, said) => {
  const { terminal, warned } = keptTerminal(env);
  expect(await run(["simulate"], terminal)).toBe(1);
  expect(warned).toEqual([said]);
});

it("asks again for a token, and says that nothing answered", async () => {
  let tokens = 0;
  const server = createServer((request, response) => {
    if (request.url === "/_callboard")
      return response.end(JSON.stringify({ socketEndpoint: url, checkMachineArn: "a", pages: url }));
    if (++tokens === 1) return request.socket.destroy();
    return response.end(JSON.stringify({ token: "t" }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { token } = await placeAt(keptTerminal().terminal, url);
  await expect(token("ana")).rejects.toThrow(`nothing answers at ${url}/dev/token`);
  expect([await token("ana"), await token("ana"), tokens]).toEqual(["t", "t", 2]);
  await new Promise((closed) => server.close(closed));
});

it("names the event that was not accepted", async () => {
  const server = createServer((_, response) =>
    response.end(JSON.stringify({ socketEndpoint: url, checkMachineArn: "a" })),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { put } = await placeAt(keptTerminal().terminal, url);
  await new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
  const event = {
    what: "event",
    bus: "default",
    resources: [],
    detail: {},
    timed: false,
    changes: [],
  } as const;
  await expect(put({ ...event, source: "aws.ivs", type: "IVS Recording State Change" }, 0)).rejects.toThrow(
    "IVS Recording State Change was not accepted: ECONNREFUSED",
  );
});
