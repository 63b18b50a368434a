import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { hooksCertificate as ca, type HooksServer, hooksServer } from "../testing/hooks-server.ts";
import { type GuardedRequest, type GuardOptions, guardedFetch } from "./guarded-fetch.ts";

const HERE = "127.0.0.1";
const METADATA = "169.254.169.254";
const allow = (address: string) => address === HERE;
const get: GuardedRequest = { method: "GET", mostBytes: 1000 };
const post: GuardedRequest = { method: "POST", body: '{"a":1}', mostBytes: 1000 };

/** What is answered, by the path. */
let answers: Record<string, RequestListener> = {};
let asked: { path: string; method: string; host: string; name: string; body: string }[] = [];

async function record(request: IncomingMessage, response: ServerResponse) {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { url: path = "", method = "", headers, socket } = request;
  asked.push({ path, method, host: headers.host ?? "", name: (socket as TLSSocket).servername || "", body });
  answers[path]!(request, response);
}

let hooks: HooksServer;
beforeAll(async () => {
  hooks = await hooksServer(record);
});
afterAll(() => hooks.close());
beforeEach(() => {
  answers = { "/": (_, response) => response.end("hello") };
  asked = [];
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, HERE);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Gives each answer of a name once, and the last of them from then on; `names` is what was asked for. */
function namesOf(table: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const names: string[] = [];
  const resolve = async (name: string) => {
    const given = table[name] ?? [];
    const turn = names.filter((one) => one === name).length;
    names.push(name);
    return given[Math.min(turn, given.length - 1)] ?? [];
  };
  return { names, resolve };
}

const here = namesOf({
  "hooks.example": [[HERE]],
  "other.hooks.example": [[HERE]],
  "elsewhere.example": [[HERE]],
});
const fromHere = (more: GuardOptions = {}) => guardedFetch({ resolve: here.resolve, allow, ca, ...more });
const at = (path = "/", name = "hooks.example") => `https://${name}:${hooks.port}${path}`;
const sendTo =
  (location: string, status = 302): RequestListener =>
  (_, response) =>
    response.writeHead(status, { location }).end();

const notPublic = "its address is not one of the public internet";

it("fetches by the name of the address, from the IP address that was checked", async () => {
  const { names, resolve } = namesOf({ "hooks.example": [[HERE]] });
  answers["/a?q=1"] = (_, response) => response.writeHead(201, { "retry-after": "7" }).end("hello");
  expect(await fromHere({ resolve })(at("/a?q=1#fragment"), post)).toMatchObject({
    outcome: "answered",
    status: 201,
    headers: { "retry-after": "7" },
    body: Buffer.from("hello"),
    whole: true,
  });
  expect(names).toEqual(["hooks.example"]);
  const host = `hooks.example:${hooks.port}`;
  expect(asked).toEqual([{ path: "/a?q=1", method: "POST", host, name: "hooks.example", body: '{"a":1}' }]);
});

it.each([
  ["at the end of a name", "hooks.example."],
  ["in capitals", "HOOKS.Example"],
  ["in wide letters", "ｈｏｏｋｓ．ｅｘａｍｐｌｅ"],
  ["with a soft hyphen", "ho\u00adoks.example"],
])("treats a name as the same %s", async (_, name) => {
  expect(await fromHere()(at("/", name), get)).toMatchObject({ status: 200 });
  expect(asked).toMatchObject([{ host: `hooks.example:${hooks.port}`, name: "hooks.example" }]);
});

it("asks for a name of another script as the name servers know it", async () => {
  const { names, resolve } = namesOf({});
  await guardedFetch({ resolve })("https://bücher.example/", get);
  expect(names).toEqual(["xn--bcher-kva.example"]);
});

it("tries the next address if the first accepts no connection", async () => {
  // Nothing listens on the second address of this machine, or it has none.
  const resolve = async () => ["127.77.77.77", HERE];
  const either = (address: string) => address.startsWith("127.");
  expect(await fromHere({ resolve, allow: either })(at(), get)).toMatchObject({ status: 200 });
});

it("ignores other answers about a name between check and connection", async () => {
  const good = namesOf({ "hooks.example": [[HERE], [METADATA]] });
  expect(await fromHere({ resolve: good.resolve })(at(), get)).toMatchObject({ status: 200 });
  const bad = namesOf({ "hooks.example": [[METADATA], [HERE]] });
  expect(await fromHere({ resolve: bad.resolve })(at(), get)).toMatchObject({ outcome: "forbidden" });
  expect([good.names, bad.names]).toEqual([["hooks.example"], ["hooks.example"]]);
});

it("looks a name up again for each redirect, and checks the new addresses", async () => {
  answers["/"] = sendTo("/again");
  answers["/again"] = (_, response) => response.end();
  const { names, resolve } = namesOf({ "hooks.example": [[HERE], [METADATA], [HERE]] });
  expect(await fromHere({ resolve })(at(), get)).toEqual({ outcome: "forbidden", reason: notPublic });
  expect(names).toHaveLength(2);
  expect(asked).toHaveLength(1);
});

it.each([
  // gitea, CVE-2026-58418 (https://github.com/golang/vulndb/issues/6075), and https://github.com/formbricks/formbricks/pull/7877
  ["the metadata", `http://${METADATA}/latest/meta-data/`],
  ["the metadata by TLS", `https://${METADATA}/`],
  ["the metadata in another form", "//[::ffff:a9fe:a9fe]/"],
  ["a private address", "https://10.0.0.1/"],
  ["a name of a private network", "https://db.internal/"],
  ["another scheme", "file:///etc/passwd"],
  ["a name with a password", "https://a:b@hooks.example/"],
])("does not follow a redirect to %s, whatever its status", async (_, location) => {
  for (const status of [301, 302, 303, 307, 308]) {
    answers["/"] = sendTo(location, status);
    expect(await fromHere()(at(), get)).toMatchObject({ outcome: "forbidden" });
  }
  expect(asked).toHaveLength(5);
});

it("does not follow a redirect to a name that has an address of a private network", async () => {
  const { resolve } = namesOf({ "hooks.example": [[HERE]], "rebound.example": [["10.0.0.1"]] });
  answers["/"] = sendTo(at("/", "rebound.example"), 307);
  expect(await fromHere({ resolve })(at(), post)).toEqual({ outcome: "forbidden", reason: notPublic });
});

it("does not follow a redirect from outside to one's own machine, which may only be named directly", async () => {
  const { resolve } = namesOf({ "hooks.example": [[HERE, "1.1.1.1"]] });
  answers["/"] = sendTo(`https://${HERE}:${hooks.port}/own`);
  expect(await fromHere({ resolve })(at(), get)).toEqual({ outcome: "forbidden", reason: notPublic });
  expect(asked.map(({ path }) => path)).toEqual(["/"]);
});

it("follows three redirects, relative ones too, and no fourth", async () => {
  answers = {
    "/4": sendTo("3"),
    "/3": sendTo(at("/2", "other.hooks.example"), 301),
    "/2": sendTo("/1", 308),
    "/1": (_, response) => response.end("there"),
  };
  expect(await fromHere()(at("/4"), get)).toMatchObject({ status: 200, body: Buffer.from("there") });
  expect(asked.map(({ name }) => name)).toEqual([
    "hooks.example",
    "hooks.example",
    "other.hooks.example",
    "other.hooks.example",
  ]);
  answers["/5"] = sendTo("/4");
  const tooFar = { outcome: "failed", reason: "it redirects more than 3 times" };
  expect(await fromHere()(at("/5"), get)).toEqual(tooFar);
  answers["/"] = sendTo("/");
  expect(await fromHere()(at(), get)).toEqual(tooFar);
});

it("follows a redirect without waiting for the rest of it", async () => {
  answers["/"] = (_, response) => response.writeHead(302, { location: "/there" }).write("a");
  answers["/there"] = (_, response) => response.end();
  expect(await fromHere()(at(), get)).toMatchObject({ status: 200 });
});

it("repeats a post on 307 and 308, and on no other redirect", async () => {
  answers["/there"] = (_, response) => response.end();
  for (const status of [307, 308]) {
    answers["/"] = sendTo("/there", status);
    expect(await fromHere()(at(), post)).toMatchObject({ status: 200 });
    expect(asked.splice(0).map(({ method, body }) => [method, body])).toEqual([
      ["POST", '{"a":1}'],
      ["POST", '{"a":1}'],
    ]);
  }
  for (const status of [301, 302, 303]) {
    answers["/"] = sendTo("/there", status);
    expect(await fromHere()(at(), post)).toEqual({
      outcome: "failed",
      reason: "it redirects a post by neither 307 nor 308",
    });
  }
  expect(asked).toHaveLength(3);
});

it("treats a redirect without a target, and statuses that do not redirect, as answers", async () => {
  for (const [status, headers] of [
    [302, {}],
    [300, { location: "/x" }],
    [304, { location: "/x" }],
    [201, { location: "/x" }],
  ] as const) {
    answers["/"] = (_, response) => response.writeHead(status, headers).end();
    expect(await fromHere()(at(), get)).toMatchObject({ outcome: "answered", status });
  }
});

// As Git did for https://github.com/gogs/gogs/issues/6413 (CVE-2021-32408).
it("sends no line that a redirect smuggles into an address", async () => {
  answers["/"] = sendTo("/next%0d%0aX-Injected:%201");
  answers["/next%0d%0aX-Injected:%201"] = (request, response) =>
    response.end(String(request.headers["x-injected"]));
  expect(await fromHere()(at(), get)).toMatchObject({ body: Buffer.from("undefined") });
});

it.each(["a\r\nx-injected: 1", "a\nb", "a\0b", "\u2028é\u{1f600}"])(
  "sends no header with an invalid value: %j",
  async (value) => {
    const smuggling = { ...get, headers: { "x-value": value } };
    await expect(fromHere()(at(), smuggling)).rejects.toMatchObject({ code: "ERR_INVALID_CHAR" });
    expect(asked).toEqual([]);
  },
);

it("does not allow a host header", async () => {
  await fromHere()(at(), { ...get, headers: { host: "internal", "content-length": "999" } });
  expect(asked).toMatchObject([{ host: `hooks.example:${hooks.port}`, body: "" }]);
});

const late = { outcome: "failed", reason: "it took too long" };
const soon = { timeoutMs: 250 };

it("counts the time of all redirects together", async () => {
  answers = {
    "/": (_, response) => setTimeout(() => sendTo("/b")(_, response), 150),
    "/b": (_, response) => setTimeout(() => response.end(), 150),
  };
  expect(await fromHere(soon)(at(), get)).toEqual(late);
});

it("keeps the status and the received part of a body that comes too slowly", async () => {
  answers["/"] = (_, response) => {
    const timer = setInterval(() => response.write("a"), 20);
    response.on("close", () => clearInterval(timer));
  };
  const fetched = await fromHere(soon)(at(), get);
  expect(fetched).toMatchObject({ outcome: "answered", status: 200, whole: false });
  expect((fetched as { body: Buffer }).body.toString()).toMatch(/^a{2,20}$/);
});

it("reads a body up to its bound, and drops the connection of one without end", async () => {
  let dropped: Promise<unknown> | undefined;
  answers["/"] = (_, response) => {
    dropped = once(response, "close");
    const more = () => {
      while (response.write("a".repeat(64 * 1024)));
      response.once("drain", more);
    };
    more();
  };
  const fetched = await fromHere({ timeoutMs: 60_000 })(at(), { ...get, mostBytes: 100_000 });
  expect(fetched).toMatchObject({ outcome: "answered", status: 200, whole: false });
  expect((fetched as { body: Buffer }).body).toHaveLength(100_000);
  await dropped;
});

it.each([
  [9, true],
  [10, true],
  [11, false],
])("says whether a body of %i bytes is whole within 10: %s", async (length, whole) => {
  answers["/"] = (_, response) => response.end("a".repeat(length));
  const fetched = await fromHere()(at(), { ...get, mostBytes: 10 });
  expect(fetched).toMatchObject({ whole, body: Buffer.from("a".repeat(Math.min(length, 10))) });
});

it("recognizes a body that was cut off", async () => {
  answers["/"] = (_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("a", () => response.destroy());
  };
  expect(await fromHere()(at(), get)).toMatchObject({ status: 200, whole: false });
});

it("fails if nothing listens, and if a name has no address or its look-up fails", async () => {
  const server = createTcpServer();
  const port = await portOf(server);
  server.close();
  await once(server, "close");
  expect(await fromHere()(`https://hooks.example:${port}/`, get)).toEqual({
    outcome: "failed",
    reason: "it could not be reached",
  });
  const none = { outcome: "failed", reason: "its name has no address" };
  expect(await fromHere()("https://nobody.example/", get)).toEqual(none);
  const resolve = () => Promise.reject(new Error("SERVFAIL"));
  expect(await fromHere({ resolve })("https://nobody.example/", get)).toEqual(none);
});

const untrusted = { outcome: "failed", reason: "its certificate cannot be trusted" };

it("trusts no certificate of another name, and none by an IP address", async () => {
  expect(await fromHere()(at("/", "elsewhere.example"), get)).toEqual(untrusted);
  expect(await fromHere()(`https://${HERE}:${hooks.port}/`, get)).toEqual(untrusted);
  expect(asked).toEqual([]);
});

it("trusts no self-signed certificate, whatever the environment says", async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    expect(await guardedFetch({ resolve: here.resolve, allow })(at(), get)).toEqual(untrusted);
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  }
  expect(asked).toEqual([]);
});

it("connects without TLS only to allowed addresses", async () => {
  const server = createServer((_, response) => response.end("plain"));
  const port = await portOf(server);
  closing.push(async () => {
    server.close();
    await once(server, "close");
  });
  for (const url of [`http://${HERE}:${port}/`, `http://hooks.example:${port}/`])
    expect(await fromHere()(url, get)).toMatchObject({ status: 200, body: Buffer.from("plain") });
  expect(await fromHere({ allow: () => false })(`http://${HERE}:${port}/`, get)).toMatchObject({
    outcome: "forbidden",
  });
});

it("says nothing of an address or an answer in its reasons", async () => {
  const secret = "s3cr3t";
  for (const url of [
    `https://${secret}.internal/`,
    `https://u:${secret}@hooks.example/`,
    `${secret}:x`,
    at(`/${secret}`),
  ]) {
    answers[`/${secret}`] = sendTo(`https://${secret}.local/`);
    expect(JSON.stringify(await fromHere()(url, get))).not.toContain(secret);
  }
});
