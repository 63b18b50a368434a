import { expect, it } from "vitest";
import type * as z from "zod/mini";
import { FeedbackRequested, ProgressReported } from "./events.ts";
import { boundedIssues, readBy } from "./issues.ts";
import { parseClientMessage } from "./messages.ts";

const asked = {
  subject: "order/1",
  thread: "refund",
  round: 1,
  taskToken: "AQCkAAAAKgAAAAMAAAAA",
  prompt: "Refund it?",
  verbs: ["approve", "reject"],
  assignees: ["user/ana"],
};
const reported = { subject: "order/1", step: "pay", state: "started", at: "2026-01-01T00:00:00Z" };

function issuesIn(schema: z.ZodMiniType, value: unknown): string[] {
  const read = readBy(schema, value);
  return read.ok ? [] : [...read.issues];
}

const { prompt: _, ...promptless } = asked;
const timeRule = "a time from 2000 up to 2100, in milliseconds or as ISO 8601";

it.each<[string, z.ZodMiniType, object, string[]]>([
  ["a field that is missing", FeedbackRequested, promptless, ["prompt: missing"]],
  [
    "a misspelt field",
    FeedbackRequested,
    { ...promptless, promt: "?" },
    ['prompt: missing (is it meant by "promt"?)'],
  ],
  [
    "a field in another case",
    FeedbackRequested,
    { ...promptless, Prompt: "?" },
    ['prompt: missing (is it meant by "Prompt"?)'],
  ],
  [
    "a misspelt field beside another mistake",
    FeedbackRequested,
    { ...asked, round: 0, timeout_seconds: 60 },
    ["round: at least 1", 'timeoutSeconds: absent (is it meant by "timeout_seconds"?)'],
  ],
  [
    "a misspelt field within another",
    FeedbackRequested,
    { ...asked, escalate: { afterSecond: 60, to: ["role/editors"] } },
    ['escalate.afterSeconds: missing (is it meant by "afterSecond"?)'],
  ],
  [
    "a misspelt field of a candidate",
    FeedbackRequested,
    {
      ...asked,
      candidates: [
        { id: "a", title: "A" },
        { id: "b", titel: "B", descriptio: "welcome" },
      ],
    },
    ['candidates.1.title: missing (is it meant by "titel"?)'],
  ],
  [
    "somebody without a kind",
    FeedbackRequested,
    { ...asked, assignees: ["ana"] },
    ["assignees.0: a principal is user/<id> or role/<id>"],
  ],
  [
    "a text in place of a list",
    FeedbackRequested,
    { ...asked, verbs: "approve" },
    ["verbs: expected a list"],
  ],
  ["an empty list", FeedbackRequested, { ...asked, verbs: [] }, ["verbs: at least 1 item"]],
  [
    "a text that is none of the allowed ones",
    ProgressReported,
    { ...reported, state: "done" },
    ["state: one of started, running, waiting, succeeded, failed, skipped"],
  ],
  [
    "a subject without a slash",
    ProgressReported,
    { ...reported, subject: "order" },
    ["subject: a subject is <kind>/<id>, such as video/v_1"],
  ],
  [
    "an object in place of a text",
    FeedbackRequested,
    { ...asked, prompt: { en: "Hello" } },
    ["prompt: expected a text"],
  ],
  ["a text of blanks", FeedbackRequested, { ...asked, prompt: " \u200b\n" }, ["prompt: nothing but blanks"]],
  [
    "a fraction in place of a whole number",
    ProgressReported,
    { ...reported, attempt: 1.5 },
    ["attempt: expected a whole number"],
  ],
  ["seconds for milliseconds", ProgressReported, { ...reported, at: 1_767_225_661 }, [`at: ${timeRule}`]],
  [
    "a wait of 0 seconds",
    FeedbackRequested,
    { ...asked, timeoutSeconds: 0 },
    ["timeoutSeconds: more than 0"],
  ],
  ["nothing at all", ProgressReported, [], ["message: expected an object"]],
])("explains in words what is wrong with %s", (_what, schema, value, issues) => {
  expect(issuesIn(schema, value)).toEqual(issues);
});

it("does not match a field with another that only shares some letters", () => {
  const { at: _at, ...timeless } = reported;
  for (const field of ["data", "what", "x"])
    expect(issuesIn(ProgressReported, { ...timeless, [field]: {} })).toEqual(["at: missing"]);
});

it("does not repeat the content of a field, or an invalid name", () => {
  const secret = "s3cr3t words";
  const value = {
    ...promptless,
    verbs: [secret],
    assignees: [secret],
    round: secret,
    lang: secret,
    "promt\u001b[2J": secret,
  };
  const text = issuesIn(FeedbackRequested, value).join();
  expect(text).toContain("prompt: missing");
  expect(text).not.toContain("s3cr3t");
  expect(text).not.toContain("\u001b");
});

it("names at most ten problems, each of bounded length", () => {
  const channels = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`${n}${"x".repeat(500)}`, { sub: 1 }]),
  );
  const parsed = parseClientMessage(JSON.stringify({ type: "subscribe", id: "m1", channels }));
  const issues = parsed.ok ? [] : (parsed.error.details?.issues as string[]);
  expect(issues).toHaveLength(10);
  expect(Math.max(...issues.map(({ length }) => length))).toBe(300);
  expect(boundedIssues(["a: b"])).toEqual(["a: b"]);
});
