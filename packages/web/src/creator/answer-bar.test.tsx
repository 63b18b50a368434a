// @vitest-environment happy-dom
import type { RequestValue } from "@callboard/protocol";
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { openCreator } from "../testing/creator-stage.tsx";
import { requestOf } from "../testing/request.ts";
import { japaneseForTests } from "../testing/words.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const work = "work:order/1";
const id = "req_0123456789";

/** A question with that many proposals, each with a description. */
async function asked(count: number, more: Partial<RequestValue> = {}, words?: typeof japaneseForTests) {
  const page = await openCreator("#video=order/1", [], words);
  ends.push(page.close);
  const ids = Array.from({ length: count }, (_, n) => `c${n + 1}`);
  const question = requestOf({ subject: "order/1", candidates: ids, ...more });
  const ask = (changed: Partial<RequestValue> = {}) =>
    page.put(work, { [`request/${id}`]: { ...question, ...changed } });
  await page.put(
    work,
    Object.fromEntries(
      ids.map((one) => [
        `candidate/title/1/${id}/${one}`,
        { thread: "title", round: 1, by: id, id: one, title: `Title ${one}`, description: `About ${one}` },
      ]),
    ),
  );
  await ask();
  const press = (key: string, on: Element = document.body, keys: KeyboardEventInit = {}) =>
    act(async () => {
      on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...keys }));
    });
  const radio = (number: number) => page.all("[data-candidate] input")[number - 1] as HTMLInputElement;
  const checked = () =>
    page.all('[data-candidate]:has(input[type="radio"]:checked)').map((row) => row.dataset.candidate);
  const pickedText = () => page.one(".picked").textContent?.trim();
  return { ...page, ask, press: page.press, key: press, radio, checked, picked: pickedText };
}

it("marks one of the first nine by its digit, expands it, and goes to it", async () => {
  const { key, checked, picked, radio, all } = await asked(50);
  expect(all(".candidate-number[data-key]").map((number) => number.textContent)).toHaveLength(9);
  await key("5");
  expect(checked()).toEqual(["c5"]);
  expect(picked()).toBe("5 Title c5");
  expect(document.activeElement).toBe(radio(5));
  expect(all("[data-candidate][data-open]").map((row) => row.dataset.candidate)).toEqual(["c5"]);
  await key("2", radio(5));
  expect(checked()).toEqual(["c2"]);
  await key("0");
  await key("3", document.body, { ctrlKey: true });
  expect(checked()).toEqual(["c2"]);
  // French keyboards have their digits above signs.
  await key("4", document.body, { shiftKey: true });
  expect(checked()).toEqual(["c4"]);
});

it("treats a digit as text in a text field", async () => {
  const { key, checked, press, one } = await asked(3);
  await press("Add a comment");
  await key("2", one(".comment textarea"));
  expect(checked()).toEqual([]);
});

it("opens and closes one in its place by keyboard and button, marked or not", async () => {
  const { key, radio, all, click, one } = await asked(3);
  const open = () => all("[data-candidate][data-open]").map((row) => row.dataset.candidate);
  await key("ArrowRight", radio(2));
  expect(open()).toEqual(["c2"]);
  expect(one('[data-candidate="c2"]').textContent).toContain("About c2");
  await key("ArrowLeft", radio(2));
  expect(open()).toEqual([]);
  await click(one('[data-candidate="c3"] .candidate-toggle'));
  expect(open()).toEqual(["c3"]);
  await click(radio(1));
  expect(open()).toEqual(["c1", "c3"]);
  await key(" ", radio(1));
  expect(open()).toEqual(["c3"]);
});

it("shows which one is the default", async () => {
  const { one, all } = await asked(3, { default: { verb: "pick", candidateId: "c2" } });
  expect(all("[data-candidate] .tag").map((tag) => tag.textContent)).toEqual(["default"]);
  expect(one('[data-candidate="c2"]').textContent).toContain("default");
});

