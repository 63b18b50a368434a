import { onTestFinished } from "vitest";
import { connect } from "../callboard.ts";
import type { CallboardQuestionElement } from "../element/index.ts";
import type { FakeCallboard as Fake, FakeAsk, FakeQuestion } from "../fake/index.ts";
import { fakeCallboard } from "./fake/index.ts";

/** The subject of the questions. */
export const subject = "order/7";

/** Resolves once all changes are drawn. */
export const drawn = async (fake?: Fake) => {
  for (let turn = 0; turn < 6; turn++) {
    await fake?.settled();
    await Promise.resolve();
  }
};

/** A fake with one question, and an element in which Ana sees it. */
export async function stage(asked: Partial<FakeAsk> | false = {}, attributes: Record<string, string> = {}) {
  const fake = fakeCallboard();
  const ask = (more: Partial<FakeAsk> = {}) =>
    fake.ask({ subject, prompt: "Ship it?", verbs: ["approve", "reject"], assignees: ["user/ana"], ...more });
  const question = asked && (await ask(asked));
  const client = connect(fake.as("user/ana"));
  onTestFinished(client.close);
  const element = document.createElement("callboard-question");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.client = client;
  document.body.append(element);
  await drawn(fake);
  const root = element.shadowRoot!;
  return { fake, ask, question: question as FakeQuestion, client, element, ...inside(element, fake), root };
}

/** What a person sees and does in an element. */
export function inside(element: CallboardQuestionElement, fake: Fake) {
  const root = element.shadowRoot!;
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];
  return {
    all,
    text: (selector: string) =>
      all(selector)
        .map((one) => one.textContent.replace(/[\u2068\u2069]/g, ""))
        .join(" | "),
    buttons: () => all("button").map((one) => one.textContent),
    async press(label: string) {
      const found = all("button").find(
        (one) => one.textContent === label || one.getAttribute("aria-label") === label,
      );
      if (!found)
        throw new Error(`no button "${label}" among ${all("button").map((one) => one.textContent)}`);
      found.focus();
      found.click();
      await drawn(fake);
    },
    async type(selector: string, value: string, kind = "input") {
      const [input] = all(selector) as HTMLInputElement[];
      input!.value = value;
      input!.dispatchEvent(new Event(kind, { bubbles: true }));
      await drawn(fake);
    },
    async choose(title: string) {
      const label = all("label").find((one) => one.textContent.includes(title))!;
      const input = label.querySelector("input")!;
      input.checked = !input.checked || input.type === "radio";
      input.dispatchEvent(new Event("change", { bubbles: true }));
      await drawn(fake);
    },
  };
}
