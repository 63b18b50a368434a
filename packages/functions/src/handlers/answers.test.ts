import { ana, memoryStage } from "@callboard/core/testing";
import type { AnswerView, RequestId } from "@callboard/protocol";
import { expect, it } from "vitest";
import { type HttpEventOptions, httpEvent } from "../testing/http-events.ts";
import { keptLog } from "../testing/spies.ts";
import { answersHandler, isOpen } from "./answers.ts";

const pick = { replyId: "r1", round: 1, verb: "pick", candidateId: "a" } as const;

function stage() {
  const memory = memoryStage();
  const { log, lines } = keptLog();
  const handler = answersHandler({ app: memory.app, log });
  /** Sends a request without an issuer's token. */
  async function send(path: string, body: unknown, options: HttpEventOptions = {}) {
    const answer = await handler(httpEvent(undefined, { method: "POST", path, body, ...options }));
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? "null") };
  }
  /** The tokens in a mail to somebody. */
  const tokenFor = (requestId: RequestId, more: { id?: string; as?: "user/ana" | "role/editors" } = {}) =>
    memory.ports.doorTokens.seal({
      kind: "answer",
      requestId,
      person: { id: more.id ?? "ana", name: "Ana" },
      as: more.as ?? "user/ana",
      door: "mail",
      until: memory.now() + 3_600_000,
    });
  return { memory, handler, lines, send, tokenFor };
}

it("shows the whole question to the holder of the token, and in whose name it would be answered", async () => {
  const { memory, send, tokenFor } = stage();
  const id = await memory.ask();
  const { status, body } = await send("/answers/view", { token: await tokenFor(id) });
  const { request, candidates, as, door } = body as AnswerView;
  expect([status, request.requestId, as.id, door]).toEqual([200, id, "ana", "mail"]);
  expect(candidates.map((one) => one.id)).toEqual(["a", "b"]);
  expect((await memory.requests.read(id))?.version).toBe(1);
});

it("accepts an answer once, and tells later callers through which door it came", async () => {
  const { memory, send, tokenFor } = stage();
  const id = await memory.ask({ taskToken: "t", assignees: ["user/ana", "user/bob"] });
  const [anas, bobs] = [await tokenFor(id), await tokenFor(id, { id: "bob" })];
  const receipt = { requestId: id, replyId: "r1", status: "accepted" };
  const answer = { token: anas, reply: pick };
  for (let n = 0; n < 3; n++) expect(await send("/answers", answer)).toEqual({ status: 200, body: receipt });
  await memory.pump();
  expect(memory.executions.resumedWith("t")).toMatchObject({ by: { id: "ana" }, via: "mail" });
  expect(await send("/answers", { token: bobs, reply: { ...pick, replyId: "r2" } })).toMatchObject({
    status: 409,
    body: { code: "already_answered", details: { by: { id: "ana" }, via: "mail" } },
  });
  const ledger = await memory.requests.ledger(id);
  expect(ledger[1]).toMatchObject({ what: "answered", origin: { way: "mail" }, reply: { via: "mail" } });
  const { body } = await send("/answers/view", { token: bobs });
  expect(body).toMatchObject({ request: { state: "relayed", reply: { by: { id: "ana" }, via: "mail" } } });
});

it("turns mail off for the token's person, by one post with any body, and for nobody else", async () => {
  const { memory, send, tokenFor } = stage();
  await memory.app.people.note({ ...ana, contact: { address: "ana@example.com" } });
  const { key } = (await memory.ports.reach.read(memory.ports.ids.hash("user/ana")))!;
  const token = await memory.ports.doorTokens.seal({ kind: "unsubscribe", key, door: "mail" });
  const form = { headers: { "content-type": "application/x-www-form-urlencoded" } };
  for (let n = 0; n < 3; n++)
    expect((await send(`/unsubscribe/${token}`, "List-Unsubscribe=One-Click", form)).status).toBe(200);
  expect((await memory.ports.reach.read(key))?.own.off).toEqual(["mail"]);
  const answering = await tokenFor(await memory.ask());
  expect((await send(`/unsubscribe/${answering}`, "")).status).toBe(401);
});

