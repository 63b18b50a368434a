// @vitest-environment happy-dom
import type { RequestValue } from "@callboard/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCreator } from "../testing/creator-stage.tsx";
import { halfPastTwo } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";
import { englishForTests } from "../testing/words.ts";
import { turnKeys } from "../ui/use-keys.ts";

const ends: (() => Promise<void>)[] = [];
beforeEach(() => turnKeys(true));
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const idOf = (n: number): `req_${string}` => `req_${String(n).padStart(10, "0")}`;
const minute = 60_000;

/** Question `n` of one of two orders; the lower, the more urgent. */
const asked = (n: number, more: Partial<RequestValue> = {}) =>
  requestOf({
    requestId: idOf(n),
    subject: `order/${n % 2}`,
    thread: `t${n}`,
    prompt: `Question ${n}?`,
    verbs: ["approve"],
    candidates: [],
    deadline: halfPastTwo + (n + 1) * 10 * minute,
    ...more,
  });
const keyed = (...requests: RequestValue[]) =>
  Object.fromEntries(requests.map((request) => [`request/${request.requestId}`, request]));

async function open(count: number, words?: Parameters<typeof openCreator>[2]) {
  const page = await openCreator("", [], words);
  ends.push(page.close);
  const questions = Array.from({ length: count }, (_, n) => asked(n));
  await page.put("inbox:user/ana", keyed(...questions));
  for (const subject of ["order/0", "order/1"] as const)
    await page.put(`work:${subject}`, keyed(...questions.filter((one) => one.subject === subject)));
  const rows = () => page.all("[data-request]").map(({ dataset }) => Number(dataset.request!.slice(4)));
  const focused = () =>
    document.activeElement?.closest("[data-request]")?.querySelector("strong")?.textContent ?? "";
  const shown = () => page.all("[data-question] .prompt").map(({ textContent }) => textContent);
  return { ...page, rows, focused, shown };
}

it("shows each subject once with its questions below it, the most urgent first, and how long is left", async () => {
  const { all, one, rows, put } = await open(5);
  expect(rows()).toEqual([0, 2, 4, 1, 3]);
  expect(all("[data-group] h3 .people-text").map(({ textContent }) => textContent)).toEqual(["0", "1"]);
  expect(one(`[data-request="${idOf(0)}"]`).textContent).toBe("Question 0?10 min left");
  await put("inbox:user/ana", keyed(asked(3, { round: 2, title: "Two", remindedAt: halfPastTwo } as never)));
  expect(rows()[0]).toBe(3);
  expect(one(`[data-request="${idOf(3)}"]`).textContent).toBe("Question 3?Reminderround 240 min left");
});

it("distinguishes equal names by start time, in the reader's time zone", async () => {
  const { all, put } = await open(0, { ...englishForTests, timeZone: "America/Los_Angeles" });
  const hour = 60 * minute;
  const [now, before] = [halfPastTwo - hour, halfPastTwo - 14 * hour];
  await put(
    "inbox:user/ana",
    keyed(asked(0, { title: "Two", askedAt: now }), asked(1, { title: "Two", askedAt: before })),
  );
  expect(all("[data-group] h3 .people-text").map(({ textContent }) => textContent)).toEqual([
    "Two · 05:30",
    "Two · 30 Apr 2026, 16:30",
  ]);
});

it("moves by j and k, opens by Enter, and lets Tab reach one row only", async () => {
  const { key, focused, shown, all } = await open(4);
  expect(all('[data-request] button[tabindex="0"]')).toHaveLength(1);
  await key("j");
  expect(focused()).toBe("Question 0?");
  await key("j");
  await key("j");
  await key("k");
  expect(focused()).toBe("Question 2?");
  await key("Enter");
  expect(shown()).toEqual(["Question 2?"]);
  expect(window.location.hash).toBe(`#/q/${idOf(2)}`);
  await key("j");
  expect(focused()).toBe("Question 1?");
  expect(all('[data-request] button[tabindex="0"]')).toHaveLength(1);
});

it("moves by the arrow keys, Home and End within the list", async () => {
  const { key, focused } = await open(4);
  await key("j");
  for (const [pressed, there] of [
    ["ArrowDown", 2],
    ["End", 3],
    ["ArrowDown", 3],
    ["ArrowUp", 1],
    ["Home", 0],
    ["ArrowUp", 0],
  ] as const) {
    await key(pressed);
    expect(focused()).toBe(`Question ${there}?`);
  }
});

