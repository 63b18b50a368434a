import fc from "fast-check";
import { expect, it } from "vitest";
import { Channel, isChannel, isSubject, parseChannel, Subject } from "./names.ts";

/** Texts that are names, or nearly. */
const part = fc.stringMatching(/^[\w.@:|+=/ -]{0,140}$/);
const start = fc.constantFrom(
  "watch:",
  "work:",
  "inbox:user/",
  "inbox:role/",
  "inbox:",
  "stage:",
  "video/",
  "",
);
const nearly = fc.tuple(start, part, fc.constantFrom("", "/", "/b", "\n")).map((parts) => parts.join(""));

it("checks names without the schemas as the schemas do", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      expect(isChannel(text)).toBe(Channel.safeParse(text).success);
      expect(isSubject(text)).toBe(Subject.safeParse(text).success);
    }),
  );
});

it("knows how long a name may be", () => {
  const subject = `video/${"v".repeat(194)}`;
  expect([isSubject(subject), isSubject(`${subject}v`)]).toEqual([true, false]);
  const channel = `watch:${subject}vvvv`;
  expect([isChannel(channel), isChannel(`${channel}v`)]).toEqual([true, false]);
});

it.each([
  ["watch:video/v_1", "watch", "video/v_1"],
  ["work:a:b/c:d", "work", "a:b/c:d"],
  ["inbox:user/ana@x.org", "inbox", "user/ana@x.org"],
] as const)("takes %s apart", (channel, kind, name) => {
  expect(isChannel(channel)).toBe(true);
  expect(parseChannel(channel)).toEqual({ kind, name });
});
