import fc from "fast-check";
import { expect, it } from "vitest";
import { Channel, Subject } from "./names.ts";
import {
  channelsOf,
  headOf,
  isCapability,
  isChannel,
  isSubject,
  listChannel,
  parseChannel,
  parseList,
  readKinds,
  subjectKind,
} from "./naming.ts";

/** Texts that are names, or nearly so. */
const part = fc.stringMatching(/^[\w.@:|+=/ -]{0,140}$/);
const start = fc.constantFrom(
  "watch:",
  "work:",
  "inbox:user/",
  "inbox:role/",
  "inbox:",
  "list:",
  "list:video/user/",
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
])("accepts a capability: %s", (text) => {
  expect(isCapability(text)).toBe(true);
});

it.each([
  "*",
  "w*",
  "w*:video/*",
  "*:video/*",
  "inbox:*",
  "inbox:user/ana",
  "list:*",
  "list:video",
  "list:video/*",
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
])("refuses an invalid capability: %j", (text) => {
  expect(isCapability(text)).toBe(false);
});

it("accepts every watch and work channel as a capability", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      if (isChannel(text) && !/^(inbox|list):/.test(text)) expect(isCapability(text)).toBe(true);
      if (isCapability(text) && !text.includes("*") && text.length <= 210 && !text.startsWith("answer:"))
        expect(isChannel(text)).toBe(true);
    }),
  );
});

it("limits the length of a name", () => {
  const subject = `video/${"v".repeat(194)}`;
  expect([isSubject(subject), isSubject(`${subject}v`)]).toEqual([true, false]);
  const channel = `watch:${subject}vvvv`;
  expect([isChannel(channel), isChannel(`${channel}v`)]).toEqual([true, false]);
});

it.each([
  ["watch:video/v_1", "watch", "video/v_1"],
  ["work:a:b/c:d", "work", "a:b/c:d"],
  ["inbox:user/ana@x.org", "inbox", "user/ana@x.org"],
  ["list:video", "list", "video"],
  ["list:a:b/role/editors", "list", "a:b/role/editors"],
] as const)("splits %s", (channel, kind, name) => {
  expect(isChannel(channel)).toBe(true);
  expect(parseChannel(channel)).toEqual({ kind, name });
});

it.each([
  "list:",
  "list:/",
  "list:video/",
  "list:*",
  "list:video/*",
  "list:video/v_1",
  "list:video/user",
  "list:video/user/",
  "list:video/user/ana/x",
  "list:video/ana/user/ana",
  "list:user/ana/v",
  "list:vi deo",
  "list:видео",
  "list:video\n",
  `list:${"k".repeat(65)}`,
  `list:video/user/${"a".repeat(129)}`,
])("refuses an invalid list: %j", (text) => {
  expect([isChannel(text), Channel.safeParse(text).success]).toEqual([false, false]);
});

it("names the list of a kind and that of its owner, and splits such names", () => {
  const longest = listChannel("k".repeat(64), `user/${"a".repeat(128)}`);
  for (const list of [listChannel("video"), listChannel("video", "user/ana"), longest]) {
    expect(isChannel(list)).toBe(true);
    const { kind, owner } = parseList(parseChannel(list).name);
    expect(listChannel(kind, owner)).toBe(list);
    expect([headOf(list), channelsOf(list)]).toEqual([list, [list]]);
  }
  expect(subjectKind("video/ana/v_1")).toBe("video");
});

it.each([
  ["video", ["video"]],
  ["video,order", ["video", "order"]],
  [" video , order,video ", ["video", "order"]],
  ["none", []],
  ["none,video", ["none", "video"]],
  ["", undefined],
  ["video,", undefined],
  ["video/", undefined],
  ["video order", undefined],
  ["*", undefined],
  ["k".repeat(65), undefined],
])("reads the kinds of %j", (text, kinds) => {
  expect(readKinds(text)).toEqual(kinds);
});
