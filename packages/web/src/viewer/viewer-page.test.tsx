// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import { ViewerPage } from "./viewer-page.tsx";

afterEach(closeDrawn);

it.each([
  [englishForTests, "There is no page at this address", "Videos"],
  [japaneseForTests, "このアドレスのページはありません", "動画"],
])("shows that a mistyped address has no page, and links to all videos", async (words, said, all) => {
  window.history.replaceState(null, "", "#/v/<script>");
  const { page } = await draw(<ViewerPage />, { words });
  const headings = () => [...page.querySelectorAll("h1")].map(({ textContent }) => textContent);
  expect(headings()).toEqual([said]);
  await act(async () => page.querySelector<HTMLElement>("[data-unknown] button")!.click());
  expect([headings(), window.location.hash]).toEqual([[all], ""]);
});
