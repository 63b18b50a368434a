import { expect, it } from "vitest";
import { halfPastTwo, itemsOf, london } from "../testing/items.ts";
import { avatarOf, isFresh, titleOf, viewersOf, waitingText, warningsOf } from "./subject.ts";

it("knows no title and no picture until they are there", () => {
  expect([titleOf(itemsOf({})), avatarOf(itemsOf({}))]).toEqual([undefined, undefined]);
  const items = itemsOf({
    title: { title: "A night at the Globe" },
    avatar: { object: { key: "avatars/a.png", mediaType: "image/png", url: "http://x/a" } },
  });
  expect([titleOf(items), avatarOf(items)?.url]).toEqual(["A night at the Globe", "http://x/a"]);
});

it("takes a signed URL as stale shortly before it expires", () => {
  const object = { key: "a", mediaType: "image/png", url: "http://x", expiresAt: 100_000 };
  expect([isFresh(object, 90_000), isFresh(object, 96_000)]).toEqual([true, false]);
  expect(isFresh({ key: "a", mediaType: "image/png" }, 0)).toBe(false);
});

it("says who is waited for and until when, by the wait that ends first", () => {
  const wait = (deadline: number) => ({ thread: "title", round: 1, since: 1, deadline });
  const items = itemsOf({
    waiting: {
      requests: {
        req_aaaaaaaaaa: wait(halfPastTwo + 3_600_000),
        req_bbbbbbbbbb: wait(halfPastTwo + 120_000),
      },
    },
  });
  expect(waitingText(items, halfPastTwo, london)).toBe(
    "Waiting for its creator to choose a title, until 14:32.",
  );
});

it("waits for nobody when the item is empty", () => {
  expect(waitingText(itemsOf({ waiting: { requests: {} } }), halfPastTwo)).toBeUndefined();
});

it("knows how many watch once they are counted", () => {
  expect(viewersOf(itemsOf({ viewers: { count: 2 } }))).toBe(2);
  expect([viewersOf(itemsOf({})), viewersOf(itemsOf({ viewers: "many" }))]).toEqual([undefined, undefined]);
});

it("lists warnings with the newest first", () => {
  const items = itemsOf({
    "warning/a": { message: "old" },
    "warning/b": { message: "new" },
    "warning/c": {},
  });
  expect(warningsOf(items).map((warning) => warning.message)).toEqual(["new", "old"]);
});
