// @vitest-environment happy-dom
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import type { FormProblem } from "../headless/form-problem.ts";
import { stage } from "../testing/element-page.ts";
import { wordsFor } from "./words.ts";
import { en } from "./words-en.ts";
import { ja } from "./words-ja.ts";
import "./question-element.ts";

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("lang");
  sessionStorage.clear();
});

/** What the browser is set to, the best first. */
function wanted(...languages: string[]) {
  const languagesOf = vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
  onTestFinished(() => languagesOf.mockRestore());
}

const langOf = (root: ShadowRoot) => root.querySelector("section")!.lang;

it("uses the language of the page, and follows its changes", async () => {
  document.documentElement.lang = "ja";
  const { root, text, buttons } = await stage({ timeoutSeconds: 600, verbs: ["approve", "answer"] });
  expect(langOf(root)).toBe("ja");
  expect(buttons()).toEqual(["承認", "回答を送信"]);
  expect(text("[part=default]")).toMatch(/^回答がなければ、.*に期限切れになります。$/);
  document.documentElement.lang = "en-GB";
  await vi.waitFor(() => expect(langOf(root)).toBe("en"));
  expect(buttons()).toEqual(["Approve", "Send the answer"]);
});

it("keeps the question's own texts, and marks their language", async () => {
  const labels = { approve: "Ship" };
  const { root, buttons } = await stage({ labels, lang: "en" }, { lang: "ja" });
  expect(buttons()).toEqual(["Ship", "却下"]);
  expect(root.querySelector("h2 [lang]")?.getAttribute("lang")).toBe("en");
});

it("prefers the language of its own attribute to the page's", async () => {
  document.documentElement.lang = "en";
  const { root, element } = await stage();
  element.lang = "ja-JP";
  await vi.waitFor(() => expect(langOf(root)).toBe("ja"));
});

it("uses the reader's first available language if the page's is not available, else English", async () => {
  document.documentElement.lang = "fr";
  wanted("fr-CA", "ja-JP", "en");
  const { root, element } = await stage();
  expect(langOf(root)).toBe("ja");
  wanted("fr", "de");
  element.lang = "it";
  await vi.waitFor(() => expect(langOf(root)).toBe("en"));
});

it.each([
  ["ja", ["en-US", "ja-JP"], "ja", "ja-JP"],
  ["en-GB", ["en-US"], "en", "en-GB"],
  ["en", ["ja-JP", "en-AU"], "en", "en-AU"],
  ["", ["en-US@posix", "en"], "en", "en"],
  ["en", ["en-US@posix"], "en", "en"],
  ["constructor", [], "en", "en"],
] as const)("writes times for %j as the reader of %j does", (named, languages, lang, locale) => {
  expect(wordsFor(named, languages)).toMatchObject({ lang, locale });
});

const problems: FormProblem[] = [
  { code: "needed" },
  { code: "too_short", least: 2, length: 1 },
  { code: "too_long", most: 1, length: 2 },
  { code: "not_a_date" },
  { code: "not_a_moment" },
  { code: "not_a_time" },
  { code: "not_an_email" },
  { code: "not_an_address" },
  { code: "not_a_number" },
  { code: "not_json" },
  { code: "lossy_number" },
  { code: "lossy_number", at: "id" },
  { code: "two_readings", readings: ["1234", "1,234"] },
  { code: "not_whole", number: "1.5" },
  { code: "too_small", least: "1" },
  { code: "too_large", most: "50" },
  { code: "not_above", bound: "0" },
  { code: "not_below", bound: "1" },
  { code: "not_a_multiple", of: "0.1" },
  { code: "only_yes" },
  { code: "only_no" },
  { code: "too_few", least: 2 },
  { code: "too_many", most: 3 },
  { code: "two_equal" },
];

it("has a text for every problem of a form in both languages, and keeps the server's", () => {
  expect(en.problem({ code: "too_long", most: 1, length: 2 })).toBe("At most 1 character; these are 2.");
  for (const problem of problems) {
    expect(en.problem(problem)).toMatch(/^[A-Z].*[.]$/);
    expect(ja.problem(problem)).toMatch(/[ぁ-んァ-ヶ一-龠].*。$/);
    expect(`${en.problem(problem)} ${ja.problem(problem)}`).not.toContain("undefined");
  }
  for (const { problem } of [en, ja]) expect(problem({ code: "said", text: "not this" })).toBe("not this");
});

/** Every text that has no parts, by its name. */
const textsOf = (value: object, at = ""): [string, string][] =>
  Object.entries(value).flatMap(([name, one]): [string, string][] =>
    typeof one === "string"
      ? [[`${at}${name}`, one]]
      : typeof one === "object"
        ? textsOf(one as object, `${at}${name}.`)
        : [],
  );

it("has all texts in Japanese too", () => {
  const [inEnglish, inJapanese] = [new Map(textsOf(en)), new Map(textsOf(ja))];
  expect([...inJapanese.keys()].sort()).toEqual([...inEnglish.keys()].sort());
  for (const [name, text] of inJapanese)
    expect([name, text]).toEqual([name, expect.stringMatching(/[ぁ-んァ-ヶ一-龠]/)]);
});
