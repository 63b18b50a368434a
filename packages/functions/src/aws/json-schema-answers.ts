import type { AnswerSchemas } from "@callboard/core";

/** Most invocations check no answer: what does it, and the library with it, is loaded by the first that does. */
async function load(): Promise<AnswerSchemas> {
  const { answers } = await import("./json-schema/check-answers.ts");
  return answers;
}

/**
 * Answers against JSON Schema, as `answerChecker` checks them; one that takes long is torn off.
 */
export const jsonSchemaAnswers: AnswerSchemas = {
  async fault(schema) {
    const checker = await load();
    return checker.fault(schema);
  },
  async issues(schema, value) {
    const checker = await load();
    return checker.issues(schema, value);
  },
};