it("moves by n to the row in place of an answered one, and from the end to the beginning", async () => {
  const { key, shown, put, click, one } = await open(4);
  await click(one(`[data-request="${idOf(2)}"] button`));
  await put("work:order/0", keyed(asked(2, { state: "relayed" })));
  await put("inbox:user/ana", { [`request/${idOf(2)}`]: null });
  expect(shown()).toEqual(["Question 2?"]);
  await key("n");
  expect(shown()).toEqual(["Question 1?"]);
  await key("n");
  await key("n");
  expect(shown()).toEqual(["Question 0?"]);
});

it("searches by prompt and subject, moves among results, and clears by Escape", async () => {
  const { key, type, rows, shown, one, focused } = await open(6);
  await key("/");
  const field = one('input[type="search"]') as HTMLInputElement;
  expect(document.activeElement).toBe(field);
  await type(field, "order/1");
  expect(rows()).toEqual([1, 3, 5]);
  expect(one(".inbox-found").textContent).toBe("3 found");
  await key("Enter");
  expect(focused()).toBe("Question 1?");
  await key("Enter");
  await key("n");
  expect(shown()).toEqual(["Question 3?"]);
  await key("/");
  await type(field, "nothing such");
  expect([rows(), one(".inbox-found").textContent]).toEqual([[], "Nothing found."]);
  await key("Escape");
  expect(rows()).toHaveLength(6);
  await key("Escape");
  expect(document.activeElement).not.toBe(field);
});

it("ignores a key that is typed into a field, held with another, or pressed in a dialog", async () => {
  const { key, focused, one, press } = await open(4);
  const field = one('input[type="search"]');
  field.focus();
  await key("j");
  expect(document.activeElement).toBe(field);
  field.blur();
  for (const held of ["ctrlKey", "altKey", "metaKey", "shiftKey"]) await key("j", { [held]: true });
  await key("j", { isComposing: true });
  expect(focused()).toBe("");
  await press("Keys");
  await key("j");
  expect(focused()).toBe("");
});

it.each([
  ["a Russian keyboard", "о", "KeyJ"],
  ["a Korean one", "ㅓ", "KeyJ"],
  ["an input method that has taken the key", "Process", "KeyJ"],
  ["Caps Lock", "J", "KeyJ"],
  ["a keyboard whose letters lie elsewhere", "j", "KeyC"],
])("recognizes j of %s", async (_, key, code) => {
  const page = await open(2);
  await page.key(key, { code });
  expect(page.focused()).toBe("Question 0?");
});

it("turns its keys off permanently, and on again", async () => {
  const { key, press, one, click, focused, all } = await open(2);
  await key("?");
  await click(one("dialog[open] input[type=checkbox]"));
  expect(localStorage.getItem("callboard.keys")).toBe("off");
  await press("Close");
  await key("j");
  await key("?");
  expect([focused(), all("dialog[open]")]).toEqual(["", []]);
  await press("Keys");
  await click(one("dialog[open] input[type=checkbox]"));
  await press("Close");
  await key("j");
  expect(focused()).toBe("Question 0?");
});

it("counts open questions in the title and on the icon, and nothing once they are answered", async () => {
  const icon = document.head.appendChild(document.createElement("link"));
  icon.rel = "icon";
  icon.href = "https://callboard.test/icon.svg";
  const { put } = await open(2);
  expect(document.title).toBe("(2) Creator · Callboard");
  expect(decodeURIComponent(icon.href)).toMatch(/^data:image\/svg\+xml,<svg.*>2<\/text>/);
  await put("inbox:user/ana", { [`request/${idOf(0)}`]: null, [`request/${idOf(1)}`]: null });
  expect([document.title, icon.href]).toEqual(["Creator · Callboard", "https://callboard.test/icon.svg"]);
  icon.remove();
});

it("collapses the outcomes of the user's answers into a summary line", async () => {
  const { put, one, all } = await open(0);
  const receipt = (n: number, status: string) => ({
    [`receipt/r${n}`]: {
      replyId: `r${n}`,
      requestId: idOf(n),
      subject: "order/1",
      verb: "approve",
      status,
      at: halfPastTwo,
    },
  });
  await put("inbox:user/ana", { ...receipt(1, "relayed"), ...receipt(2, "relayed") });
  expect(one(".receipts-fold summary").textContent).toBe("Results of your answers (2)");
  expect(one(".receipts-fold .lamp").dataset.lamp).toBe("go");
  await put("inbox:user/ana", receipt(3, "undeliverable"));
  expect(one(".receipts-fold summary").textContent).toBe("Results of your answers (3) · 1 did not arrive");
  expect([(one(".receipts-fold") as HTMLDetailsElement).open, all("[data-receipt]").length]).toEqual([
    false,
    3,
  ]);
});
