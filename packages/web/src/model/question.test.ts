import type { TitleOf } from "@callboard/client/headless";
import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { plain } from "../testing/plain.ts";
import { requestOf } from "../testing/request.ts";
import { englishForTests } from "../testing/words.ts";
import { answerText, defaultText } from "./question.ts";

const titles: TitleOf = ({ candidateId }) => (candidateId === "a-1" ? "A night at the Globe" : undefined);

it.each([
  [{ verb: "pick", candidateId: "a-1" }, "If you do nothing: “A night at the Globe” is taken at 14:32."],
  [{ verb: "pick", candidateId: "z" }, "If you do nothing: the first proposal is taken at 14:32."],
  [{ verb: "edit", value: { title: "Own words" } }, "If you do nothing: “Own words” is taken at 14:32."],
  [{ verb: "approve" }, "If you do nothing: it counts as approved at 14:32."],
  [{ verb: "answer", value: 7 }, "If you do nothing: “7” is the answer at 14:32."],
  [undefined, "If nobody answers, the question expires at 14:32."],
] as const)("shows what happens at the deadline with default %j", (reply, text) => {
  const request = requestOf({ deadline: halfPastTwo + 120_000, ...(reply ? { default: reply } : {}) });
  expect(plain(defaultText(request, titles, halfPastTwo, englishForTests))).toBe(text);
});

it("uses the question's own label for the default", () => {
  const labels = { approve: "Release it" };
  const request = requestOf({ deadline: halfPastTwo + 120_000, labels, default: { verb: "approve" } });
  expect(plain(defaultText(request, titles, halfPastTwo, englishForTests))).toBe(
    "If you do nothing: “Release it” is chosen at 14:32.",
  );
});

it("cuts a long answer", () => {
  expect(plain(answerText("x".repeat(100), englishForTests))).toHaveLength(82);
  expect(plain(answerText("😀".repeat(100), englishForTests))).toBe(`“${"😀".repeat(79)}…”`);
});
