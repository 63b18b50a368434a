import type { AnswerSchemas } from "@callboard/core";

/** Most invocations check no answer: what does it is loaded by the first that does. */
const load = () => import("./json-schema/check-answers.ts");

/**
 * Answers against JSON Schema: draft 2020-12, or the one that `$schema` names. Bounded in size, depth and work, since a
 * schema comes with an event; only references within the schema are followed, and patterns run in linear time.
 */
export const jsonSchemaAnswers: AnswerSchemas = {
  fault: async (schema) => (await load()).faultOf(schema),
  issues: async (schema, value) => (await load()).issuesOf(schema, value),
};
