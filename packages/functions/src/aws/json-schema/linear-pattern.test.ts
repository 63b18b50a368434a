import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, PatternFault } from "./linear-pattern.ts";

const finds = (pattern: string, text: string) => compilePattern(pattern).test(text);

describe("a pattern that only the flag u refuses", () => {
  it.each([
    ["^[A-Z]+\\-\\d+$", "OPS-17", "OPS17"],
    ["\\@", "a@b", "ab"],
    ["^[a-z\\-\\_]+$", "a_b-c", "a.b"],
    ["^[\\w-.]+$", "a-b.c", "a b"],
    ["^a\\ b$", "a b", "ab"],
    ["^\\/a\\/$", "/a/", "a"],
    ["^\\\"\\'\\<\\>\\%\\&\\#\\:\\;\\=\\!\\,\\~\\`$", "\"'<>%&#:;=!,~`", "x"],
    ["^{a}$", "{a}", "a"],
    ["^a]$", "a]", "a"],
    ["^x{,3}$", "x{,3}", "xx"],
    ["^\\a\\Z$", "aZ", "a"],
    ["^[\\d-x]$", "-", "y"],
    ["^\\u{61}\\@$", "a@", "u@"],
    ["^\\p{L}\\@$", "é@", "7@"],
    ["^[\\p{L}\\w-.]+$", "é-.", ","],
    ["^[+-\\d]+$", "+-7", ","],
    ["^\\é$", "é", "e"],
  ])("%s finds %s and not %s", (pattern, found, missed) => {
    expect([finds(pattern, found), finds(pattern, missed)]).toEqual([true, false]);
  });
});

describe("what RE2 writes differently has the meaning of ECMAScript", () => {
  it.each([
    ["^\\s$", "\u00a0", true],
    ["^\\s$", "\u180e", false],
    ["^\\S$", "\u2003", false],
    ["^[^\\s]$", "\ufeff", false],
    ["^[\\S]$", "a", true],
    ["^[\\s\\S]$", "\u2028", true],
    ["^.$", "\u2028", false],
    ["^.$", "\r", false],
    ["^.$", "😀", true],
    ["^[^a]$", "\n", true],
    ["^[^]$", "\n", true],
    ["[]", "a", false],
    ["^\\d$", "٣", false],
    ["^\\w$", "é", false],
    ["\\bé", "aé", true],
    ["^a$", "a\n", false],
    ["^a$", "b\na", false],
    ["^\\cJ$", "\n", true],
    ["^\\0$", "\0", true],
    ["^[\\b]$", "\b", true],
    ["^\\v\\f$", "\v\f", true],
    ["^\\u0041\\x42\\u{1F600}$", "AB😀", true],
    ["^\\uD83D\\uDE00$", "😀", true],
    ["^(?<year>\\d{4})$", "2026", true],
    ["^\\p{Script=Greek}\\p{Letter}\\p{gc=Lu}\\p{Lu}$", "αaAA", true],
    ["^[^\\p{L}\\d]$", "7", false],
    ["^\\P{L}$", "7", true],
    ["^\\p{ASCII}$", "é", undefined],
    ["^[[:alpha:]]$", "a]", undefined],
    ["^(a|b|)*?c$", "abac", true],
    ["^(?:a{2}){2}$", "aaaa", true],
    ["^[&&a~~]$", "~", true],
    ["", "", true],
    ["a||b", "", true],
  ] as [string, string, boolean | undefined][])("%j in %j: %s", (pattern, text, found) => {
    const native = () => new RegExp(pattern, "u").test(text);
    if (found === undefined) {
      // Either refused, or the same.
      try {
        expect(finds(pattern, text)).toBe(native());
      } catch (error) {
        expect(error).toSatisfy((one) => one instanceof PatternFault || one instanceof SyntaxError);
      }
    } else expect([finds(pattern, text), native()]).toEqual([found, found]);
  });
});

it.each([
  ["(?=a)", "ahead or behind"],
  ["(?!a)b", "ahead or behind"],
  ["(?<=a)b", "ahead or behind"],
  ["(?<!a)b", "ahead or behind"],
  ["(a)\\1", "back to a group"],
  ["(?<n>a)\\k<n>", "back to a group"],
  ["(", "not a regular expression"],
  ["a{2,1}", "not a regular expression"],
  ["*", "not a regular expression"],
  ["[b-a]", "not a regular expression"],
  ["\\", "not a regular expression"],
  ["\\p{L}{x", "not a regular expression"],
  ["\\p{Nonsense}", "not a regular expression"],
  ["\\p{scx=Greek}", "cannot run"],
  ["a{1001}", "1,000 times"],
  ["(?:a{40}){40}", "1,000 times"],
  ["[ab]{1000}[ab]{1000}[ab]{1000}", "too large"],
])("refuses %s with a reason that repeats nothing of it", (pattern, reason) => {
  const refused = expect(() => compilePattern(pattern));
  refused.toThrow(PatternFault);
  refused.toThrow(reason);
  expect(() => compilePattern(pattern)).not.toThrow(new RegExp(pattern.replace(/[^a-z]/g, "\\$&") || "^$"));
});

const atoms = fc.constantFrom(
  ..."a b A 0 _ . \\d \\D \\w \\W \\s \\S [ab] [^ab] [a-z] [\\w.] [^\\s] [\\S] é 😀 \\u{1F600} \\x41 \\u00e9 \\n \\t \\. \\/ \\- \\@ \\b \\p{L} \\P{Lu} [\\d\\p{P}] [\\w-.]".split(
    " ",
  ),
);
const patterns = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atoms,
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,2}?", "{2,}"))
      .map(([a, repeat]) => `(?:${a})${repeat}`),
  ),
})).pattern;
const anchored = fc
  .tuple(fc.boolean(), patterns, fc.boolean())
  .map(([start, pattern, end]) => (start ? "^" : "") + pattern + (end ? "$" : ""));
const texts = fc.string({
  unit: fc.constantFrom(..."abzAZ09_ .-@/é😀\n\t\r\u2028\u00a0\u0660"),
  maxLength: 12,
});

it("finds what the engine of ECMAScript finds, with the flag u if it accepts the pattern", () => {
  const native = (pattern: string) => {
    try {
      return new RegExp(pattern, "u");
    } catch {
      const mended = pattern.replace(/\\([-@])/g, "[$1]").replaceAll("[\\w-.]", "[\\w.-]");
      return new RegExp(mended, "u");
    }
  };
  fc.assert(
    fc.property(anchored, texts, (pattern, text) => {
      expect(finds(pattern, text)).toBe(native(pattern).test(text));
    }),
    { numRuns: 2000 },
  );
});

it("needs no more time for texts on which other engines backtrack without end", () => {
  const began = process.cpuUsage().user;
  for (const pattern of [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(a+a+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(.*a){20}!",
  ])
    expect([pattern, finds(pattern, `${"a".repeat(8000)}\n!`)]).toEqual([pattern, false]);
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(1000);
});