it("sends the marked one with Ctrl and Enter, once even if held, and restores it on undo", async () => {
  const { key, radio, press, one, all, sent, checked, type } = await asked(3);
  await press("Add a comment");
  await type(one(".comment textarea") as HTMLTextAreaElement, "why not");
  await key("2");
  await key("Enter", radio(2), { ctrlKey: true });
  await key("Enter", radio(2), { ctrlKey: true });
  expect(one(".held-text").textContent).toBe("About to send “Title c2”");
  expect(radio(1).disabled).toBe(true);
  expect(all(".answer-ways button").map((button) => button.textContent)).toEqual(["Send now", "Undo"]);
  await key("1");
  await press("Undo");
  expect([checked(), sent]).toEqual([["c2"], []]);
  expect((one(".comment textarea") as HTMLTextAreaElement).value).toBe("why not");
  await key("Enter", radio(2), { metaKey: true });
  await press("Send now");
  expect(sent.map(({ input }) => input)).toMatchObject([
    { verb: "pick", candidateId: "c2", comment: "why not" },
  ]);
});

it("moves to the proposals when the button is pressed without a mark", async () => {
  const { press, radio, sent } = await asked(3);
  await press("Choose this one");
  expect(document.activeElement).toBe(radio(1));
  expect(sent).toEqual([]);
});

it("accepts the user's own text in the bar, and moves to the required field", async () => {
  const { press, one, type, key, sent, send } = await asked(2);
  await key("1");
  await press("In your own words");
  const title = one(".edit input") as HTMLInputElement;
  expect([title.value, document.activeElement]).toEqual(["Title c1", title]);
  await type(title, " ");
  await press("Save and use");
  expect([title.getAttribute("aria-invalid"), document.activeElement]).toEqual(["true", title]);
  await type(title, "Mine");
  await send("Save and use");
  expect(sent[0]?.input).toMatchObject({
    verb: "edit",
    value: { title: "Mine", description: "About c1" },
    candidateId: "c1",
  });
});

it("announces the outcome once, in a line, and collapses the rest", async () => {
  const { key, send, answer, ask, all, one, page } = await asked(3);
  await key("3");
  await send("Choose this one");
  await answer(0);
  expect(all(".answer-bar")).toEqual([]);
  expect(one(".outcome-place").textContent).toBe("Your answer was accepted.");
  const reply = {
    replyId: "rpl_1",
    verb: "pick",
    candidateId: "c3",
    round: 1,
    by: { id: "ana", name: "Ana" },
    at: 1,
  } as const;
  await ask({ state: "relayed", reply });
  expect(one("[data-outcome]").textContent).toMatch(
    /^You chose “Title c3” at .*\. The workflow has the answer\.$/,
  );
  expect(page.textContent?.match(/You chose/g)).toHaveLength(1);
  expect(one(".asked-before").hasAttribute("open")).toBe(false);
});

it("shows that an answer was not sent because another person's came first", async () => {
  const { key, press, ask, one, sent } = await asked(3);
  await key("1");
  await press("Choose this one");
  const reply = {
    replyId: "rpl_bens",
    verb: "pick",
    candidateId: "c2",
    round: 1,
    by: { id: "ben", name: "Ben" },
    at: 1,
  } as const;
  await ask({ state: "answered", reply });
  expect(one("[data-outcome]").textContent).toMatch(
    /^Ben chose “Title c2” .*The answer you gave here was not sent\.$/,
  );
  expect(sent).toEqual([]);
});

it("shows all of it in Japanese", async () => {
  const { key, press, one, all, page } = await asked(3, {}, japaneseForTests);
  await key("1");
  await press("これを選ぶ");
  expect(one(".held-text").textContent).toBe("まもなく送信：「Title c1」");
  expect(all(".answer-ways button").map((button) => button.textContent)).toEqual(["今すぐ送信", "取り消す"]);
  expect(page.querySelector(".answer-bar")?.textContent).not.toMatch(/undo|sent/i);
});
