// @vitest-environment happy-dom
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { act } from "../testing/act.ts";
import { openBrowserWords } from "../words/browser-words.ts";
import { LANGUAGE_KEY } from "../words/page-words.ts";
import { useWords } from "../words/use-words.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { speakingRoot } from "./speaking-root.tsx";

const clear = () => {
  localStorage.clear();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/creator.html");
  document.documentElement.lang = "en";
  document.title = "Creator · Callboard";
};
beforeEach(clear);
afterEach(clear);

function Page() {
  return (
    <>
      <LanguageSwitch />
      <h1>{useWords().progress.heading}</h1>
    </>
  );
}

/** A page as it is started: with its switch, and a heading in its words. */
async function open(search = "") {
  window.history.replaceState(null, "", `/creator.html${search}#/v/v_1`);
  const element = document.createElement("div");
  document.body.append(element);
  const drawn = createRoot(element);
  const root = await speakingRoot(drawn, (words) => words.shell.pages.creator, openBrowserWords());
  await act(async () => root.render(<Page />));
  onTestFinished(async () => {
    await act(async () => drawn.unmount());
    element.remove();
  });
  const buttons = () => [...element.querySelectorAll("button")];
  const until = async (said: string) => {
    while (element.querySelector("h1")?.textContent !== said) await act(async () => {});
  };
  return {
    element,
    buttons,
    until,
    press: (name: string) =>
      act(async () =>
        buttons()
          .find(({ textContent }) => textContent === name)!
          .click(),
      ),
  };
}

it("names each language in its own language, and marks the current one", async () => {
  const { buttons, element } = await open();
  expect(buttons().map((one) => [one.lang, one.textContent, one.getAttribute("aria-pressed")])).toEqual([
    ["en", "English", "true"],
    ["ja", "日本語", "false"],
  ]);
  expect(element.querySelector('[role="group"]')?.getAttribute("aria-label")).toBe("Language");
});

it("changes everything drawn, the document's `lang` and title, and remembers the choice", async () => {
  const { press, until, buttons } = await open();
  await press("日本語");
  await until("進行状況");
  expect(document.documentElement.lang).toBe("ja");
  expect(document.title).toBe("制作者 · Callboard");
  expect(localStorage.getItem(LANGUAGE_KEY)).toBe("ja");
  expect(buttons().map((one) => one.getAttribute("aria-pressed"))).toEqual(["false", "true"]);
});

it("keeps a title that the page has set itself", async () => {
  const { press, until } = await open();
  document.title = "A night at the Globe · Callboard";
  await press("日本語");
  await until("進行状況");
  expect(document.title).toBe("A night at the Globe · Callboard");
});

it("follows a choice in another frame or tab", async () => {
  const { until } = await open();
  localStorage.setItem(LANGUAGE_KEY, "ja");
  window.dispatchEvent(new StorageEvent("storage", { key: LANGUAGE_KEY }));
  await until("進行状況");
});

it("follows a choice that was made while it was in the browser's history", async () => {
  const { until } = await open();
  localStorage.setItem(LANGUAGE_KEY, "ja");
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  await until("進行状況");
});

it("uses a link's language, and removes only that from the address once somebody chooses", async () => {
  const { press, until } = await open("?stage&lang=ja&at=%2Fx");
  await until("進行状況");
  expect(document.title).toBe("制作者 · Callboard");
  await press("English");
  await until("Progress");
  expect(`${window.location.search}${window.location.hash}`).toBe("?stage&at=%2Fx#/v/v_1");
});
