import { expect, it } from "vitest";
import { fragmentOf, parseLink, subjectOf } from "./link.ts";

it("reads the token and the video of a link", () => {
  expect(parseLink("#token=aa.bb.c-c_&video=v_1")).toEqual({ token: "aa.bb.c-c_", subject: "video/v_1" });
});

it("takes what is not well-formed as absent", () => {
  expect(parseLink("#token=nonsense&video=a b")).toEqual({ token: undefined, subject: undefined });
  expect(parseLink("")).toEqual({ token: undefined, subject: undefined });
});

it("takes a subject of any kind", () => {
  expect(subjectOf(" show/hamlet ")).toBe("show/hamlet");
});

it.each(["video/v_1", "video/v=1+x", "show/hamlet/2"])(
  "names %j in a fragment that it reads back",
  (subject) => {
    expect(parseLink(fragmentOf(subject)).subject).toBe(subject);
  },
);

it("leaves no token in the fragment", () => {
  expect([fragmentOf("video/v_1"), fragmentOf(undefined)]).toEqual(["#video=v_1", ""]);
});
