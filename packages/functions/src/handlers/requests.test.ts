import { ana, memoryStage, viewer } from "@callboard/core/testing";
import { limits, needsOf, type RequestId, type RequestView, verbNames } from "@callboard/protocol";
import { expect, it } from "vitest";
import { messageEvent } from "../testing/gateway-events.ts";
import { type HttpEventOptions, httpEvent } from "../testing/http-events.ts";
import { keptLog } from "../testing/spies.ts";
import { requestsHandler } from "./requests.ts";
import { socketHandler } from "./socket.ts";

const pick = { replyId: "r1", round: 1, verb: "pick", candidateId: "a" };

function stage(overrides: Parameters<typeof memoryStage>[0] = {}) {
  const memory = memoryStage(overrides);
  const { log, lines } = keptLog();
  const handler = requestsHandler({ app: memory.app, clock: memory.ports.clock, log });
  /** Sends a request and reads its answer. */
  async function send(options: HttpEventOptions = {}, caller = ana) {
    const { statusCode, headers, body } = await handler(httpEvent(caller, options));
    expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    return { status: statusCode, headers: headers!, body: JSON.parse(body!) };
  }
  const reply = (id: string, body: unknown = pick, options: HttpEventOptions = {}, caller = ana) =>
    send({ method: "POST", path: `/requests/${id}/replies`, body, ...options }, caller);
  return { memory, handler, lines, send, reply };
}

it("lists what waits for the caller", async () => {
  const { memory, send } = stage();
  const id = await memory.ask();
  expect(await send()).toMatchObject({ status: 200, body: { requests: [{ requestId: id }] } });
  expect(await send({ path: "/requests/" }, viewer)).toMatchObject({ status: 200, body: { requests: [] } });
});

it("shows a request only to people who may see it", async () => {
  const { memory, send } = stage();
  const path = `/requests/${await memory.ask()}`;
  const { status, body } = await send({ path });
  expect([status, (body as RequestView).candidates.map(({ id }) => id)]).toEqual([200, ["a", "b"]]);
  expect(await send({ path }, viewer)).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  expect(await send({ path: "/requests/req_nosuchrequest" })).toMatchObject({
    status: 404,
    body: { error: { code: "not_found" } },
  });
});

it("accepts a reply once, and gives the same answer to its repeat", async () => {
  const { memory, reply } = stage();
  const id = await memory.ask({ taskToken: "t1" });
  const receipt = { requestId: id, replyId: "r1", status: "accepted" };
  expect(await reply(id)).toMatchObject({ status: 200, body: receipt });
  expect((await reply(id)).body).toEqual(receipt);
  await memory.pump();
  expect(memory.executions.resumedWith("t1")).toMatchObject({ replyId: "r1", candidateId: "a" });
  expect((await reply(id)).body).toEqual(receipt);
});

it("refuses a repeated reply in the same way while nothing has changed", async () => {
  const { memory, reply } = stage();
  const id = await memory.ask();
  const [first, second] = [await reply(id, { ...pick, round: 2 }), await reply(id, { ...pick, round: 2 })];
  expect(first).toEqual(second);
});

type Stage = ReturnType<typeof stage>;