it("refuses a reply to another question", async () => {
  const { memory, send, tokenFor } = stage();
  const id = await memory.ask();
  const token = await tokenFor(id);
  const { digest } = ((await send("/answers/view", { token })).body as AnswerView).request;
  expect(await send("/answers", { token, reply: { ...pick, digest: "other" } })).toMatchObject({
    status: 409,
    body: { code: "stale", details: { digest } },
  });
  expect((await send("/answers", { token, reply: { ...pick, digest } })).status).toBe(200);
});

it("lets people answer by the role through which they were asked, and by no other", async () => {
  const { memory, send, tokenFor } = stage();
  const id = await memory.ask({ assignees: ["role/editors"] });
  const denied = await send("/answers", { token: await tokenFor(id, { id: "eve" }), reply: pick });
  expect(denied).toMatchObject({ status: 403, body: { code: "forbidden" } });
  const token = await tokenFor(id, { id: "eve", as: "role/editors" });
  await memory.app.people.note({ ...ana, id: "eve", roles: ["role/editors"] });
  expect((await send("/answers", { token, reply: pick })).status).toBe(200);
});

// https://github.com/objectstack-ai/objectstack/pull/1765, https://github.com/gogs/gogs/issues/6414
it("accepts no answer by a role that a person no longer has, nor shows the question", async () => {
  const { memory, send, tokenFor } = stage();
  const editor = { ...ana, roles: ["role/editors" as const] };
  await memory.app.people.note(editor);
  const id = await memory.ask({ assignees: ["role/editors"] });
  const token = await tokenFor(id, { as: "role/editors" });
  expect((await send("/answers/view", { token })).status).toBe(200);
  await memory.app.people.note({ ...editor, roles: [] });
  expect((await send("/answers/view", { token })).status).toBe(403);
  expect(await send("/answers", { token, reply: pick })).toMatchObject({
    status: 403,
    body: { code: "forbidden" },
  });
});

it("accepts no answer in the name of an erased person, and stores their name nowhere", async () => {
  const { memory, send, tokenFor } = stage();
  await memory.report({ step: "mp4", state: "started", owners: ["user/ana"] });
  await memory.app.people.note({ ...ana, roles: ["role/editors"] });
  const id = await memory.ask({ assignees: ["user/ana", "role/editors"] });
  await memory.pump();
  const tokens = [await tokenFor(id), await tokenFor(id, { as: "role/editors" })];
  expect(await memory.app.feedback.erase("user/ana")).toMatchObject({ outcome: "erased", underWay: [] });
  await memory.pump();
  for (const token of tokens) expect((await send("/answers", { token, reply: pick })).status).toBe(403);
  expect(JSON.stringify(await memory.requests.ledger(id))).not.toMatch(/"Ana"|user\/ana/);
});

it("refuses people who are no longer asked after the question was put to others", async () => {
  const { memory, send, tokenFor } = stage();
  await memory.report({ step: "mp4", state: "started", owners: ["user/olga"] });
  const id = await memory.ask();
  const token = await tokenFor(id);
  const olga = { caller: { ...ana, id: "olga" }, origin: { way: "http", device: "x" } } as const;
  expect(await memory.app.feedback.reassign(olga, id, ["user/bob"])).toEqual({ status: "accepted" });
  await memory.pump();
  expect(await send("/answers", { token, reply: pick })).toMatchObject({ status: 403 });
  // They may still see it, as over the socket, and that it is put to others.
  expect(await send("/answers/view", { token })).toMatchObject({
    status: 200,
    body: { request: { assignees: ["user/bob"] } },
  });
});

it("accepts no answer of an owner who was asked before it was put to others", async () => {
  const { memory, send, tokenFor } = stage();
  await memory.report({ step: "mp4", state: "started", owners: ["user/ana"] });
  const id = await memory.ask();
  const token = await tokenFor(id);
  const acting = { caller: ana, origin: { way: "http", device: "x" } } as const;
  await memory.app.feedback.reassign(acting, id, ["user/bob"]);
  expect((await send("/answers", { token, reply: pick })).status).toBe(403);
  // They may, but not by a link that others may have.
  expect(await memory.app.feedback.reply(acting, id, pick)).toEqual({ status: "accepted" });
});

