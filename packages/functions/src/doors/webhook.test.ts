import { once } from "node:events";
import type { Notice, NoticedQuestion } from "@callboard/core";
import { readDoorLink, WebhookBody } from "@callboard/protocol";
import { signWebhook, verifyWebhook, webhookSecret } from "@callboard/tokens";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { hooksCertificate as ca, type HooksServer, hooksServer } from "../testing/hooks-server.ts";
import { type GuardedFetch, guardedFetch } from "./guarded-fetch.ts";
import { webhookDoor } from "./webhook.ts";

const start = Date.UTC(2026, 0, 1, 12);
let now = start;
const [newer, older] = [webhookSecret(), webhookSecret()];
const secrets = [newer, older];

const question: NoticedQuestion = {
  requestId: "req_0123456789",
  subject: "video/v_1",
  thread: "title",
  round: 2,
  title: "Übung 動画",
  prompt: "Which title?",
  lang: "en",
  labels: { pick: "Take it" },
  verbs: ["pick", "edit"],
  candidates: [
    {
      id: "a",
      source: "Model 1",
      title: "One",
      description: "The first",
      picture: "https://p.example/a.png",
    },
    { id: "b", title: "Two" },
  ],
  schema: { type: "string" },
  digest: "d1",
  askedAt: start - 60_000,
  deadline: start + 60_000,
  default: { verb: "pick", candidateId: "a" },
  token: "an.answer-token_of-a-question",
};
const bare: NoticedQuestion = {
  requestId: "req_9876543210",
  subject: "order/7",
  thread: "ok",
  round: 1,
  prompt: "Fine?",
  verbs: ["approve"],
  candidates: [],
  digest: "d2",
  askedAt: start,
  token: "another",
};
const notice: Notice = {
  id: "ntc_1",
  occasion: "asked",
  to: { user: "ana", name: "Ana", lang: "en", zone: "Europe/Lisbon" },
  questions: [question],
  others: 3,
  unsubscribeToken: "never-told",
};

/** The requests that came, and the receiver's answers: a status, its headers, a body. */
let came: { headers: Headers; body: string }[] = [];
let answers: [status: number, headers?: Record<string, string>][] = [];
let hooks: HooksServer;
beforeAll(async () => {
  hooks = await hooksServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    came.push({ headers: new Headers(request.headers as Record<string, string>), body });
    const [status, headers] = answers.shift() ?? [200];
    response.writeHead(status, headers).end("whatever");
  });
});
afterAll(() => hooks.close());
beforeEach(() => {
  came = [];
  answers = [];
  now = start;
});

const HERE = "127.0.0.1";
const fetch = guardedFetch({ resolve: async () => [HERE], allow: (ip) => ip === HERE, ca });
const doorWith = (by: GuardedFetch) =>
  webhookDoor({ fetch: by, pages: "https://pages.example/", apiUrl: "https://api.example/", now: () => now });
const door = doorWith(fetch);
const target = () => ({ url: `https://hooks.example:${hooks.port}/callboard`, secrets });
const send = (what: Notice = notice) => door.send(target(), what);

it("posts a question whole, signed so that each secret reads it", async () => {
  expect(await send()).toEqual({ outcome: "sent" });
  const [{ headers, body }] = came as [(typeof came)[0]];
  expect(headers.get("content-type")).toBe("application/json");
  expect(headers.get("webhook-timestamp")).toBe(String(start / 1000));
  const { token, ...shown } = question;
  const told = {
    type: "feedback.asked",
    timestamp: "2026-01-01T12:00:00.000Z",
    data: {
      user: { id: "ana", name: "Ana" },
      questions: [
        {
          ...shown,
          link: "https://pages.example/answer.html#an.answer-token_of-a-question",
          answer: { url: "https://api.example/answers", token },
        },
      ],
      others: 3,
    },
  };
  for (const secret of secrets)
    expect(verifyWebhook(secret, headers, body, now)).toEqual({ id: "ntc_1", body: told });
  expect(readDoorLink(new URL(told.data.questions[0]!.link).hash)).toEqual({ opens: "answer", token });
});

it("posts only fields of its schema, and all required ones", async () => {
  const more = { ...question, taskToken: "never-told", assignees: ["user/bo"] };
  const candidates = [{ id: "a", title: "A", internal: "never-told" }];
  await send({ ...notice, questions: [{ ...more, candidates }, bare], occasion: "reminded" });
  const body = JSON.parse(came[0]!.body);
  expect(WebhookBody.parse(body)).toEqual(body);
  expect(came[0]!.body).not.toMatch(/never-told|user\/bo|zone|Lisbon/);
});

it.each([
  ["asked", 1, "feedback.asked"],
  ["reminded", 1, "feedback.reminded"],
  ["asked", 2, "feedback.digest"],
  ["reminded", 2, "feedback.digest"],
] as const)("sends its type: %s, %i questions: %s", async (occasion, count, type) => {
  await send({ ...notice, occasion, questions: [question, bare].slice(0, count) });
  expect(JSON.parse(came[0]!.body)).toMatchObject({ type, data: { questions: { length: count } } });
});

it("sends one notice three times under one id, each time signed for its own time", async () => {
  answers = [[500], [503], [204]];
  const outcomes: string[] = [];
  for (let time = 0; time < 3; time++) {
    outcomes.push((await send()).outcome);
    now += 600_000;
  }
  expect(outcomes).toEqual(["again", "again", "sent"]);
  const ids = came.map(
    ({ headers, body }, time) => verifyWebhook(older, headers, body, start + time * 600_000)?.id,
  );
  expect(ids).toEqual(["ntc_1", "ntc_1", "ntc_1"]);
  expect(new Set(came.map(({ headers }) => headers.get("webhook-signature"))).size).toBe(3);
});