it.each<[string, number, (stage: Stage, id: RequestId) => Promise<object>, object]>([
  [
    "already_answered",
    409,
    async ({ memory, reply }, id) =>
      [await memory.reply(id), await reply(id, { ...pick, replyId: "r2" })][1]!,
    { verb: "pick" },
  ],
  ["stale_round", 409, ({ reply }, id) => reply(id, { ...pick, round: 2 }), { round: 1 }],
  [
    "superseded",
    409,
    async ({ memory, reply }, id) =>
      [await memory.ask({ round: 2, taskToken: "t2" }), await reply(id)][1] as object,
    {},
  ],
  [
    "withdrawn",
    409,
    async ({ memory, reply }, id) => {
      await memory.app.feedback.close(
        { subject: "video/v_1", thread: "title", reason: "deleted" },
        memory.envelope(),
      );
      return reply(id);
    },
    { reason: "deleted" },
  ],
  [
    "expired",
    410,
    async ({ memory, reply }, id) => [await memory.advance(3_600_000), await reply(id)][1] as object,
    {},
  ],
  [
    "invalid",
    422,
    ({ reply }, id) => reply(id, { ...pick, candidateId: "z" }),
    { issues: ["candidateId: not among the request's candidates"] },
  ],
  ["forbidden", 403, ({ reply }, id) => reply(id, pick, {}, viewer), {}],
  ["not_found", 404, ({ reply }) => reply("req_nosuchrequest"), {}],
])("refuses a reply as %s with %d and a receipt", async (code, status, act, details) => {
  const made = stage();
  const id = await made.memory.ask();
  const answer = (await act(made, id)) as { body: { details?: object; requestId: string } };
  expect(answer).toMatchObject({ status, body: { status: "refused", code, replyId: expect.any(String) } });
  expect(answer.body.details ?? {}).toMatchObject(details);
  expect(answer.body).not.toHaveProperty("type");
  expect(answer.body.requestId).toBe(code === "not_found" ? "req_nosuchrequest" : id);
});

it("tells a caller who is refused too often to wait", async () => {
  const { reply } = stage();
  for (let n = 0; n < limits.refusalsPerMinute; n++) await reply("req_nosuchrequest");
  expect(await reply("req_nosuchrequest")).toMatchObject({
    status: 429,
    headers: { "retry-after": "60" },
    body: { status: "refused", code: "rate_limited", details: { retryAfterMs: 60_000 } },
  });
});

it.each<[string, unknown, HttpEventOptions, number, string, string | undefined]>([
  ["is not JSON", "{", {}, 400, "bad_message", "body"],
  ["is empty", "", {}, 400, "bad_message", "body"],
  ["is not an object", [], {}, 400, "bad_message", "message"],
  ["has no replyId", { ...pick, replyId: undefined }, {}, 400, "bad_message", "replyId"],
  ["has an unknown verb", { ...pick, verb: "like" }, {}, 400, "bad_message", "verb"],
  ["has a long comment", { ...pick, comment: "x".repeat(1001) }, {}, 400, "bad_message", "comment"],
  [
    "is a form",
    "verb=pick",
    { headers: { "content-type": "application/x-www-form-urlencoded" } },
    415,
    "unsupported_media_type",
    undefined,
  ],
  ["is of no type", pick, { headers: { "content-type": "" } }, 415, "unsupported_media_type", undefined],
  [
    "is in another charset",
    pick,
    { headers: { "content-type": "application/json; charset=latin1" } },
    415,
    "unsupported_media_type",
    undefined,
  ],
  ["is too large", { ...pick, value: "é".repeat(15_400) }, {}, 413, "too_large", undefined],
])("does not take a body that %s", async (_what, body, options, status, code, field) => {
  const { memory, reply } = stage();
  const id = await memory.ask();
  const answer = await reply(id, body, options);
  expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
  if (field) expect(answer.body.error.details.issues[0]).toMatch(new RegExp(`^${field}: `));
  expect((await memory.requests.read(id))?.status.state).toBe("open");
});

const lost = "a number with more digits than can be kept: send it as text";

it.each([
  ["an id of 19 digits", '{"id":7615917337495251231}', `value.id: ${lost}`],
  ["a number that is too large", "1e400", `value: ${lost}`],
])("refuses a reply whose value would change on its way: %s", async (_, value, issue) => {
  const { memory, reply } = stage();
  const id = await memory.ask({ verbs: ["answer"] });
  const body = (text: string) => `{"replyId":"r1","round":1,"verb":"answer","value":${text}}`;
  expect(await reply(id, body(value))).toMatchObject({
    status: 422,
    body: { requestId: id, replyId: "r1", status: "refused", code: "invalid", details: { issues: [issue] } },
  });
  expect((await memory.requests.read(id))?.status.state).toBe("open");
  expect(await reply(id, body('{"id":"7615917337495251231","cents":12.50}'))).toMatchObject({ status: 200 });
});

