import { expect, it } from "vitest";
import { answerLink, readAnswerLink } from "./answer-link.ts";

it.each([
  { token: "a.b" },
  { token: "a.b", candidateId: "nova-1" },
  { token: "a.b", candidateId: "a@b|c:1", source: "Model #2 / 日本語 50%" },
])("reads from a link what was written into it: %o", (link) => {
  const url = new URL(answerLink("https://pages.example/", link));
  expect(url.pathname).toBe("/answer.html");
  expect(url.search).toBe("");
  expect(readAnswerLink(url.hash)).toEqual(link);
});

it.each(["", "#", "#%", "#/nova-1"])("reads nothing from a fragment that is no link: %o", (fragment) => {
  expect(readAnswerLink(fragment)).toBeUndefined();
});
