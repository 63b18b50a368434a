// @vitest-environment happy-dom
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { act } from "../testing/act.ts";
import { englishForTests } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import { later } from "./later.tsx";

const Said = ({ words }: { words: string }) => <p>{words}</p>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page with a part whose code comes as `fetch` says. */
async function page(fetch: () => Promise<typeof Said>) {
  const Part = later(fetch);
  const element = document.createElement("div");
  const root = createRoot(element);
  const show = (words: string) =>
    act(async () =>
      root.render(
        <WordsProvider value={englishForTests}>
          <Part words={words} />
        </WordsProvider>,
      ),
    );
  await show("one");
  return { element, show, close: () => act(() => root.unmount()) };
}

it("reserves a place until its code is loaded, and requests it once", async () => {
  let come = (_: typeof Said) => {};
  const fetch = vi.fn(() => new Promise<typeof Said>((resolve) => (come = resolve)));
  const { element, show } = await page(fetch);
  expect(element.querySelector('[aria-busy="true"]')).not.toBeNull();
  await show("two");
  await act(async () => come(Said));
  expect([element.innerHTML, fetch.mock.calls.length]).toEqual(["<p>two</p>", 1]);
});

it("is drawn at once when it was loaded ahead", async () => {
  const Part = later(async () => Said);
  await Part.load();
  const element = document.createElement("div");
  createRoot(element).render(<Part words="now" />);
  expect(element.innerHTML).toBe("<p>now</p>");
});

it("shows that a part is missing, as after a deployment, and draws it if it loads later", async () => {
  let isGone = true;
  const { element } = await page(async () => {
    if (isGone) throw new TypeError("Failed to fetch dynamically imported module");
    return Said;
  });
  expect(element.querySelector("[data-missing]")?.textContent).toContain("What you have written stays.");
  expect(element.querySelector("button")?.textContent).toBe("Load it again");
  isGone = false;
  await act(async () => vi.advanceTimersByTime(5_000));
  expect(element.innerHTML).toBe("<p>one</p>");
});

it("stops loading once it is not needed", async () => {
  const fetch = vi.fn(() => Promise.reject(new TypeError("away")));
  const { close } = await page(fetch);
  close();
  await act(async () => vi.advanceTimersByTime(60_000));
  expect(fetch).toHaveBeenCalledTimes(1);
});