it.each([65, 14_000])("does not take a body that nests %d levels", async (levels) => {
  const { memory, reply } = stage();
  const id = await memory.ask({ verbs: ["answer"] });
  const value = `${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}`;
  expect(await reply(id, `{"replyId":"r1","round":1,"verb":"answer","value":${value}}`)).toMatchObject({
    status: 400,
    body: { error: { code: "bad_message", details: { issues: ["message: nested over 64 levels"] } } },
  });
});

it("accepts a body as base64, and a content type in any case", async () => {
  const { memory, handler } = stage();
  const id = await memory.ask();
  const event = httpEvent(ana, {
    method: "POST",
    path: `/requests/${id}/replies`,
    headers: { "content-type": "Application/JSON; charset=UTF-8" },
    body: Buffer.from(JSON.stringify(pick)).toString("base64"),
  });
  expect(await handler({ ...event, isBase64Encoded: true })).toMatchObject({ statusCode: 200 });
});

it("does not let a body speak of another request or for another person", async () => {
  const { memory, reply } = stage();
  const id = await memory.ask();
  const other = await memory.ask({ thread: "cover" });
  await reply(id, { ...pick, requestId: other, by: { id: "eve", name: "Eve" }, type: "extend" });
  expect((await memory.requests.read(id))?.status).toMatchObject({ reply: { by: { id: "ana" } } });
  expect((await memory.requests.read(other))?.status.state).toBe("open");
});

it.each([
  ["PUT", "/requests", "GET"],
  ["POST", "/requests/req_nosuchrequest", "GET"],
  ["HEAD", "/requests", "GET"],
  ["GET", "/requests/req_nosuchrequest/replies", "POST"],
  ["DELETE", "/requests/req_nosuchrequest/replies", "POST"],
])("answers %s %s with 405 and the allowed methods", async (method, path, allow) => {
  const { send } = stage();
  expect(await send({ method, path })).toMatchObject({
    status: 405,
    headers: { allow },
    body: { error: { code: "method_not_allowed" } },
  });
});

it.each([
  "/",
  "/request",
  "/requests/a/b",
  "/requests/req_nosuchrequest/replies/r1",
  "//requests",
  "/requests//replies/x",
])("has no route for %s", async (path) => {
  const { send } = stage();
  expect(await send({ path })).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
});

it.each(["REQ_1", "%2e%2e", "req_", "x".repeat(500)])("refuses an invalid request id: %s", async (id) => {
  const { send, reply } = stage();
  for (const answer of [await send({ path: `/requests/${id}` }), await reply(id)])
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "bad_message", details: { issues: ["requestId: a request id is req_…"] } } },
    });
});

it("finds its paths also under a stage", async () => {
  const { send } = stage();
  expect(await send({ path: "/prod/requests", stage: "prod" })).toMatchObject({ status: 200 });
  expect(await send({ path: "/prod/requests" })).toMatchObject({ status: 404 });
});

it("answers no question by a GET, whatever its query, headers or body say", async () => {
  const { memory, send } = stage();
  const id = await memory.ask();
  const before = await memory.requests.read(id);
  const said = { ...pick, requestId: id, _method: "POST" };
  const query = new URLSearchParams({ ...said, round: "1" }).toString();
  const headers = { "x-http-method-override": "POST", "x-http-method": "POST" };
  for (const path of ["/requests", `/requests/${id}`, `/requests/${id}/replies`])
    await send({ path, query, headers, body: said });
  expect(await memory.requests.read(id)).toEqual(before);
  expect(memory.queue).toEqual([]);
});

it.each([
  ["Slackbot 1.0 (+https://api.slack.com)", "Slackbot 1.0 (+https://api.slack.com)"],
  ["evil\r\n\u0000\u202eagent\u001b[2J", "evil agent [2J"],
  ["x".repeat(1000), "x".repeat(120)],
  ["\n", "unknown"],
])("records the device of an answer, as far as it can be shown", async (userAgent, device) => {
  const { memory, reply } = stage();
  const id = await memory.ask();
  await reply(id, pick, { userAgent });
  const answered = (await memory.requests.ledger(id)).find(({ what }) => what === "answered");
  expect(answered?.origin).toEqual({ way: "http", device });
});

