import type { Caller } from "@callboard/core";
import { ana as anybody, memoryStage } from "@callboard/core/testing";
import { expect, it } from "vitest";
import { type HttpEventOptions, httpEvent } from "../testing/http-events.ts";
import { keptLog } from "../testing/spies.ts";
import { requestsHandler } from "./requests.ts";

const ana: Caller = { ...anybody, contact: { address: "ana@shop.example", lang: "ja", zone: "Asia/Tokyo" } };
const guest: Caller = { ...anybody, id: "guest-1", guest: true };

function stage() {
  const memory = memoryStage();
  const { log, lines } = keptLog();
  const handler = requestsHandler({ app: memory.app, clock: memory.ports.clock, log });
  async function send(options: HttpEventOptions, caller = ana) {
    const { statusCode, headers, body } = await handler(httpEvent(caller, options));
    expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    return { status: statusCode, headers: headers!, body: JSON.parse(body!) };
  }
  const read = (caller = ana) => send({ path: "/settings" }, caller);
  const change = (body: unknown, caller = ana) => send({ method: "POST", path: "/settings", body }, caller);
  const confirm = (body: unknown, caller = ana) =>
    send({ method: "POST", path: "/settings/address", body }, caller);
  return { memory, lines, send, read, change, confirm };
}

it("shows the caller how they are reached, and records them", async () => {
  const { read, memory } = stage();
  expect(await read()).toMatchObject({
    status: 200,
    body: {
      mail: { on: true, address: "ana@shop.example", state: "issuer" },
      webhook: { on: true },
      lang: "ja",
      zone: "Asia/Tokyo",
    },
  });
  expect(memory.reach.all()).toMatchObject([{ person: { id: "ana" }, rev: 1 }]);
});

it("changes how they are reached, and shows a webhook's secret this once", async () => {
  const { read, change } = stage();
  const made = await change({
    webhook: { url: "https://hooks.example/ana" },
    quiet: { from: "22:00", to: "07:00" },
  });
  expect(made).toMatchObject({
    status: 200,
    body: { webhook: { secret: expect.stringMatching(/^whsec_/) }, quiet: { from: "22:00", to: "07:00" } },
  });
  const { body } = await read();
  expect(body.webhook).toEqual({ on: true, url: "https://hooks.example/ana" });
  expect((await change({ webhook: { url: null }, quiet: null })).body).not.toHaveProperty("quiet");
});

it("takes the caller only from the token, never from the body or the query", async () => {
  const { memory, send, change } = stage();
  await change({ lang: "en", person: "eve", key: "eve", user: { id: "eve" } });
  await send({ method: "POST", path: "/settings", query: "user=eve", body: { zone: "UTC" } });
  expect(memory.reach.all()).toMatchObject([{ person: { id: "ana" }, own: { lang: "en", zone: "UTC" } }]);
});

it("answers differently to a wrong code and to one that is no longer valid", async () => {
  const { change, confirm, memory } = stage();
  expect(await confirm({ code: "000000" })).toMatchObject({
    status: 410,
    body: { error: { code: "code_ended" } },
  });
  expect(await change({ mail: { address: "me@home.example" } })).toMatchObject({
    status: 200,
    body: { mail: { state: "unconfirmed" } },
  });
  const [known] = memory.reach.all();
  const { ids } = memory.ports;
  const hash = ids.hash(`${known!.key} me@home.example 042042`);
  const code = { hash, until: memory.now() + 600_000, wrong: 0 };
  const own = { ...known!.own, address: { address: "me@home.example", code } };
  await memory.reach.replace(known, { ...known!, rev: known!.rev + 1, own });
  expect(await confirm({ code: "000000" })).toMatchObject({
    status: 422,
    body: { error: { code: "wrong_code", details: { left: 4 } } },
  });
  expect(await confirm({ code: "042042" })).toMatchObject({
    status: 200,
    body: { mail: { address: "me@home.example", state: "confirmed" } },
  });
});

it("tells a caller who claims too many addresses when to come again", async () => {
  const { change, memory } = stage();
  await change({ lang: "en" });
  const [known] = memory.reach.all();
  const codesAt = [1, 2, 3, 4, 5].map(() => memory.now());
  await memory.reach.replace(known, { ...known!, rev: known!.rev + 1, codesAt });
  expect(await change({ mail: { address: "me@home.example" } })).toMatchObject({
    status: 429,
    headers: { "retry-after": "3600" },
    body: { error: { code: "rate_limited", details: { retryAfterMs: 3_600_000 } } },
  });
});

it("refuses guests and erased people", async () => {
  const { memory, read, change, confirm } = stage();
  for (const caller of [guest, ana]) {
    if (caller === ana) await memory.app.feedback.erase("user/ana");
    for (const answer of [read(caller), change({ lang: "en" }, caller), confirm({ code: "000000" }, caller)])
      expect(await answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  }
  expect(memory.reach.all()).toEqual([]);
});

it.each<[string, unknown, string]>([
  ["mail.address", { mail: { address: "nobody" } }, "mail.address: an address that mail can be sent to"],
  ["a long address", { mail: { address: "a".repeat(255) } }, "mail.address: at most 254 characters"],
  ["zone", { zone: "AEST" }, "zone: the name of a time zone, such as Asia/Tokyo"],
  ["lang", { lang: "fr" }, "lang: "],
  ["quiet.from", { quiet: { from: "25:00", to: "07:00" } }, "quiet.from: a time of the day, such as 22:00"],
  ["webhook.url", { webhook: { url: "http://hooks.example" } }, "webhook.url: an https address"],
  ["mail.on", { mail: { on: "no" } }, "mail.on: "],
  ["no object", [], "message: "],
])("names %s where it does not fit", async (_what, body, issue) => {
  const { change, memory } = stage();
  const answer = await change(body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: "bad_message" } } });
  expect(answer.body.error.details.issues[0]).toContain(issue);
  expect(memory.reach.all()).toMatchObject([{ own: {} }]);
});

it.each([{ code: "12345" }, { code: 123456 }, { code: "１２３４５６" }, {}])(
  "accepts no code like %j",
  async (body) => {
    const { confirm } = stage();
    expect(await confirm(body)).toMatchObject({ status: 400, body: { error: { code: "bad_message" } } });
  },
);

it.each([
  ["PUT", "/settings", "GET, POST"],
  ["GET", "/settings/address", "POST"],
])("answers %s %s with 405 and the allowed methods", async (method, path, allow) => {
  expect(await stage().send({ method, path })).toMatchObject({ status: 405, headers: { allow } });
});

it("logs no address, code or secret, whatever fails", async () => {
  const { lines, change, read, memory } = stage();
  memory.ports.bus.put = () => Promise.reject(new Error("out"));
  expect(
    await change({ mail: { address: "me@home.example" }, webhook: { url: "https://h.example" } }),
  ).toMatchObject({
    status: 500,
    body: { error: { code: "internal" } },
  });
  await read();
  expect(lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toMatch(/home|shop|whsec|h\.example/);
});
