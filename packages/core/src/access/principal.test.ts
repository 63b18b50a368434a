import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ana, viewer } from "../testing/memory-stage.ts";
import { matchesGlob, mayAnswer, mayFollow, mayPublish } from "./principal.ts";

describe("a capability glob", () => {
  it.each([
    ["watch:*", "watch:video/v_1", true],
    ["watch:*", "work:video/v_1", false],
    ["work:video/*", "work:video/ana/1", true],
    ["work:video/*", "work:image/1", false],
    ["answer:*/ana/*", "answer:video/ana/1", true],
    ["work:video/v_1", "work:video/v_1", true],
    ["work:video/v_1", "work:video/v_12", false],
    ["a*a", "a", false],
    ["*", "anything", true],
    ["", "watch:x/y", false],
  ])("%s on %s is %s", (glob, text, matches) => {
    expect(matchesGlob(glob, text)).toBe(matches);
  });

  it("agrees with the regular expression that means the same", () => {
    const small = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(small, text, (glob, value) => {
        const meant = new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(value);
        expect(matchesGlob(glob, value)).toBe(meant);
      }),
    );
  });
});

it("lets nobody into another's inbox, whatever their capabilities", () => {
  const almighty = { ...viewer, capabilities: ["*", "inbox:*"] };
  expect(mayFollow(almighty, "inbox:user/ana", undefined)).toBe(false);
  expect(mayFollow(ana, "inbox:user/ana", undefined)).toBe(true);
  expect(mayFollow({ ...viewer, roles: ["role/editors"] }, "inbox:role/editors", undefined)).toBe(true);
});

it("does not let those who may only watch answer", () => {
  expect(mayAnswer(viewer, "video/v_1", ["user/ana"])).toBe(false);
  expect(mayAnswer(ana, "video/v_1", ["user/ana"])).toBe(true);
});

describe("a publisher", () => {
  const publishers = { video: ["video/", "clip/c_"], orders: ["order/"] };

  it.each([
    ["video", "video/v_1", true],
    ["video", "clip/c_1", true],
    ["video", "clip/d_1", false],
    ["video", "order/1", false],
    ["orders", "order/1", true],
    ["somebody", "order/1", false],
    ["constructor", "order/1", false],
  ] as const)("tells whether %s may publish about %s: %s", (source, subject, may) => {
    expect(mayPublish(publishers, source, subject)).toBe(may);
  });

  it("lets everybody publish where nobody is named", () => {
    expect(mayPublish(undefined, "somebody", "order/1")).toBe(true);
  });

  it("lets nobody publish where the list is empty", () => {
    expect(mayPublish({}, "somebody", "order/1")).toBe(false);
  });
});