it("asks for a fresh token when the caller's has expired", async () => {
  const { memory, send, reply } = stage();
  const id = await memory.ask();
  const expired = { ...ana, expiresAt: memory.now() };
  expect(await send({}, expired)).toMatchObject({
    status: 401,
    headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    body: { error: { code: "unauthorized" } },
  });
  expect((await reply(id, pick, {}, expired)).status).toBe(401);
  expect((await memory.requests.read(id))?.status.state).toBe("open");
});

it("answers a failure only with a correlation id, which the log has too", async () => {
  const broken = {
    ...memoryStage().ports.requests,
    read: () => Promise.reject(new TypeError("secret words")),
  };
  const { lines, reply } = stage({ requests: broken });
  const { status, body } = await reply("req_nosuchrequest");
  expect([status, body.error]).toMatchObject([
    500,
    { code: "internal", details: { correlationId: "JKJaXmPLvHcESHA=" } },
  ]);
  expect(lines).toMatchObject([{ correlationId: "JKJaXmPLvHcESHA=", error: "TypeError" }]);
  expect(JSON.stringify([body, lines])).not.toContain("secret");
});

it("refuses a request without a caller from the authorizer", async () => {
  const { handler } = stage();
  expect(await handler(httpEvent(undefined))).toMatchObject({ statusCode: 500 });
});

it.each(verbNames)("accepts the verb %s as the socket does", async (verb) => {
  const said = { ...pick, verb, ...(needsOf(verb).includes("value") ? { value: "mine" } : {}) };
  const [overHttp, overSocket] = [stage(), stage()];
  const ids = [
    await overHttp.memory.ask({ verbs: [verb], taskToken: "t" }),
    await overSocket.memory.ask({ verbs: [verb], taskToken: "t" }),
  ] as const;
  const { app, ports } = overSocket.memory;
  const handler = socketHandler({ app, clock: ports.clock, log: ports.log });
  const message = { type: "reply", id: "m1", requestId: ids[1], ...said };
  const { type: _, re, ...receipt } = JSON.parse((await handler(messageEvent(ana, message))).body!);
  expect(receipt).toMatchObject({ status: "accepted" });
  expect((await overHttp.reply(ids[0], said)).body).toEqual(receipt);
});

const search = (request: string, name: string) => ({
  path: "/people",
  query: String(new URLSearchParams({ request, name })),
});

it("finds people for the owner of a request's subject, and records every caller", async () => {
  const { memory, send } = stage();
  await memory.report({ step: "mp4", state: "started", owners: ["user/ana"] });
  const id = await memory.ask();
  await send({}, { ...viewer, id: "eve", name: "Ève & Söhne, <b>" });
  const found = { people: [{ id: "user/eve", name: "Ève & Söhne, <b>" }] };
  expect(await send(search(id, "eve"))).toMatchObject({ status: 200, body: found });
  expect(await send(search(id, "  SOHNE "))).toMatchObject({ status: 200, body: found });
  expect((await send(search(id, "an"))).body).toEqual({ people: [{ id: "user/ana", name: "Ana" }] });
  expect(await send(search(id, "eve"), viewer)).toMatchObject({ status: 403 });
  expect(await send({ ...search(id, "eve"), method: "POST", body: {} })).toMatchObject({
    status: 405,
    headers: { allow: "GET" },
  });
});

it.each([
  ["", "name"],
  [" ", "name"],
  ["x".repeat(101), "name"],
])("refuses to search for %j, and says which field is wrong", async (name, field) => {
  const { memory, send } = stage();
  const { status, body } = await send(search(await memory.ask(), name));
  expect([status, body.error.code]).toEqual([400, "bad_message"]);
  expect(body.error.details.issues).toEqual([expect.stringContaining(`${field}: `)]);
});

it("names both fields if a search has none", async () => {
  const { send } = stage();
  for (const query of ["", "name=&request=7", "name[]=an"])
    expect((await send({ path: "/people", query })).body.error.details.issues).toHaveLength(2);
});
