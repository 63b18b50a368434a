import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { credentials, region } from "@callboard/dev";
import { subprotocolsFor } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { devToken } from "./dev-token.ts";
import { type Listening, listeningOf } from "./listening.ts";
import { type Machine, openMachine } from "./machine.ts";
import { treeOf } from "./processes.ts";

const isLinux = process.platform === "linux";
if (!isLinux)
  console.log("only Linux shows the sockets at which a process listens: the known ports are tried");

let machine: Machine;
let sockets: Listening[];
let token: string;
beforeAll(async () => {
  machine = await openMachine();
  const running = machine.start();
  await running.up;
  const { pages, socket, aws, smtp } = machine.ports;
  token = await devToken(`http://127.0.0.1:${pages}`, "ana", "creator");
  sockets = isLinux
    ? await listeningOf(await treeOf(running.pid))
    : [pages, socket, aws, smtp].map((port) => ({ address: "127.0.0.1", port }));
}, 90_000);
afterAll(() => machine.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Sends a request with any headers, also such as `fetch` would not send; an accepted upgrade is 101. */
const send = (port: number, method: string, path: string, headers: Record<string, string>) =>
  new Promise<Answer>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, headers: response.headers });
    });
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: response.headers });
    });
    sent.on("error", reject).end();
  });

const upgrade = () => ({
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": randomBytes(16).toString("base64"),
  "sec-websocket-protocol": subprotocolsFor(token).join(", "),
});

const preflight = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type,x-amz-target,authorization",
  "access-control-request-private-network": "true",
};

const target = (name: string) => ({ "x-amz-target": name, "content-type": "application/x-amz-json-1.0" });

/** Requests that a page of another site may try at any port: method, path and headers. */
const tries = (): [method: string, path: string, headers: Record<string, string>][] => [
  ["GET", "/", {}],
  ["GET", "/config.json", {}],
  ["GET", "/dev/token?user=ana&role=creator", {}],
  ["GET", "/dev/mail", {}],
  ["GET", "/callboard", {}],
  ["GET", "/_callboard", {}],
  ["GET", "/requests", { authorization: `Bearer ${token}` }],
  ["POST", "/videos/sample", { authorization: `Bearer ${token}`, "content-type": "application/json" }],
  ["POST", "/2015-03-31/functions/clock/invocations", {}],
  ["POST", "/", target("DynamoDB_20120810.Scan")],
  ["POST", "/", target("AWSStepFunctions.ListStateMachines")],
  ["POST", "/dev/sqs", target("AmazonSQS.ListQueues")],
  ["POST", "/v2/email/outbound-emails", { authorization: "AWS4-HMAC-SHA256 Credential=callboard" }],
  ["POST", "/@connections/x", { authorization: "AWS4-HMAC-SHA256 Credential=callboard" }],
  ["PUT", "/callboard/x", {}],
  ["OPTIONS", "/", preflight],
  ["OPTIONS", "/callboard/x", preflight],
  ["OPTIONS", "/requests", preflight],
  ["OPTIONS", "/videos", preflight],
  ["OPTIONS", "/videos/v_1/start", preflight],
  ["GET", "/", upgrade()],
];

/** Requests that were not refused, or whose answer a page of another site could read. */
async function allowed(headers: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const { port } of sockets)
    for (const [method, path, more] of port === machine.ports.smtp ? [] : tries()) {
      const answer = await send(port, method, path, { ...more, ...headers });
      const isRefused = [403, 421].includes(answer.status);
      const isOpen = Object.keys(answer.headers).some((name) => name.startsWith("access-control-allow"));
      if (!isRefused || isOpen)
        found.push(`${nameOf(port)} ${method} ${path} ${more.upgrade ?? ""} ${answer.status}`);
    }
  return found;
}

const nameOf = (port: number): string =>
  Object.entries(machine.ports).find(([, one]) => one === port)?.[0] ?? String(port);

it("listens only on the loopback, at the four ports that it names", () => {
  expect(sockets.map(({ address }) => address)).toEqual(Array(4).fill("127.0.0.1"));
  const ports = Object.values(machine.ports).sort();
  expect(sockets.map(({ port }) => port).sort()).toEqual(ports);
});

it.skipIf(!isLinux)("would find any other socket", async () => {
  const servers = ["127.0.0.1", "0.0.0.0", "::1", "::"].map((host) => ({ host, server: createServer() }));
  const opened: Listening[] = [];
  for (const { host, server } of servers) {
    const isThere = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(0, host, () => resolve(true));
    });
    if (isThere) opened.push({ address: host, port: (server.address() as AddressInfo).port });
  }
  const found = await listeningOf([process.pid]);
  for (const { address, port } of opened)
    expect(found).toContainEqual({ address: address === "::" ? "0".repeat(32) : address, port });
  for (const { server } of servers) server.close();
});

it.each([
  "evil.example",
  "127.0.0.1.evil.example:80",
  "localhost.evil.example",
  "0.0.0.0",
  "169.254.169.254",
])("refuses at every socket a host name that was rebound to this machine: %s", async (host) => {
  expect(await allowed({ host })).toEqual([]);
});

it.each(["https://evil.example", "http://localhost.evil.example", "null", "file://"])(
  "refuses at every socket a page of %s",
  async (origin) => {
    expect(await allowed({ origin })).toEqual([]);
  },
);

it("answers no HTTP at its mail port, and accepts no mail from an HTTP client", async () => {
  const { pages, smtp } = machine.ports;
  const mail = "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n\r\nhello\r\n.\r\n";
  const socket = connect(smtp, "127.0.0.1").resume();
  socket.write(`POST / HTTP/1.1\r\nhost: 127.0.0.1:${smtp}\r\ncontent-length: ${mail.length}\r\n\r\n${mail}`);
  // Any effect has happened by then.
  await once(socket, "close");
  expect(await (await fetch(`http://127.0.0.1:${pages}/dev/mail`)).json()).toEqual([]);
});

it.each(["127.0.0.1", "localhost", "[::1]", "bucket.localhost", "sync-localhost"])(
  "accepts requests for the loopback by the name %s",
  async (host) => {
    const { pages, aws, socket } = machine.ports;
    expect((await send(pages, "GET", "/config.json", { host: `${host}:${pages}` })).status).toBe(200);
    expect((await send(aws, "GET", "/", { host: `${host}:${aws}` })).status).toBe(200);
    expect((await send(socket, "GET", "/", { ...upgrade(), host: `${host}:${socket}` })).status).toBe(101);
  },
);

it.each(["127.0.0.1", "localhost"])("serves the SDKs of this machine at %s", async (host) => {
  const client = { region, credentials, endpoint: `http://${host}:${machine.ports.aws}` };
  expect((await new DynamoDBClient(client).send(new ListTablesCommand())).TableNames).toContain("callboard");
  const { stateMachines = [] } = await new SFNClient(client).send(new ListStateMachinesCommand());
  expect(stateMachines.map(({ name }) => name)).toContain("post-processing");
});

it("allows its own pages, and others of this machine, to use the paths for pages", async () => {
  const { pages, aws, socket } = machine.ports;
  for (const origin of [`http://127.0.0.1:${pages}`, "http://localhost:5173"]) {
    expect((await send(pages, "GET", "/config.json", { origin })).status).toBe(200);
    const files = await send(aws, "OPTIONS", "/callboard/x", { ...preflight, origin });
    expect(files.headers["access-control-allow-origin"]).toBe(origin);
    expect((await send(socket, "GET", "/", { ...upgrade(), origin })).status).toBe(101);
  }
});
