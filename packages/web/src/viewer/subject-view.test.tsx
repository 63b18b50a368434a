// @vitest-environment happy-dom
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { act } from "../testing/act.ts";
import { halfPastTwo } from "../testing/items.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { SubjectView } from "./subject-view.tsx";

afterEach(closeDrawn);

const open = (subject = "video/v_1", options: Parameters<typeof draw>[1] = {}) =>
  draw(<SubjectView subject={subject} leave={() => {}} />, options);
const run = { execution: "m:1", state: "running", startedAt: halfPastTwo - 300_000 };
const step = (name: string, state: string, more: object = {}) => ({
  [`step/m:1/${name}`]: { execution: "m:1", step: name, state, attempt: 1, startedAt: 1, at: 2, ...more },
});

it("shows viewers readable values beside unreadable ones", async () => {
  const { page, put } = await open("order/1");
  const wait = { thread: "region", round: 1, since: halfPastTwo, deadline: halfPastTwo + 60_000 };
  await put("watch:order/1", {
    title: { title: "سلام <b>" },
    waiting: { requests: { req_0123456789: wait } },
    viewers: { count: -1 },
    avatar: { object: { key: 7 } },
    media: { object: { key: "videos/v_1/upload.json" } },
    captions: 7,
    "execution/m:1": { execution: "m:1", state: "running", startedAt: 1 },
    "execution/wild": { execution: "wild", state: "running", startedAt: 8.64e15 + 1 },
    "step/m:1/__proto__": {
      execution: "m:1",
      step: "__proto__",
      state: "running",
      attempt: 1,
      percent: 1e300,
      message: "x".repeat(300),
      startedAt: 1,
      at: 2,
    },
    "step/m:1/wild": null,
    "step/m:1/wilder": { percent: "all" },
  });
  expect(page.querySelector("h1")?.textContent).toBe("سلام <b>");
  expect(page.querySelector("h1 [dir=auto]")?.getAttribute("lang")).toBe("");
  expect(page.querySelector("[data-waiting]")?.textContent).toBe(
    "Waiting for an answer since 14:30, until 14:31.",
  );
  expect(page.querySelectorAll('[data-step="__proto__"]')).toHaveLength(1);
  expect(page.querySelector("video")).toBeNull();
  expect([...page.querySelectorAll<HTMLElement>("[data-broken]")].map((row) => row.dataset.broken)).toEqual([
    "execution/wild",
    "step/m:1/wilder",
  ]);
});

it("shows the state in short, and how many steps are done", async () => {
  const { page, put } = await open();
  await put("watch:video/v_1", {
    "execution/m:1": run,
    ...step("probe", "succeeded"),
    ...step("compute", "running", { percent: 40 }),
    viewers: { count: 3 },
  });
  const glance = () => page.querySelector(".show-state")?.textContent;
  expect(glance()).toBe("Under way · 5 min");
  expect(page.querySelector(".cue-strip")?.textContent).toBe("1 of 8 steps");
  expect(page.querySelector<HTMLElement>(".cue-fill")?.style.inlineSize).toBe("40%");
  expect(page.querySelector(".show-words")?.textContent).toContain("v_1 · 3 watching");

  await put("watch:video/v_1", {
    "execution/m:1": { ...run, state: "failed", endedAt: halfPastTwo, step: "compute", message: "It broke" },
    ...step("compute", "failed"),
  });
  expect(glance()).toBe("Failed · 14:30");
  expect(page.querySelector("[data-execution]")?.textContent).toContain("It failed in “Prepare the video”");
  expect(page.textContent).toContain("Its owners can see why, and may try it again.");

  await put("watch:video/v_1", { "execution/m:1": { ...run, state: "succeeded", endedAt: halfPastTwo } });
  expect(page.querySelector(".show-head")?.getAttribute("data-state")).toBe("succeeded");
});

it("shows for how long, and updates without new data", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  let now = halfPastTwo;
  const { page, put } = await open("video/v_1", { now: () => now });
  const glance = () => page.querySelector(".show-state")?.textContent;
  const passes = (ms: number) =>
    act(async () => {
      now += ms;
      vi.advanceTimersByTime(ms);
    });
  await put("watch:video/v_1", { "execution/m:1": run });
  await passes(60_000);
  expect(glance()).toBe("Under way · 6 min");
  await put("watch:video/v_1", { "execution/m:1": { ...run, state: "succeeded", endedAt: now } });
  expect(vi.getTimerCount()).toBe(0);
});

it("shows that a subject is unknown until the first report", async () => {
  const { page, put } = await open("video/v_9");
  const isUnknown = () => page.querySelector("[data-unknown]")?.getAttribute("data-unknown");
  expect(isUnknown()).toBe("video/v_9");
  expect(page.querySelector("h1")?.textContent).toBe("Nothing is known about “v_9”");
  expect(page.querySelector("button.back")?.textContent).toBe("All videos");
  // Whoever looks at it is counted there.
  await put("watch:video/v_9", { viewers: { count: 1 } });
  expect(isUnknown()).toBe("video/v_9");
  await put("watch:video/v_9", { title: { title: "It begins" } });
  expect(isUnknown()).toBeUndefined();
  expect(page.querySelector("h1")?.textContent).toBe("It begins");
});

