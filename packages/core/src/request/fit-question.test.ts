import { type FeedbackRequested, jsonBytes } from "@callboard/protocol";
import { expect, it } from "vitest";
import { fitQuestion } from "./fit-question.ts";

const asked: FeedbackRequested = {
  subject: "order/1",
  thread: "refund",
  round: 1,
  taskToken: "t".repeat(2048),
  title: "漢".repeat(300),
  prompt: "漢".repeat(1000),
  labels: { answer: "Send it" },
  verbs: ["answer"],
  assignees: ["user/ana"],
};
const schemaOf = (bytes: number) => ({ description: "x".repeat(bytes) });
const bytesOf = ({ taskToken: _, ...question }: FeedbackRequested) => jsonBytes(question);

it("leaves a question unchanged that fits", () => {
  expect(fitQuestion(asked)).toBe(asked);
});

it("allows eight kilobytes", () => {
  const { title: _, labels: __, ...bare } = asked;
  const small = { ...bare, prompt: "Refund it?" };
  const most = { ...small, schema: schemaOf(8192 - bytesOf({ ...small, schema: schemaOf(0) })) };
  expect(bytesOf(most)).toBe(8192);
  expect(fitQuestion(most)).toBe(most);
  expect(fitQuestion({ ...most, title: "T" })).toEqual(most);
});

it("leaves out title and labels before it cuts the prompt", () => {
  const { title: _, labels: __, ...bare } = asked;
  const question = { ...asked, schema: schemaOf(4500) };
  expect(fitQuestion(question)).toEqual({ ...bare, schema: question.schema });
});

it("cuts the prompt of a question with a large schema, and marks it as cut", () => {
  const question = { ...asked, schema: schemaOf(7000) };
  const { prompt, schema } = fitQuestion(question);
  expect([prompt.length > 100, prompt.endsWith("漢…"), schema]).toEqual([true, true, question.schema]);
  expect(bytesOf(fitQuestion(question))).toBeLessThanOrEqual(8192);
});

it("refuses a question if nothing would be left of its prompt", () => {
  const small = { ...asked, prompt: "Refund it?", schema: schemaOf(7900) };
  expect(fitQuestion(small).prompt).toBe("Refund it?");
  for (const prompt of [asked.prompt, small.prompt])
    expect(() => fitQuestion({ ...asked, prompt, schema: schemaOf(8150) })).toThrow(
      "detail: over 8192 bytes",
    );
});
