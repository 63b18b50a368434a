import { type InboxRequestValue, jsonBytes, limits } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { FeedbackRequest } from "./request.ts";
import { inboxProposal } from "./values.ts";

const request: FeedbackRequest = {
  id: "req_3kq9v8m2x7ab4dnt",
  subject: "order/1",
  thread: "refund",
  round: 1,
  order: [0, 1, 0],
  execution: "arn:e",
  prompt: "Refund it?",
  verbs: ["approve"],
  candidates: [],
  digest: "shown",
  assignees: ["user/ana"],
  askedAt: 1_767_225_600_000,
  deadline: 1_767_229_200_000,
  remindedAt: 1_767_227_000_000,
  probeEveryMs: 60_000,
  probeAt: 1_767_225_660_000,
  status: { state: "open" },
  version: 1,
  changedAt: 1_767_225_600_000,
  announced: 1,
};
const lineOf = (more: Partial<FeedbackRequest>) =>
  inboxProposal({ ...request, ...more }).fold(undefined)?.value as InboxRequestValue;

it.each([
  ["short", "Refund it?", "Refund it?"],
  ["of families", "👩‍👩‍👧‍👦".repeat(90), /^(👩‍👩‍👧‍👦)+…$/u],
  ["of flags", "🇩🇪".repeat(250), /^(🇩🇪)+…$/u],
  ["in Chinese", "漢".repeat(1000), /^漢+…$/],
  ["of control characters", "\u0001".repeat(1000), /…$/],
])("lists a prompt that is %s in 512 bytes, cut within none of its characters", (_, prompt, shown) => {
  const line = lineOf({ prompt });
  expect(jsonBytes(line)).toBeLessThanOrEqual(limits.inboxSummaryBytes);
  expect(line.prompt).toMatch(shown);
});

it("lists a question with the longest names that there are", () => {
  const line = lineOf({
    id: `req_${"a".repeat(64)}`,
    subject: `order/${"s".repeat(194)}`,
    thread: "t".repeat(64),
    round: 100,
    prompt: "Refund it? ".repeat(50),
  });
  expect(jsonBytes(line)).toBeLessThanOrEqual(limits.inboxSummaryBytes);
  expect(line.prompt).toMatch(/…$/);
});
