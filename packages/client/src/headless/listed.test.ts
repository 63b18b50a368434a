import type { Item } from "@callboard/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { listOf } from "./listed.ts";

const items = (values: Readonly<Record<string, unknown>>): ReadonlyMap<string, Item> =>
  new Map(
    Object.entries(values).map(([key, value], n) => [
      key,
      { key, value, offset: n + 1, version: "1", at: 5 },
    ]),
  );
const object = { key: "avatars/a.png", mediaType: "image/png", url: "https://x/a", expiresAt: 9 };

it("reads the lines of a list, those that began last first", () => {
  const lines = listOf(
    items({
      "subject/video/a": { subject: "video/a", state: "succeeded", startedAt: 1, at: 7, title: "A", object },
      "subject/video/c": { subject: "video/c", state: "running", waiting: 2, startedAt: 3, at: 4 },
      "subject/video/b": { subject: "video/b", startedAt: 2, at: 3 },
      "subject/video/gone": null,
      "other/video/d": { subject: "video/d", startedAt: 4, at: 4 },
    }),
  );
  expect(lines.map(({ subject }) => subject)).toEqual(["video/c", "video/b", "video/a"]);
  expect(lines[2]).toEqual({
    key: "subject/video/a",
    subject: "video/a",
    title: "A",
    state: "succeeded",
    waiting: 0,
    picture: object,
    startedAt: 1,
    at: 7,
  });
  expect(lines[0]).toMatchObject({ state: "running", waiting: 2, title: undefined, picture: undefined });
});

it("keeps a line whose value cannot be read, by its key and its time", () => {
  const wrong = [
    7,
    "text",
    [],
    { title: 7, state: {}, waiting: "2", object: "x", startedAt: "soon", at: NaN },
    { title: "x".repeat(301), waiting: -1, startedAt: 8.64e15 + 1, at: -1 },
    true,
  ];
  for (const value of wrong)
    expect(listOf(items({ "subject/video/a": value }))).toEqual([
      {
        key: "subject/video/a",
        subject: "video/a",
        title: undefined,
        state: undefined,
        waiting: 0,
        picture: undefined,
        startedAt: 5,
        at: 5,
      },
    ]);
});

it("accepts any value without failing", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("subject/video/a", "subject/", "x"), fc.jsonValue()),
      (values) => {
        for (const line of listOf(items(values))) expect(Number.isFinite(line.startedAt)).toBe(true);
      },
    ),
  );
});
