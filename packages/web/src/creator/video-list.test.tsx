// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { openCreator } from "../testing/creator-stage.tsx";
import { halfPastTwo } from "../testing/items.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const list = "list:video/user/ana";
const video = (id: string, startedAt: number) => ({
  videoId: id,
  subject: `video/${id}`,
  name: `${id}.mp4`,
  startedAt,
  videoUrl: undefined,
  captionsUrl: undefined,
});
const line = (id: string, startedAt: number, more: object = {}) => ({
  [`subject/video/${id}`]: { subject: `video/${id}`, state: "running", startedAt, at: startedAt, ...more },
});

async function open() {
  const page = await openCreator("", [video("a", halfPastTwo - 2000), video("b", halfPastTwo - 1000)]);
  ends.push(page.close);
  const rows = () => page.all("[data-subject]").map((row) => row.textContent?.replace(/ · \d.*$/, ""));
  return { ...page, rows };
}

it("shows the videos of the back end, and updates from the list", async () => {
  const page = await open();
  expect(page.rows().map((row) => row?.slice(0, 5))).toEqual(["b.mp4", "a.mp4"]);
  await page.put(list, line("a", halfPastTwo - 2000, { waiting: 2 }));
  expect(page.rows()[1]).toBe("Aa.mp4Waiting for 2 answers");
  await page.put(list, line("a", halfPastTwo - 2000, { state: "succeeded", title: "A title" }));
  expect(page.rows()[1]).toBe("AA titleDone");
  await page.put(list, line("c", halfPastTwo));
  expect(page.rows()[0]).toBe("CcUnder way");
});

it("marks the open video, and opens another", async () => {
  const page = await open();
  await page.put(list, { ...line("a", halfPastTwo - 2000), ...line("odd", Number.NaN, { title: 7 }) });
  await page.click(page.one("[data-subject='video/a'] button"));
  expect(window.location.hash).toBe("#/v/a");
  expect(page.one("[data-subject='video/a'] button").getAttribute("aria-current")).toBe("true");
  expect(page.all("[data-subject]")).toHaveLength(3);
});
