import { expect, it } from "vitest";
import { itemsOf, requestOf } from "../testing/items.ts";
import {
  captionsOf,
  isFresh,
  mediaOf,
  pictureOf,
  titleOf,
  viewersOf,
  waitingOf,
  warningsOf,
} from "./subject.ts";

it("has no title and no picture until they exist", () => {
  expect([titleOf(itemsOf({})), pictureOf(itemsOf({}))]).toEqual([undefined, undefined]);
  const items = itemsOf({
    title: { title: "A night at the Globe" },
    avatar: { object: { key: "avatars/a.png", mediaType: "image/png", url: "http://x/a" } },
  });
  expect([titleOf(items), pictureOf(items)?.url]).toEqual(["A night at the Globe", "http://x/a"]);
});

it("has no video and no captions until they were released", () => {
  expect([mediaOf(itemsOf({})), captionsOf(itemsOf({}))]).toEqual([undefined, undefined]);
  const items = itemsOf({
    media: { object: { key: "videos/v_1/video.mp4", mediaType: "video/mp4" }, durationMs: 9000 },
    captions: { object: { key: "videos/v_1/captions.vtt", mediaType: "text/vtt" } },
  });
  expect([mediaOf(items)?.durationMs, captionsOf(items)?.key]).toEqual([9000, "videos/v_1/captions.vtt"]);
  expect(mediaOf(itemsOf({ media: { object: { key: "videos/v_1/upload.json", mediaType: "x" } } }))).toBe(
    undefined,
  );
});

it("treats a signed URL as stale shortly before it expires", () => {
  const object = { key: "a", mediaType: "image/png", url: "http://x", expiresAt: 100_000 };
  expect([isFresh(object, 90_000), isFresh(object, 96_000)]).toEqual([true, false]);
  expect(isFresh({}, 0)).toBe(false);
});

const wait = (more: object = {}) => ({ thread: "title", round: 1, since: 1, ...more });

it("returns for how many answers it waits, and the earliest deadline", () => {
  const items = itemsOf({
    waiting: {
      requests: {
        req_aaaaaaaaaa: wait({ deadline: 3000 }),
        req_bbbbbbbbbb: wait({ deadline: 2000 }),
        req_cccccccccc: wait(),
      },
    },
  });
  expect(waitingOf(items)).toEqual({ count: 3, since: 1, deadline: 2000 });
  expect(waitingOf(itemsOf({ waiting: { requests: { req_aaaaaaaaaa: wait() } } }))).toEqual({
    count: 1,
    since: 1,
    deadline: undefined,
  });
});

it.each([undefined, null, { requests: {} }, { requests: { wait: wait() } }])(
  "waits for nobody by %j",
  (waiting) => {
    expect(waitingOf(itemsOf({ waiting }))).toBeUndefined();
  },
);

it("has the number of viewers once they are counted", () => {
  expect(viewersOf(itemsOf({ viewers: { count: 2 } }))).toBe(2);
  expect([viewersOf(itemsOf({})), viewersOf(itemsOf({ viewers: "many" }))]).toEqual([undefined, undefined]);
});

const warning = (message: string, more: object = {}) => ({ code: "shared_thread", message, ...more });

it("lists warnings, the newest first, and invalid ones separately", () => {
  const items = itemsOf({ "warning/a": warning("old"), "warning/b": warning("new"), "warning/c": {} });
  const { warnings, unread } = warningsOf(items);
  expect(warnings.map(({ message }) => message)).toEqual(["new", "old"]);
  expect(unread).toEqual(["warning/c"]);
});

it("does not warn about ended executions", () => {
  const run = (execution: string, state: string) => ({
    [`execution/${execution}`]: { execution, state, startedAt: 1 },
  });
  const items = itemsOf({
    ...run("m:done", "failed"),
    ...run("m:on", "running"),
    "request/req_0123456789": requestOf({ execution: "m:done" }),
    "warning/a": warning("of a run that has ended", { execution: "m:done" }),
    "warning/b": warning("of a running run", { execution: "m:on" }),
    "warning/c": warning("of a question whose run has ended", { requestId: "req_0123456789" }),
    "warning/d": warning("of an unknown run", { execution: "m:new" }),
  });
  expect(warningsOf(items).warnings.map(({ message }) => message)).toEqual([
    "of an unknown run",
    "of a running run",
  ]);
});