it.each([200, 201, 202, 204, 299])("reports it as sent if the answer is %i", async (status) => {
  answers = [[status]];
  expect(await send()).toEqual({ outcome: "sent" });
});

it("is refused if the answer is 410", async () => {
  answers = [[410]];
  expect(await send()).toEqual({ outcome: "refused", reason: "it answered that it is gone permanently" });
});

it.each([
  [400, "it answered that it refuses this"],
  [401, "it answered that it refuses this"],
  [404, "it answered that it refuses this"],
  [408, "it answered that it refuses this"],
  [500, "it answered that it failed"],
  [502, "it answered that it failed"],
  [504, "it answered that it failed"],
  [300, "it did not answer that it accepted this"],
  [304, "it did not answer that it accepted this"],
])("is to be sent again if the answer is %i, whatever Retry-After says", async (status, reason) => {
  answers = [[status, { "retry-after": "60" }]];
  expect(await send()).toEqual({ outcome: "again", reason });
});

const DAY = 24 * 3600 * 1000;
it.each([
  ["120", 120_000],
  ["1", 1000],
  ["999999999", DAY],
  ["Thu, 01 Jan 2026 12:05:00 GMT", 300_000],
  ["Fri, 01 Jan 2100 00:00:00 GMT", DAY],
  ["Thu, 01 Jan 2026 11:59:00 GMT", undefined],
  ["0", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["1e9", undefined],
  ["soon", undefined],
  ["2026-01-01T12:05:00Z", undefined],
  ["Thu, 99 Foo 2026 12:05:00 GMT", undefined],
  ["", undefined],
  ["99999999999999999999", undefined],
])("waits as long as 429 and 503 ask for: %j", async (header, afterMs) => {
  for (const status of [429, 503]) {
    answers = [[status, { "retry-after": header }]];
    const reason = "it answered that it is overloaded";
    expect(await send()).toEqual({ outcome: "again", reason, ...(afterMs && { afterMs }) });
  }
  answers = [[429]];
  expect(await send()).not.toHaveProperty("afterMs");
});

it("is to be sent again if a post is redirected by 302, and follows 307", async () => {
  answers = [[302, { location: "/elsewhere" }]];
  expect(await send()).toMatchObject({ outcome: "again" });
  answers = [[307, { location: "/elsewhere" }]];
  expect(await send()).toEqual({ outcome: "sent" });
  expect(came).toHaveLength(3);
  expect(came[2]!.body).toBe(came[1]!.body);
});

it.each([
  ["http://hooks.example/", "its address does not begin with https:"],
  ["https://169.254.169.254/", "its address is not one of the public internet"],
  ["https://hooks.internal/", "its name is not of the public internet"],
  ["https://user:secret@hooks.example/", "its address contains a user name or a password"],
  ["", "its address is not a URL"],
])("is refused at a forbidden address, with a plain reason: %s", async (url, reason) => {
  const own = doorWith(guardedFetch({ resolve: async () => ["10.0.0.1"] }));
  expect(await own.send({ url, secrets }, notice)).toEqual({ outcome: "refused", reason });
});

it("is refused if the target redirects into a private network", async () => {
  answers = [[307, { location: "https://10.0.0.1/" }]];
  expect(await send()).toMatchObject({ outcome: "refused" });
});

it("is to be sent again if no answer comes in time", async () => {
  const silent = await hooksServer(() => {});
  const patient = doorWith(
    guardedFetch({ resolve: async () => [HERE], allow: (ip) => ip === HERE, ca, timeoutMs: 200 }),
  );
  expect(await patient.send({ url: `https://hooks.example:${silent.port}/`, secrets }, notice)).toEqual({
    outcome: "again",
    reason: "it took too long",
  });
  await silent.close();
});

it("has sent a notice that was accepted, however slow the rest of the answer is", async () => {
  const slow = await hooksServer((_, response) => {
    response.writeHead(200).write("o");
  });
  const dropped = once(slow.server, "request").then(([request]) => once(request.socket, "close"));
  const patient = doorWith(
    guardedFetch({ resolve: async () => [HERE], allow: (ip) => ip === HERE, ca, timeoutMs: 200 }),
  );
  expect(await patient.send({ url: `https://hooks.example:${slow.port}/`, secrets }, notice)).toEqual({
    outcome: "sent",
  });
  await dropped;
  await slow.close();
});

it("reveals nothing of the target or the question in its outcome", async () => {
  const told = /hooks\.example|callboard|Which title|an\.answer|whsec|whatever/;
  for (const status of [302, 400, 410, 429, 500]) {
    answers = [[status, { location: "https://hooks.example/whatever", "retry-after": "whatever" }]];
    expect(JSON.stringify(await send())).not.toMatch(told);
  }
});

it("throws for faults on its own side: an invalid secret, an id that is not a header value", async () => {
  await expect(door.send({ ...target(), secrets: ["secret"] }, notice)).rejects.toThrow("a secret must be");
  await expect(door.send(target(), { ...notice, id: "a\r\nx: 1" })).rejects.toThrow("id must be");
  expect(came).toEqual([]);
});

it("signs as a receiver would", async () => {
  await send();
  const [{ headers, body }] = came as [(typeof came)[0]];
  const own = signWebhook(secrets, { id: "ntc_1", at: start, body });
  for (const [name, value] of Object.entries(own)) expect(headers.get(name)).toBe(value);
});