it("shows placeholders while it is loading, and does not call it unknown", async () => {
  const { page } = await open("video/v_1", { isLoading: true });
  expect(page.querySelector("[data-unknown]")).toBeNull();
  expect(page.querySelectorAll(".step")).toHaveLength(0);
  expect(page.querySelector("button.back")).not.toBeNull();
  expect(page.querySelector("[aria-busy=true]")).not.toBeNull();
});

it("explains that it may not be watched", async () => {
  const { page } = await open("video/v_1", { status: { error: "forbidden" } });
  expect(page.querySelector("h1")?.textContent).toBe("You may not watch this video.");
  const { page: failed } = await open("video/v_1", { status: { error: "stale" } });
  expect(failed.querySelector("h1")?.textContent).toContain("could not be followed");
});

const media = (more: object = {}) => ({
  object: {
    key: "videos/v_1/video.mp4",
    mediaType: "video/mp4",
    url: "https://s3/a",
    expiresAt: halfPastTwo + 9e5,
    ...more,
  },
});
const failing = (page: HTMLElement) =>
  act(async () => page.querySelector("video")!.dispatchEvent(new Event("error")));

it("plays a released video from one URL until it fails", async () => {
  const { page, put, asked, answer } = await open();
  await put("watch:video/v_1", { "execution/m:1": run, media: media() });
  const video = () => page.querySelector("video");
  expect(video()?.getAttribute("src")).toBe("https://s3/a");
  await put("watch:video/v_1", { media: media({ url: "https://s3/b" }) });
  expect(video()?.getAttribute("src")).toBe("https://s3/a");
  expect(asked).toEqual([]);

  await failing(page);
  expect(asked).toEqual(["watch:video/v_1#media"]);
  await answer("https://s3/c");
  expect(video()?.getAttribute("src")).toBe("https://s3/c");

  await failing(page);
  expect(asked).toHaveLength(1);
  expect(page.querySelector(".screen [role=alert]")?.textContent).toContain("cannot be played");
  await act(async () => page.querySelector<HTMLElement>(".screen button")!.click());
  expect(asked).toHaveLength(2);
  await answer(undefined);
  expect(page.querySelector(".screen [role=alert]")).not.toBeNull();
});

it("plays a newer video, even if a URL of the older one arrives late", async () => {
  const { page, put, answer } = await open();
  await put("watch:video/v_1", { "execution/m:1": run, media: media() });
  await failing(page);
  await put("watch:video/v_1", { media: media({ key: "videos/v_1/cut.mp4", url: "https://s3/cut" }) });
  const source = () => page.querySelector("video")?.getAttribute("src");
  expect(source()).toBe("https://s3/cut");
  await answer(undefined);
  expect(source()).toBe("https://s3/cut");
});

it("asks for a fresh URL if the given one has expired, and loads captions from theirs", async () => {
  const fetched = vi.fn(
    async (_: string) => new Response("WEBVTT\n\n00:00.000 --> 00:02.000\nHello there.\n"),
  );
  vi.stubGlobal("fetch", fetched);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { page, put, asked, answer } = await open();
  const captions = { key: "videos/v_1/captions.vtt", mediaType: "text/vtt", url: "https://s3/vtt?1" };
  await put("watch:video/v_1", {
    media: media({ expiresAt: halfPastTwo - 1 }),
    captions: { object: { ...captions, expiresAt: halfPastTwo + 9e5 } },
  });
  expect(asked).toEqual(["watch:video/v_1#media"]);
  expect(page.querySelector(".screen")?.textContent).toBe("Loading the video…");
  await answer("https://s3/fresh");
  expect(page.querySelector("video")?.getAttribute("src")).toBe("https://s3/fresh");
  const captioned = () => expect(page.querySelector("track[kind=captions]")).not.toBeNull();
  await vi.waitFor(captioned, { timeout: 10_000 });
  expect(fetched.mock.calls.map(([url]) => url)).toEqual(["https://s3/vtt?1"]);
  expect(page.textContent).toContain("Hello there.");
});

it("shows the last report without an execution", async () => {
  const { page, put } = await open();
  await put("watch:video/v_1", { title: { title: "A talk" } });
  expect(page.querySelector(".show-state")?.textContent).toBe("Not started yet.");
  expect(page.querySelector("[data-execution]")?.textContent).toBe("Nothing has been reported yet.");
  const told = { execution: "-", state: "succeeded", attempt: 1, startedAt: 1, at: 2 };
  await put("watch:video/v_1", { "step/-/probe": { ...told, step: "probe" } });
  expect(page.querySelector(".show-state")?.textContent).toBe("Look at the file: done.");
  expect(page.querySelector("[data-execution]")).toBeNull();
});
