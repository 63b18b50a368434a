import { expect, it } from "vitest";
import { fnv1a } from "./hash.ts";

// From the test vectors of the algorithm's authors: stored rows rest on these numbers.
it.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("hashes %j as its authors do", (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});

it("tells texts apart beyond ASCII", () => {
  expect(fnv1a("ä")).not.toBe(fnv1a("ö"));
});
