import { expect, it } from "vitest";
import { addressOf } from "./browser-session.ts";

const base = new URL("https://pages.example/board/sign-in.html");

it("leads to a page beside the sign-in, with the place in it", () => {
  const place = "/board/creator.html#video=order/17&request=req_0123456789";
  expect(addressOf(place, base).href).toBe(`https://pages.example${place}`);
});

it.each([
  "",
  "creator.html",
  "//evil.example/board/creator.html",
  "/\\evil.example/board/",
  "https://evil.example/board/creator.html",
  "javascript:alert(1)",
  "/board/../creator.html",
  "/other/creator.html",
  "/board/sign-in.html#again",
  "http://[",
])("leads to the start page from %j, which is not a page", (place) => {
  expect(addressOf(place, base).href).toBe("https://pages.example/board/");
});
