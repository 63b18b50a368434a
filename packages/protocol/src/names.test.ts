import fc from "fast-check";
import { expect, it } from "vitest";
import { Channel, isCapability, isChannel, isSubject, parseChannel, Subject } from "./names.ts";

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

it.each([
  "watch:*",
  "work:video/*",
  "answer:*/ana/*",
  "work:video/v_1",
  "answer:order/*",
  "watch:vid*",
  `work:video/${"v".repeat(209)}`,
])("takes a capability for one: %s", (text) => {
  expect(isCapability(text)).toBe(true);
});

it.each([
  "*",
  "w*",
  "w*:video/*",
  "*:video/*",
  "inbox:*",
  "inbox:user/ana",
  "stage:video/*",
  "watch:",
  "watch:video",
  "watch:video/",
  "watch:/video",
  "watch:video//v_1",
  "work:video/v 1",
  "work:video/*\n",
  "WATCH:*",
  "watch:видео/*",
  `work:video/${"v".repeat(210)}`,
  "",
])("takes no capability for what is none: %j", (text) => {
  expect(isCapability(text)).toBe(false);
});

it("lets a capability be any channel that people are given", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      if (isChannel(text) && !text.startsWith("inbox:")) expect(isCapability(text)).toBe(true);
      if (isCapability(text) && !text.includes("*") && text.length <= 210 && !text.startsWith("answer:"))
        expect(isChannel(text)).toBe(true);
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
