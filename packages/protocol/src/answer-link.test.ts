import { expect, it } from "vitest";
import { answerLink, readDoorLink, unsubscribeLink } from "./answer-link.ts";

const token = "v1.eyJrIjoiYW5zd2VyIn0.c2lnbmVk-_x";
const opened = { opens: "answer", token } as const;

it.each([
  { token },
  { token, candidateId: "nova-1" },
  { token, candidateId: "a@b|c:1", source: "Model #2 / 日本語 50%" },
  { token, candidateId: "(it's) ~*fine*!", source: "a?b&c=d" },
])("reads the parts that a link was made of: %o", (link) => {
  const url = new URL(answerLink("https://pages.example/", link));
  expect(url.pathname).toBe("/answer.html");
  expect(url.search).toBe("");
  expect(readDoorLink(url.hash)).toEqual({ opens: "answer", ...link });
});

it("distinguishes the link that turns a door off from one that opens a question", () => {
  const { hash, pathname } = new URL(unsubscribeLink("https://pages.example", token));
  expect(pathname).toBe("/answer.html");
  expect(readDoorLink(hash)).toEqual({ opens: "unsubscribe", token });
  expect(readDoorLink(`#unsubscribe%2F${token}`)).toEqual({ opens: "unsubscribe", token });
});

it.each(["", "#", "#%", "#/nova-1", "#short/nova-1", "#unsubscribe", `#${"x".repeat(601)}`, "#日本語"])(
  "reads nothing from an invalid fragment: %o",
  (fragment) => {
    expect(readDoorLink(fragment)).toBeUndefined();
  },
);

/** What links become after scanners, click counters and programs that make text clickable. */
it.each([
  ["a full stop of the sentence around it", `#${token}.`, opened],
  ["a bracket around it", `#${token}>`, opened],
  ["parameters of a click counter", `#${token}?utm_source=mail&utm_medium=link`, opened],
  ["the same behind a candidate", `#${token}/right?utm_source=mail`, { ...opened, candidateId: "right" }],
  ["a fragment that was encoded as a whole", `#${token}%2Fright`, { ...opened, candidateId: "right" }],
  ["the same in small letters", `#${token}%2fright`, { ...opened, candidateId: "right" }],
  ["a fragment that is repeated", `#${token}#${token}`, opened],
  ["a slash at the end", `#${token}/`, opened],
  ["an incomplete encoding", `#${token}/%E6%97`, opened],
  ["a line break in the middle of a candidate", `#${token}/ri\nght`, { ...opened, candidateId: "ri" }],
])("reads a link in spite of %s", (_, fragment, link) => {
  expect(readDoorLink(fragment)).toEqual(link);
});
