// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { openCreator } from "../testing/creator-stage.tsx";
import { halfPastTwo } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(hash = "#video=order/1", videos?: Parameters<typeof openCreator>[1]) {
  const page = await openCreator(hash, videos);
  ends.push(page.close);
  return page;
}

const work = "work:order/1";
const odd: [what: string, text: string][] = [
  ["a script", "<script>alert(1)</script>"],
  ["an override of direction", "\u202eevil"],
  ["control characters", "\u0000\u0007\u001b"],
  ["words from right to left", "שלום עולם"],
  ["families of emoji", "👩‍👩‍👧‍👦".repeat(50)],
  ["10,000 letters without a space", "x".repeat(10_000)],
  ["__proto__", "__proto__"],
  ["constructor", "constructor"],
];
let deep: unknown = 1;
for (let n = 0; n < 2000; n++) deep = { deep };
const wild: unknown[] = [
  ...[7, "text", [], {}, deep, true],
  { at: 8.64e15 + 1, deadline: Number.NaN, startedAt: 1e300, askedAt: -1, until: "noon" },
];
const everywhere = (prefix: string) =>
  Object.fromEntries(wild.map((value, n) => [`${prefix}/wild${n}`, value]));
const question = requestOf({ subject: "order/1", candidates: ["good"] });
const good = { thread: "title", round: 1, by: question.requestId, id: "good", title: "The good one" };

it("shows readable questions beside unreadable ones, each with the answers that need nothing", async () => {
  const { put, all, one, page, press, send, sent } = await open();
  await put(work, {
    ...everywhere("request"),
    "request/req_0123456789": question,
    "request/req_broken0000": {
      ...question,
      prompt: 7,
      deadline: 8.64e15 + 1,
      verbs: ["approve", "reject", "pick"],
    },
    "request/__proto__": { ...question, requestId: "__proto__" },
  });
  const ids = all("[data-asked]").map((block) => block.dataset.asked);
  expect(ids).toContain("req_0123456789");
  expect(ids).toContain("__proto__");
  expect(ids).toHaveLength(wild.length + 3);
  const broken = one('[data-asked="req_broken0000"]');
  await press("req_broken0000", broken);
  expect(broken.textContent).toContain("This could not be shown. request/req_broken0000");
  expect(broken.querySelector("pre")?.textContent).toContain('"deadline": 8640000000000001');
  await send("Approve", broken);
  expect(sent[0]?.input).toMatchObject({ requestId: "req_broken0000", round: 1, verb: "approve" });
  expect(page.querySelector(".notice")).toBeNull();
});

it("shows a question with only unreadable optional texts, with all ways to answer", async () => {
  const { put, one, all } = await open();
  const labels = { pick: "x".repeat(61) };
  await put(work, {
    "request/req_0123456789": { ...question, deadline: 8.64e15 + 1, labels, lang: 7, title: {} },
    [`candidate/title/1/${question.requestId}/good`]: good,
  });
  expect(one(".question").textContent).toContain("Not all of this question could be shown.");
  expect(all('[data-candidate="good"] input')).toHaveLength(1);
  expect(one(".answer").textContent).toContain("Choose this one");
});

it("can answer a question from an address although nothing of it can be read", async () => {
  const { put, one, send, sent } = await open("#video=order/1&request=req_broken0000");
  await put(work, { "request/req_broken0000": { verbs: ["answer", "approve"] } });
  await send("Approve", one("[data-plain]"));
  const replyId = expect.stringMatching(/^rpl_[0-9a-f]{32}$/);
  expect(sent[0]?.input).toEqual({ requestId: "req_broken0000", round: 1, verb: "approve", replyId });
});

it("draws the valid proposal among invalid ones, and lets a partly readable one be chosen", async () => {
  const { put, all, page } = await open();
  const own = `candidate/title/1/${question.requestId}`;
  await put(work, {
    ...everywhere("candidate"),
    ...everywhere(own),
    "request/req_0123456789": question,
    [`${own}/good`]: good,
    [`${own}/torn`]: { ...good, id: "torn", description: 7 },
    [`${own}/__proto__`]: { ...good, id: "__proto__", title: "Named oddly" },
  });
  expect(all("[data-candidate] strong").map((title) => title.textContent)).toEqual(
    expect.arrayContaining(["The good one", "Named oddly"]),
  );
  expect(all('[data-candidate="torn"] input')).toHaveLength(1);
  expect(page.querySelector(".notice")).toBeNull();
});

