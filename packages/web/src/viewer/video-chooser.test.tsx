// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { halfPastTwo } from "../testing/items.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { japaneseForTests } from "../testing/words.ts";
import { VideoChooser } from "./video-chooser.tsx";

afterEach(closeDrawn);

async function openChooser(options: Parameters<typeof draw>[1] = {}) {
  const chosen: string[] = [];
  const { page, put } = await draw(<VideoChooser choose={(subject) => chosen.push(subject)} />, options);
  const rowsOf = (look: string) =>
    [...page.querySelectorAll<HTMLElement>(`.listed[data-look="${look}"] > li`)].map(
      (row) => row.textContent,
    );
  const field = () => page.querySelector("input")!;
  return {
    page,
    chosen,
    put: (values: Record<string, unknown>) => put("list:video", values),
    now: () => rowsOf("cards"),
    earlier: () => rowsOf("lines"),
    write: (text: string) =>
      act(async () => {
        field().value = text;
        field().dispatchEvent(new Event("input", { bubbles: true }));
      }),
    submit: () =>
      act(async () => {
        page.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
      }),
  };
}

const line = (id: string, startedAt: number, more: object = {}) => ({
  [`subject/video/${id}`]: { subject: `video/${id}`, startedAt, at: startedAt, ...more },
});
const startedAt = halfPastTwo - 60_000;

it("shows current and earlier videos separately, the newest start first", async () => {
  const { page, chosen, put, now, earlier } = await openChooser();
  expect(page.textContent).toContain("There is none yet.");
  await put(line("a", startedAt, { state: "running", title: "talk.mp4" }));
  await put(line("b", startedAt + 1000, { state: "running", waiting: 1 }));
  expect(page.textContent).not.toContain("There is none yet.");
  expect(now()).toEqual([
    expect.stringMatching(/^BbWaiting for an answer14:29$/),
    expect.stringMatching(/^Ttalk\.mp4Under way14:29$/),
  ]);
  expect(page.querySelector("[data-subject='video/b'] [data-lamp]")?.getAttribute("data-lamp")).toBe(
    "standby",
  );
  expect(earlier()).toEqual([]);

  await put(line("a", startedAt, { state: "succeeded", title: "A title" }));
  expect(earlier()).toEqual([expect.stringMatching(/A titleDone14:29$/)]);
  expect(now()).toHaveLength(1);
  await put({ "subject/video/b": null });
  expect(now()).toEqual([]);
  expect(page.textContent).toContain("Nothing is under way.");
  await act(async () => page.querySelector<HTMLElement>(".rows button")!.click());
  expect(chosen).toEqual(["video/a"]);
});

it("shows readable rows beside unreadable ones", async () => {
  const { page, put, now, earlier } = await openChooser();
  await put({
    ...line("a", halfPastTwo, { title: "سلام <b>", state: "aborted" }),
    ...line("wild", 8.64e15 + 1, { title: "Wild" }),
    ...line("b", halfPastTwo - 1, { title: "x".repeat(300), object: { key: 7 }, waiting: 1e300 }),
    "subject/video/odd": "text",
  });
  expect(page.querySelectorAll("[data-broken]")).toHaveLength(0);
  expect(now().length + earlier().length).toBe(4);
  expect(page.querySelector("[data-subject='video/wild'] strong")?.textContent).toBe("Wild");
  expect(page.querySelector("[data-subject='video/a'] strong")?.getAttribute("dir")).toBe("auto");
  expect(page.querySelector("[data-subject='video/a'] strong")?.textContent).toBe("سلام <b>");
});

it("finds a video by a part of its title, and opens any other by its name", async () => {
  const { page, chosen, put, earlier, write, submit } = await openChooser();
  await put({
    ...line("v_1", startedAt, { title: "Why queues beat locks", state: "succeeded" }),
    ...line("v_12", startedAt, { title: "Nobody waits", state: "failed" }),
  });
  await write("QUEUES");
  expect(earlier()).toEqual([expect.stringContaining("Why queues beat locks")]);
  await submit();
  await write("ｌｏｃｋｓ beat");
  expect(earlier()).toEqual([expect.stringContaining("Why queues beat locks")]);
  await write("v_1");
  expect(earlier()).toHaveLength(2);
  await submit();
  await write("v_99");
  expect(page.textContent).toContain("No recent video is called “v_99”.");
  await submit();
  await write("order/7");
  await submit();
  expect(chosen).toEqual(["video/v_1", "video/v_1", "video/v_99", "order/7"]);

  await write("no name");
  await submit();
  expect(page.querySelector("[role=alert]")?.textContent).toBe("A video's name looks like v_1.");
  expect(page.querySelector("input")?.getAttribute("aria-invalid")).toBe("true");
  await write("");
  expect(page.querySelector("[role=alert]")?.textContent).toBe("");
  expect(earlier()).toHaveLength(2);
});

it("draws two hundred, and shows when there are more than a list has", async () => {
  const { page, put, now, earlier } = await openChooser();
  const many = Array.from({ length: 200 }, (_, n) =>
    line(`v_${n}`, startedAt - n * 60_000, { title: `Video ${n}`, state: n % 10 ? "succeeded" : "running" }),
  );
  await put(Object.assign({}, ...many));
  expect([now().length, earlier().length]).toEqual([20, 180]);
  expect(page.textContent).toContain("These are the 200 that started last.");
});

it("shows a placeholder while loading, and explains an empty list", async () => {
  const { page: looking } = await openChooser({ isLoading: true });
  expect(looking.querySelector(".looking")?.textContent).toBe("Looking…");
  const { page: refused } = await openChooser({ status: { error: "forbidden" } });
  expect(refused.textContent).toContain("The list is for those who may watch every video.");
  expect(refused.textContent).not.toContain("There is none yet.");
  expect(refused.querySelector("input")).not.toBeNull();
  const { page: failed } = await openChooser({ status: { error: "stale" } });
  expect(failed.textContent).toContain("could not be followed");
});

it("shows it in Japanese", async () => {
  const { page, put, now } = await openChooser({ words: japaneseForTests });
  await put(line("a", startedAt, { state: "running", title: "夜の学校" }));
  expect(page.querySelector("h2")?.textContent).toContain("進行中");
  expect(now()).toEqual([expect.stringContaining("夜の学校")]);
});
