// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { act } from "../testing/act.ts";
import { openCreator } from "../testing/creator-stage.tsx";
import { requestOf } from "../testing/request.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const requestId = "req_0123456789";
const subject = "order/7";
const asked = requestOf({ subject, verbs: ["approve"], candidates: [], prompt: "Go on?" });
const keyed = { [`request/${requestId}`]: asked };
const open = async (hash: string, options: Parameters<typeof openCreator>[3] = {}) => {
  const page = await openCreator(hash, [], undefined, options);
  ends.push(page.close);
  const prompts = () => page.all("[data-question] .prompt").map(({ textContent }) => textContent);
  return { ...page, prompts };
};

it("finds the subject of a question in the inbox, and keeps it once it is answered", async () => {
  const { put, prompts, asked: looked } = await open(`#/q/${requestId}`);
  await put("inbox:user/ana", keyed);
  await put(`work:${subject}`, keyed);
  expect(prompts()).toEqual(["Go on?"]);
  await put(`work:${subject}`, { [`request/${requestId}`]: { ...asked, state: "relayed" } });
  await put("inbox:user/ana", { [`request/${requestId}`]: null });
  expect(prompts()).toEqual(["Go on?"]);
  expect(looked).toEqual([requestId]);
});

it("finds the subject of a question that is in no inbox over HTTP", async () => {
  const {
    put,
    prompts,
    asked: looked,
  } = await open(`#/q/${requestId}`, { found: { kind: "found", subject } });
  await put(`work:${subject}`, keyed);
  expect([prompts(), looked]).toEqual([["Go on?"], [requestId]]);
});

it("shows that a question is unknown, and keeps loading without an answer", async () => {
  const unknown = await open(`#/q/${requestId}`);
  expect(unknown.one("[data-desk=unknown] h1").textContent).toBe("This question is not known here");
  await unknown.close();
  ends.pop();
  const unanswered = await open(`#/q/${requestId}`, { found: { kind: "unreachable" } });
  expect(unanswered.one("[data-desk]").dataset.desk).toBe("looking");
});

it("shows that a mistyped address has no page, and links back to the inbox", async () => {
  const { one, all, press } = await open("#/v/<script>");
  expect(one("[data-desk=malformed]").textContent).toBe("There is no page at this address");
  expect(one(".creator").dataset.at).toBe("desk");
  expect(window.location.hash).toContain("script");
  await press("Inbox");
  expect([one(".creator").dataset.at, ...all("[data-desk=malformed]")]).toEqual(["inbox"]);
});

it.each([
  [`#video=order/7&request=${requestId}`, `#/q/${requestId}`],
  ["#video=v_1", "#/v/v_1"],
  ["#/v/video/v_1", "#/v/v_1"],
])("writes the address %s as %s", async (old, now) => {
  await open(old);
  expect(window.location.hash).toBe(now);
});

it("returns to the inbox, with its count, at the former position", async () => {
  const { put, one, click, all, press } = await open("");
  await put("inbox:user/ana", keyed);
  await put(`work:${subject}`, keyed);
  await click(one(`[data-request="${requestId}"] button`));
  expect(one(".creator").dataset.at).toBe("desk");
  expect(one(".back-to-inbox button").textContent).toBe("Inbox (1)");
  await press("Inbox (1)");
  expect(one(".creator").dataset.at).toBe("inbox");
  expect(window.location.hash).toBe("");
  expect(document.activeElement).toBe(one(`[data-request="${requestId}"] button`));
  expect(all("[data-question]")).toEqual([]);
});

it("returns to the inbox from a question with an invalid id", async () => {
  const { put, one, press } = await open("#/v/order/7");
  await put("inbox:user/ana", keyed);
  await put(`work:${subject}`, { 'request/req_"]': { verbs: ["approve"] } });
  expect(one("[data-asked]").dataset.asked).toBe('req_"]');
  await press("Inbox (1)");
  expect(document.activeElement).toBe(one(`[data-request="${requestId}"] button`));
});

it("plays the sample from the empty page, in the page's language", async () => {
  const wished: unknown[] = [];
  const { press, one } = await open("", {
    sample: (...all) => {
      wished.push(all);
      return { ok: true, value: { subject: "video/v_1" } };
    },
  });
  expect(one("[data-desk=first]").textContent).toContain("A talk of four minutes");
  await press("Play the sample");
  // The code for it comes first.
  const begun = () => act(async () => expect(wished).toEqual([[600, "upload", "en"]]));
  await vi.waitFor(begun, { timeout: 10_000 });
  expect(window.location.hash).toBe("#/v/v_1");
});

it("opens the form with files that are dropped anywhere", async () => {
  const { page, one, all, put } = await open("");
  expect(all("dialog[open]")).toEqual([]);
  const event = new Event("drop", { cancelable: true });
  Object.assign(event, {
    dataTransfer: { types: ["Files"], files: [new File(["WEBVTT"], "talk.vtt", { type: "text/vtt" })] },
  });
  window.dispatchEvent(event);
  await put("inbox:user/ana", {});
  expect(event.defaultPrevented).toBe(true);
  expect(one("dialog[open]").textContent).toContain("talk.vtt");
  expect(page.querySelector(".drop-zone")).toBeNull();
});
