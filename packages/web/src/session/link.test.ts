import { expect, it } from "vitest";
import { fragmentOf, parseLink, subjectOf } from "./link.ts";

it("reads the token and the video of a link", () => {
  expect(parseLink("#token=aa.bb.c-c_&video=v_1")).toEqual({
    token: "aa.bb.c-c_",
    subject: "video/v_1",
    requestId: undefined,
  });
});

it("takes what is not well-formed as absent", () => {
  const nothing = { token: undefined, subject: undefined, requestId: undefined };
  expect(parseLink("#token=nonsense&video=a b&request=req_!")).toEqual(nothing);
  expect(parseLink("")).toEqual(nothing);
});

it("takes a subject of any kind", () => {
  expect(subjectOf(" show/hamlet ")).toBe("show/hamlet");
});

it.each(["video/v_1", "video/v=1+x", "show/hamlet/2"])(
  "names %j in a fragment that it reads back",
  (subject) => {
    expect(parseLink(fragmentOf({ subject })).subject).toBe(subject);
  },
);

it("leads back to one of a subject's questions", () => {
  const place = { subject: "order/17", requestId: "req_0123456789" } as const;
  expect(fragmentOf(place)).toBe("#video=order/17&request=req_0123456789");
  expect(parseLink(fragmentOf(place))).toEqual({ token: undefined, ...place });
});

it("leaves no token in the fragment", () => {
  expect([fragmentOf({ subject: "video/v_1" }), fragmentOf({})]).toEqual(["#video=v_1", ""]);
});
