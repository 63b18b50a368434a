import { expect, it } from "vitest";
import { halfPastTwo, itemsOf, london } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";
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
  expect(waitingText(items, halfPastTwo, london)).toBe("Waiting for 2 answers, the first until 14:32.");
});

it("waits for nobody when the item is empty", () => {
  expect(waitingText(itemsOf({ waiting: { requests: {} } }), halfPastTwo)).toBeUndefined();
});

it("knows how many watch once they are counted", () => {
  expect(viewersOf(itemsOf({ viewers: { count: 2 } }))).toBe(2);
  expect([viewersOf(itemsOf({})), viewersOf(itemsOf({ viewers: "many" }))]).toEqual([undefined, undefined]);
});

it("says of one wait until when it is, if it ends", () => {
  const wait = { thread: "region", round: 1, since: 1 };
  const told = (more: object) =>
    waitingText(
      itemsOf({ waiting: { requests: { req_aaaaaaaaaa: { ...wait, ...more } } } }),
      halfPastTwo,
      london,
    );
  expect(told({})).toBe("Waiting for an answer.");
  expect(told({ deadline: halfPastTwo + 120_000 })).toBe("Waiting for an answer, until 14:32.");
});

const warning = (message: string, more: object = {}) => ({ code: "shared_thread", message, ...more });

it("lists warnings with the newest first, and what is none apart", () => {
  const items = itemsOf({ "warning/a": warning("old"), "warning/b": warning("new"), "warning/c": {} });
  const { warnings, misfits } = warningsOf(items);
  expect(warnings.map(({ message }) => message)).toEqual(["new", "old"]);
  expect(misfits.map(({ key }) => key)).toEqual(["warning/c"]);
});

it("says how a question without an end is mended", () => {
  const items = itemsOf({ "warning/a": warning("for ever", { code: "no_deadline" }) });
  expect(warningsOf(items).warnings[0]?.mend).toContain("deadlineSeconds");
});

it("warns no more of what has ended", () => {
  const run = (execution: string, state: string) => ({
    [`execution/${execution}`]: { execution, state, startedAt: 1 },
  });
  const items = itemsOf({
    ...run("m:done", "failed"),
    ...run("m:on", "running"),
    "request/req_0123456789": requestOf({ execution: "m:done" }),
    "warning/a": warning("of a run that has ended", { execution: "m:done" }),
    "warning/b": warning("of a run that goes on", { execution: "m:on" }),
    "warning/c": warning("of a question whose run has ended", { requestId: "req_0123456789" }),
    "warning/d": warning("of a run that nobody knows", { execution: "m:new" }),
  });
  expect(warningsOf(items).warnings.map(({ message }) => message)).toEqual([
    "of a run that nobody knows",
    "of a run that goes on",
  ]);
});