it("accepts no token that was not made here, that has expired, or that is for something else", async () => {
  const { memory, send, tokenFor } = stage();
  const id = await memory.ask();
  const other = await memory.ports.doorTokens.seal({ kind: "unsubscribe", key: "k", door: "mail" });
  const ended = await tokenFor(id);
  await memory.advance(3_600_000);
  for (const token of ["a-token-that-nobody-has-made", other, ended])
    for (const [path, body] of [
      ["/answers/view", { token }],
      ["/answers", { token, reply: pick }],
    ] as const)
      expect(await send(path, body)).toMatchObject({
        status: 401,
        body: { error: { code: "unauthorized" } },
      });
});

it.each([
  ['"value":[{"n":12345678901234567890}]', 422, ["value.0.n"]],
  ['"value":1e400,"other":1e400', 422, ["value"]],
  ['"round":1e400,"value":1', 400, ["reply.round"]],
])("refuses an answer with a number that lost precision: %s", async (fields, status, named) => {
  const { memory, handler, tokenFor } = stage();
  const id = await memory.ask({ verbs: ["answer"], candidates: [] });
  const body = `{"token":"${await tokenFor(id)}","reply":{"replyId":"r1","round":1,"verb":"answer",${fields}}}`;
  const answer = await handler({
    ...httpEvent(undefined, { method: "POST", path: "/answers", body: {} }),
    body,
  });
  const { status: word, code, details, error } = JSON.parse(answer.body!);
  expect(answer.statusCode).toBe(status);
  expect([word, code ?? error.code]).toEqual(
    status === 422 ? ["refused", "invalid"] : [undefined, "bad_message"],
  );
  const issues: string[] = (details ?? error.details).issues;
  expect(issues.map((issue) => issue.split(":")[0])).toEqual(named);
});

it.each(["GET", "HEAD", "PUT", "DELETE"])(
  "accepts no answer by %s, however often a link is opened",
  async (method) => {
    const { memory, send, tokenFor } = stage();
    const id = await memory.ask();
    const token = await tokenFor(id);
    const before = await memory.requests.read(id);
    for (let n = 0; n < 100; n++)
      for (const path of ["/answers", "/answers/view", `/answers/${token}`, `/unsubscribe/${token}`])
        expect([404, 405]).toContain((await send(path, { token, reply: pick }, { method })).status);
    expect(await memory.requests.read(id)).toEqual(before);
  },
);

it.each([
  ["a body that is not JSON", "{", 400],
  ["no token", { reply: pick }, 400],
  ["an invalid token", { token: "<script>", reply: pick }, 400],
  ["no reply", { token: "a-token-that-nobody-has-made" }, 400],
  ["a round that is not a whole number", { token: "t".repeat(20), reply: { ...pick, round: 1.5 } }, 400],
])("refuses %s", async (_, body, status) => {
  expect((await stage().send("/answers", body)).status).toBe(status);
});

it("refuses a reply whose value would change on its way, with the same message as everywhere", async () => {
  const { memory, send, tokenFor } = stage();
  const id = await memory.ask({ verbs: ["answer"] });
  const token = await tokenFor(id);
  const answer = (value: string) =>
    send(
      "/answers",
      `{"token":"${token}","reply":{"replyId":"r1","round":1,"verb":"answer","value":${value}}}`,
    );
  const issues = ["value.id: a number with more digits than can be kept: send it as text"];
  expect(await answer('{"id":7615917337495251231}')).toEqual({
    status: 422,
    body: { requestId: id, replyId: "r1", status: "refused", code: "invalid", details: { issues } },
  });
  expect((await memory.requests.read(id))?.status.state).toBe("open");
  expect(await answer('{"id":"7615917337495251231"}')).toMatchObject({ status: 200 });
});

it("logs nothing of a token", async () => {
  const { memory, lines, handler } = stage();
  const broken = {
    ...memory.app,
    doors: { ...memory.app.doors, view: () => Promise.reject(new Error("out")) },
  };
  const token = "a-token-that-nobody-has-made";
  const event = httpEvent(undefined, { method: "POST", path: "/answers/view", body: { token } });
  const { log, lines: logged } = keptLog();
  expect((await answersHandler({ app: broken, log })(event)).statusCode).toBe(500);
  await handler(event);
  expect(JSON.stringify([lines, logged])).not.toContain(token);
});

it("distinguishes routes without an authorizer from all others", () => {
  expect(isOpen(httpEvent(undefined))).toBe(true);
  expect(isOpen(httpEvent(ana))).toBe(false);
});