it.each(odd)("shows what people wrote as they wrote it: %s", async (_, text) => {
  const { put, page, all, one, click } = await open();
  const prompt = `${text}\n\nsecond line`;
  await put(work, {
    title: { title: text },
    "request/req_0123456789": {
      ...question,
      prompt,
      labels: { pick: text.slice(0, 60), reject: text.slice(0, 60) },
    },
    [`candidate/title/1/${question.requestId}/good`]: {
      ...good,
      title: text,
      description: text,
      more: {
        [text]: text,
        price: 12.5,
        url: "https://shop.example/a",
        constructor: [text],
        nested: { [text]: text },
      },
    },
    "warning/w": { code: "shared_thread", message: text.slice(0, 300) },
    "step/run1/build": {
      execution: "run1",
      step: "build",
      state: "failed",
      attempt: 1,
      message: text.slice(0, 300),
      cause: text,
      startedAt: 1,
      at: 2,
    },
    "execution/run1": { execution: "run1", state: "failed", startedAt: 1, message: text.slice(0, 300) },
    "attending/req_0123456789/ben": {
      requestId: question.requestId,
      user: { id: "ben", name: text },
      state: "shown",
      at: 1,
      until: halfPastTwo + 9e4,
    },
  });
  expect(page.querySelector("script")).toBeNull();
  expect(page.querySelector(".notice, [data-broken]")).toBeNull();
  expect(page.querySelector(".prompt")?.textContent).toBe(prompt);
  await click(one('[data-candidate="good"] .candidate-toggle'));
  for (const element of all(".people-text")) expect(element.getAttribute("lang")).toBe("");
  expect(all("[data-candidate] strong").map((title) => title.textContent)).toEqual([text]);
  expect(all(".step-message").map((message) => message.textContent)).toEqual([text.slice(0, 300)]);
  expect(all('[data-field="url"] a').map((link) => [link.getAttribute("href"), link.textContent])).toEqual([
    ["https://shop.example/a", "shop.example"],
  ]);
});

it("draws readable steps, runs, warnings and people beside unreadable ones, and names these", async () => {
  const { put, all, page } = await open();
  await put(work, {
    ...everywhere("step"),
    ...everywhere("execution"),
    ...everywhere("warning"),
    ...everywhere("attending"),
    avatar: { object: 7 },
    title: 7,
    viewers: { count: "many" },
    "request/req_0123456789": question,
    "step/run1/constructor": {
      execution: "run1",
      step: "constructor",
      state: "running",
      attempt: 1,
      percent: 1e300,
      startedAt: 1,
      at: 2,
    },
    "execution/run1": { execution: "run1", state: "running", startedAt: 8.64e15 },
    "warning/good": { code: "shared_thread", message: "Look here" },
  });
  expect(all('[data-step="constructor"]')).toHaveLength(1);
  expect(all("[data-warning]").map((warning) => warning.textContent?.trim())).toEqual(["Look here"]);
  expect(all("[data-broken]").map((row) => row.dataset.broken)).toEqual(
    expect.arrayContaining(["step/wild0", "execution/wild0", "warning/wild0"]),
  );
  expect(page.querySelector(".notice")).toBeNull();
});

it("lists questions and outcomes beside lines that cannot be read", async () => {
  const { put, all, one, page } = await open("");
  await put("inbox:user/ana", {
    ...everywhere("request"),
    ...everywhere("receipt"),
    "request/req_0123456789": { ...question, title: "Order of Ana" },
    "receipt/r1": {
      replyId: "r1",
      requestId: question.requestId,
      subject: "order/1",
      verb: "pick",
      status: "relayed",
      at: 8.64e15,
    },
  });
  expect(one('[data-group]:has([data-request="req_0123456789"])').textContent).toContain("Order of Ana");
  expect(all("[data-receipt]")).toHaveLength(1);
  expect(all("[data-broken]").length).toBeGreaterThan(wild.length);
  expect(page.querySelector(".notice")).toBeNull();
});

it("lists a video beside one with a time out of range", async () => {
  const video = {
    videoId: "v",
    subject: "video/v",
    name: "Good",
    startedAt: 1,
    videoUrl: undefined,
    captionsUrl: undefined,
  };
  const { all, one } = await open("", [
    { ...video, videoId: "w", subject: "video/w", name: "Wild", startedAt: 8.64e15 + 1 },
    video,
  ]);
  expect(all(".row strong").map((name) => name.textContent)).toEqual(["Good"]);
  expect(one("[data-broken]").dataset.broken).toBe("video/w");
});
