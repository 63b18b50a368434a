// @vitest-environment happy-dom
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { act } from "../testing/act.ts";
import { openCreator } from "../testing/creator-stage.tsx";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

it("searches answers of other pages at first, and whenever the page becomes visible", async () => {
  const open = vi.fn(() => {
    throw new DOMException("denied", "SecurityError");
  });
  vi.stubGlobal("indexedDB", { open });
  onTestFinished(() => void vi.unstubAllGlobals());
  const page = await openCreator("");
  ends.push(page.close);
  const looks = async (times: number) =>
    vi.waitFor(() => act(async () => expect(open).toHaveBeenCalledTimes(times)), { timeout: 10_000 });
  const seen = () => act(async () => document.dispatchEvent(new Event("visibilitychange")));
  await looks(1);
  await seen();
  await looks(2);
  await page.close();
  ends.pop();
  await seen();
  await looks(2);
});
