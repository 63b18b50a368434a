import { boundedAnswers } from "./bounded-answers.ts";

/** Checks answers against JSON Schema. Most invocations check none, so the first check loads the checker. */
export const jsonSchemaAnswers = boundedAnswers(() => import("./json-schema/check-answers.ts"));
