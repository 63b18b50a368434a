// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { openCreator } from "../testing/creator-stage.tsx";

it("has no form and no list of videos without a video application", async () => {
  const without = await openCreator("", null);
  expect(without.all("h2").map(({ textContent }) => textContent)).toEqual(["Inbox"]);
  expect(without.one(".empty-desk").textContent).not.toMatch(/video|sample/);
  await without.close();
  const having = await openCreator("");
  expect(having.all("h2").map(({ textContent }) => textContent)).toEqual(["Inbox", "Your videos"]);
  await having.close();
});
