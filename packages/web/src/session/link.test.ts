import { expect, it } from "vitest";
import { fragmentOf, parseLink, subjectOf } from "./link.ts";

const nothing = { token: undefined, subject: undefined, requestId: undefined, isMalformed: false };
const requestId = "req_0123456789";

it.each([
  ["a video", "#/v/v_1", { subject: "video/v_1" }],
  ["a subject of another kind", "#/v/order/7", { subject: "order/7" }],
  ["a question", "#/q/req_0123456789", { requestId }],
  ["a video, with a token", "#/v/v_1?token=aa.bb.c-c_", { subject: "video/v_1", token: "aa.bb.c-c_" }],
  ["a question, with a token", `#/q/${requestId}?token=aa.bb.cc`, { requestId, token: "aa.bb.cc" }],
  ["a token alone", "#token=aa.bb.cc", { token: "aa.bb.cc" }],
  ["a token alone, as a route has it", "#/?token=aa.bb.cc", { token: "aa.bb.cc" }],
])("reads %s", (_, hash, link) => {
  expect(parseLink(hash)).toEqual({ ...nothing, ...link });
});

it("still reads old links without routes", () => {
  expect(parseLink(`#token=aa.bb.cc&video=order/7&request=${requestId}`)).toEqual({
    ...nothing,
    token: "aa.bb.cc",
    subject: "order/7",
    requestId,
  });
});

it.each(["", "#", "#/", "#/?token=nonsense", "#token=nonsense", "#top"])("finds no place in %s", (hash) => {
  expect(parseLink(hash)).toEqual(nothing);
});

it.each([
  "#/x/v_1",
  "#/v/",
  "#/v/a b",
  "#/v/<script>",
  "#/v/%E0%A4%A",
  "#/q/req_!",
  "#/q/",
  "#token=nonsense&video=a b&request=req_!",
])("recognizes %s as an invalid place", (hash) => {
  const link = parseLink(hash);
  expect(link).toEqual({ ...nothing, isMalformed: true });
  expect(parseLink(fragmentOf(link))).toEqual(link);
});

it("accepts a subject of any kind", () => {
  expect(subjectOf(" show/hamlet ")).toBe("show/hamlet");
});

it.each(["video/v_1", "video/v=1+x", "show/hamlet/2", "order/a?b=1&c", "video/50%", "video/a#b"])(
  "writes %j into a fragment and reads it back, if it is valid",
  (subject) => {
    expect(parseLink(fragmentOf({ subject })).subject).toBe(subjectOf(subject));
  },
);

it("leads to a question by its id alone", () => {
  expect(fragmentOf({ subject: "order/17", requestId })).toBe(`#/q/${requestId}`);
  expect(parseLink(fragmentOf({ requestId }))).toEqual({ ...nothing, requestId });
});

it("leaves no token in the fragment", () => {
  expect([fragmentOf({ subject: "video/v_1" }), fragmentOf({})]).toEqual(["#/v/v_1", ""]);
});
