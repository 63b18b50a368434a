// @vitest-environment happy-dom
import type { RequestValue } from "@callboard/protocol";
import { afterEach, expect, it } from "vitest";
import { openCreator } from "../testing/creator-stage.tsx";
import { halfPastTwo } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const subject = "order/1";
const work = `work:${subject}` as const;
const names = ["db", "web", "mail"] as const;
type Name = (typeof names)[number];
const idOf = (name: Name): `req_${string}` => `req_${name.padEnd(10, "0")}`;
const asked = (name: Name, more: Partial<RequestValue> = {}): RequestValue =>
  requestOf({
    requestId: idOf(name),
    subject,
    thread: name,
    prompt: `Go on with ${name}?`,
    verbs: ["approve", "reject"],
    candidates: [],
    askedAt: halfPastTwo - 60_000 + names.indexOf(name),
    ...more,
  });
const keyed = (...requests: RequestValue[]) =>
  Object.fromEntries(requests.map((request) => [`request/${request.requestId}`, request]));

/** The page with three open questions of one subject, and a row in the inbox for each. */
async function threeAsked(hash = "") {
  const page = await openCreator(hash);
  ends.push(page.close);
  await page.put("inbox:user/ana", keyed(...names.map((name) => asked(name))));
  await page.put(work, keyed(...names.map((name) => asked(name))));
  const row = (name: Name) => page.one(`[data-request="${idOf(name)}"] button`);
  const block = (name: Name) => page.one(`[data-asked="${idOf(name)}"]`);
  const prompts = () => page.all("[data-question] .prompt").map((prompt) => prompt.textContent);
  return { ...page, row, block, prompts };
}

it("shows the question whose row is pressed, and marks that row", async () => {
  const { row, click, prompts, one, all } = await threeAsked();
  for (const name of ["web", "db", "mail", "web"] as const) {
    await click(row(name));
    expect(prompts()).toEqual([`Go on with ${name}?`]);
    expect(window.location.hash).toBe(`#/q/${idOf(name)}`);
    expect(all('[aria-current="true"]')).toEqual([row(name)]);
    expect(document.activeElement).toBe(one("[data-question] h2"));
  }
});

it("answers three open questions of one subject in the order in which they are pressed", async () => {
  const { row, click, send, one, put, sent, answer, prompts } = await threeAsked();
  for (const [index, name] of (["web", "mail", "db"] as const).entries()) {
    await click(row(name));
    await send("Approve", one(".answer"));
    await answer(index);
    await put(work, keyed(asked(name, { state: "relayed" })));
    await put("inbox:user/ana", { [`request/${idOf(name)}`]: null });
    expect(prompts()).toEqual([`Go on with ${name}?`]);
  }
  expect(sent.map(({ input }) => input.requestId)).toEqual([idOf("web"), idOf("mail"), idOf("db")]);
});

it("keeps the others as rows that open in their place, and answers one while another is under way", async () => {
  const { block, press, send, all, sent, answer } = await threeAsked("#video=order/1");
  expect(all("[data-question] .prompt")).toHaveLength(1);
  await press("Go on with db?", block("db"));
  await press("Go on with web?", block("web"));
  await send("Approve", block("db"));
  await send("Approve", block("web"));
  expect(sent.map(({ input }) => input.requestId)).toEqual([idOf("db"), idOf("web")]);
  await answer(1);
  expect(block("web").querySelector('[data-answer="accepted"]')).not.toBeNull();
  expect(block("db").querySelector('[data-answer="accepted"]')).toBeNull();
});

it("returns by its address to the question that was pressed", async () => {
  const { prompts } = await threeAsked(`#video=order/1&request=${idOf("db")}`);
  expect(prompts()).toEqual(["Go on with db?"]);
});

it("shows no other question in place of an unknown one", async () => {
  const { prompts, page, block } = await threeAsked("#video=order/1&request=req_gone000000");
  expect(prompts()).toEqual([]);
  expect(page.textContent).toContain("is not here, or no longer exists");
  expect(block("web").textContent).toContain("Go on with web?");
});

it("does not show another question at the moment one is answered", async () => {
  const { send, one, put, answer, prompts, all } = await threeAsked("#video=order/1");
  expect(prompts()).toEqual(["Go on with mail?"]);
  await send("Approve", one(".answer"));
  await answer(0);
  await put(work, keyed(asked("mail", { state: "relayed" })));
  expect(prompts()).toEqual(["Go on with mail?"]);
  expect(all("[data-asked]")).toHaveLength(3);
});

it("sends the comment with any verb", async () => {
  const { one, type, press, send, sent, block } = await threeAsked("#video=order/1");
  await press("Add a comment", one(".answer"));
  await type(one(".comment textarea") as HTMLTextAreaElement, " because it is late ");
  await send("Approve", one(".answer"));
  await press("Go on with db?", block("db"));
  await send("Reject", block("db"));
  expect(sent.map(({ input }) => [input.verb, input.comment])).toEqual([
    ["approve", "because it is late"],
    ["reject", undefined],
  ]);
});

it("uses the question's own labels on its buttons, and keeps the lines of its prompt", async () => {
  const page = await openCreator("#video=order/1");
  ends.push(page.close);
  const prompt = "Plan:\n1. stop\n2. migrate\n\nGo ahead?";
  const labels = { approve: "Release it", reject: "Hold" };
  await page.put(work, keyed(asked("db", { prompt, labels, lang: "en-GB" })));
  const buttons = page.all(".answer-ways button");
  expect(buttons.map((button) => button.textContent)).toEqual(["Release it", "Hold"]);
  for (const button of buttons)
    expect(button.querySelector("span")).toMatchObject({ lang: "en-GB", dir: "auto" });
  expect(page.one(".prompt").textContent).toBe(prompt);
  expect([page.one(".prompt").lang, page.one(".prompt").dir]).toEqual(["en-GB", "auto"]);
});
