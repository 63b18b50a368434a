import type { Principal } from "@callboard/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Members } from "../ports/index.ts";
import { ana, viewer } from "../testing/memory-stage.ts";
import {
  inboxesOf,
  isOwner,
  isReserved,
  matchesGlob,
  mayAnswer,
  mayFollow,
  mayPublish,
  personOf,
} from "./principal.ts";

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
    ["a*ab*b", "aab", false],
    ["a*ab*b", "aabb", true],
    ["a*b*b*", "ab", false],
    ["*", "anything", true],
    ["", "watch:x/y", false],
  ])("%s on %s is %s", (glob, text, matches) => {
    expect(matchesGlob(glob, text)).toBe(matches);
  });

  it("agrees with the equivalent regular expression", () => {
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

it("lets nobody read another person's inbox, with any capabilities", () => {
  const almighty = { ...viewer, capabilities: ["*", "inbox:*"] };
  expect(mayFollow(almighty, "inbox:user/ana", undefined)).toBe(false);
  expect(mayFollow(ana, "inbox:user/ana", undefined)).toBe(true);
  expect(mayFollow({ ...viewer, roles: ["role/editors"] }, "inbox:role/editors", undefined)).toBe(true);
});

describe("a list of all subjects of a kind", () => {
  const may = (...capabilities: string[]) => mayFollow({ ...viewer, capabilities }, "list:video", undefined);

  it.each(["watch:*", "watch:video/*", "watch:vid*", "watch:*/*", "watch:*o/*", "watch:**"])(
    "is for people who may watch each of them: %s",
    (capability) => {
      expect(may("answer:video/*", capability)).toBe(true);
    },
  );

  it.each([
    "work:*",
    "work:video/*",
    "answer:*",
    "watch:video/ana/*",
    "watch:video/v_*",
    "watch:video/v_1",
    "watch:videos/*",
    "watch:*/v_1",
    "watch:*/ana/*",
    "watch:image/*",
    "list:*",
    "list:video",
  ])("is not for people who may watch only some of them, or something else: %s", (capability) => {
    expect(may(capability)).toBe(false);
  });

  it("follows from capabilities that match every subject, and from no others", () => {
    const kinds = fc.constantFrom("video", "v", "vid", "o");
    const rest = fc.stringMatching(/^[a-z_*/]{0,6}$/);
    const subjects = ["v_1", "ana/v_1", "a", "o/o", "z/z/z/z"];
    fc.assert(
      fc.property(
        fc.constantFrom("watch:", "watch:v", "watch:*", "watch:video/"),
        rest,
        kinds,
        (start, end, kind) => {
          const glob = `${start}${end}`;
          if (!mayFollow({ ...viewer, capabilities: [glob] }, `list:${kind}`, undefined)) return;
          for (const subject of subjects) expect(matchesGlob(glob, `watch:${kind}/${subject}`)).toBe(true);
        },
      ),
    );
  });
});

it("shows the list of a principal's own subjects only to that principal, whatever others may do", () => {
  const almighty = { ...viewer, capabilities: ["*", "watch:*", "work:*", "list:*"] };
  const mine = (caller: typeof ana, owner: string) => mayFollow(caller, `list:video/${owner}`, undefined);
  expect(mine(almighty, "user/ana")).toBe(false);
  expect(mine({ ...ana, capabilities: [] }, "user/ana")).toBe(true);
  expect(mine({ ...viewer, capabilities: [], roles: ["role/editors"] }, "role/editors")).toBe(true);
  expect(mine({ ...ana, id: "editors" }, "role/editors")).toBe(false);
});

it("does not let those who may only watch answer", () => {
  expect(mayAnswer(viewer, "video/v_1", ["user/ana"])).toBe(false);
  expect(mayAnswer(ana, "video/v_1", ["user/ana"])).toBe(true);
});

it("lets capabilities of the channel's kind follow it", () => {
  const editor = { ...viewer, capabilities: ["work:video/*"] };
  expect(mayFollow(editor, "work:video/v_1", undefined)).toBe(true);
  expect(mayFollow(editor, "work:image/v_1", undefined)).toBe(false);
  expect(mayFollow(editor, "watch:video/v_1", undefined)).toBe(false);
});

describe("without any capability", () => {
  const bare = { ...ana, capabilities: [], roles: ["role/editors"] } as const;
  const members = (owners: Principal[], followers: Principal[] = []) => ({ owners, followers });

  it("owners and followers of a subject follow its work, and nobody else does", () => {
    const may = (of: Members | undefined) => mayFollow(bare, "work:video/v_1", of);
    expect(may(members(["user/ana"]))).toBe(true);
    expect(may(members(["user/ben"], ["role/editors"]))).toBe(true);
    expect(may(members(["user/ben"], ["user/cem"]))).toBe(false);
    expect(may(undefined)).toBe(false);
    expect(mayFollow(bare, "watch:video/v_1", members(["user/ana"]))).toBe(false);
  });

  it("owners are known by their id or by a role", () => {
    expect(isOwner(bare, members(["user/ana"]))).toBe(true);
    expect(isOwner(bare, members(["user/ben", "role/editors"]))).toBe(true);
    expect(isOwner(bare, members(["user/ben"], ["user/ana"]))).toBe(false);
    expect(isOwner(bare, undefined)).toBe(false);
  });

  it("people answer what they, or a role of theirs, were asked", () => {
    expect(mayAnswer(bare, "video/v_1", ["user/ben", "role/editors"])).toBe(true);
    expect(mayAnswer(bare, "video/v_1", ["user/ben"])).toBe(false);
    const reviewer = { ...bare, capabilities: ["watch:*", "answer:video/*"] };
    expect(mayAnswer(reviewer, "video/v_1", ["user/ben"])).toBe(true);
    expect(mayAnswer(reviewer, "image/v_1", ["user/ben"])).toBe(false);
  });

  it("people have an inbox for themselves and one for each role, and sign with their id and name", () => {
    expect(inboxesOf(bare)).toEqual(["inbox:user/ana", "inbox:role/editors"]);
    expect(personOf(bare)).toEqual({ id: "ana", name: "Ana" });
  });
});

it("refuses reserved ids for people, not for roles", () => {
  expect(isReserved("user/system")).toBe(true);
  expect(isReserved("user/ana")).toBe(false);
  expect(isReserved("role/system")).toBe(false);
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
  ] as const)("decides whether %s may publish about %s: %s", (source, subject, may) => {
    expect(mayPublish(publishers, source, subject)).toBe(may);
  });

  it("lets everybody publish where nobody is named", () => {
    expect(mayPublish(undefined, "somebody", "order/1")).toBe(true);
  });

  it("lets nobody publish where the list is empty", () => {
    expect(mayPublish({}, "somebody", "order/1")).toBe(false);
  });
});
