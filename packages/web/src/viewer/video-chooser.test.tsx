// @vitest-environment happy-dom
import { CallboardProvider } from "@callboard/client/react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { fakeClient } from "../testing/fake-client.ts";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import { VideoChooser } from "./video-chooser.tsx";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function openChooser() {
  const { client, put } = fakeClient({ me: "vic", now: halfPastTwo });
  const page = document.createElement("div");
  const root = createRoot(page, { onCaughtError: () => {} });
  const chosen: string[] = [];
  await act(async () =>
    root.render(
      <WordsProvider value={englishForTests}>
        <CallboardProvider client={client}>
          <VideoChooser choose={(subject) => chosen.push(subject)} />
        </CallboardProvider>
      </WordsProvider>,
    ),
  );
  closing.push(() => act(async () => root.unmount()));
  return {
    page,
    chosen,
    put: (values: Record<string, unknown>) => act(async () => put("list:video", values)),
    rows: () => [...page.querySelectorAll<HTMLElement>(".rows > li")].map((row) => row.textContent),
  };
}

const line = (id: string, startedAt: number, more: object = {}) => ({
  [`subject/video/${id}`]: { subject: `video/${id}`, startedAt, at: startedAt, ...more },
});

it("shows the recent videos as they come, those that began last first", async () => {
  const { page, chosen, put, rows } = await openChooser();
  expect(page.textContent).toContain("There is none yet.");
  const startedAt = halfPastTwo - 60_000;
  await put(line("a", startedAt, { state: "running", title: "talk.mp4" }));
  await put(line("b", startedAt + 1000, { state: "running", waiting: 1 }));
  expect(page.textContent).not.toContain("There is none yet.");
  expect(rows()).toEqual([
    expect.stringMatching(/^B?bWaiting for an answer · /),
    expect.stringMatching(/^T?talk\.mp4Under way · /),
  ]);
  await put(line("a", startedAt, { state: "succeeded", title: "A title" }));
  expect(rows()[1]).toMatch(/A titleDone · /);
  await put({ "subject/video/b": null });
  expect(rows()).toHaveLength(1);
  await act(async () => page.querySelector<HTMLElement>(".rows button")!.click());
  expect(chosen).toEqual(["video/a"]);
});

it("shows what can be read beside what cannot", async () => {
  const { page, put, rows } = await openChooser();
  await put({
    ...line("a", halfPastTwo, { title: "سلام <b>", state: "aborted" }),
    ...line("wild", 8.64e15 + 1, { title: "Wild" }),
    ...line("b", halfPastTwo - 1, { title: "x".repeat(300), object: { key: 7 }, waiting: 1e300 }),
    "subject/video/odd": "text",
  });
  expect(page.querySelectorAll("[data-broken]")).toHaveLength(0);
  expect(rows()).toHaveLength(4);
  expect(page.querySelector("[data-subject='video/wild'] strong")?.textContent).toBe("Wild");
  expect(page.querySelector("[data-subject='video/a'] strong")?.getAttribute("dir")).toBe("auto");
  expect(page.querySelector("[data-subject='video/a'] strong")?.textContent).toBe("سلام <b>");
});
