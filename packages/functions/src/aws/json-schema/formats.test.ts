import { expect, it } from "vitest";
import { checkedFormats } from "./formats.ts";

/** What makes patterns of formats try again and again. */
const long = [
  "a",
  "1",
  "a.",
  "a-",
  "1.",
  ":",
  "/",
  "%41",
  "a@",
  "::",
  "f:",
  "~0",
  "/a",
  "P1Y",
  "0",
  " ",
  "[",
  "é",
];

it.each(Object.entries(checkedFormats))(
  "checks %s in proportion to the text, whatever the text is",
  (_name, test) => {
    const began = process.cpuUsage().user;
    for (const part of long)
      for (const [before, after] of [
        ["", ""],
        ["", "!"],
        ["a@", "!"],
        ["http://", "\\"],
        ["::", "g"],
        ["/", "~"],
      ] as const)
        test(before + part.repeat(8000 / part.length) + after);
    // 108 texts of 8 KB: what takes time in proportion needs a few milliseconds, what does not needs seconds.
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(1000);
  },
);
