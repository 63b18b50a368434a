import { boundedAnswers } from "./bounded-answers.ts";

/** Answers against JSON Schema. Most invocations check none: what does it is loaded by the first that does. */
export const jsonSchemaAnswers = boundedAnswers(() => import("./json-schema/check-answers.ts"));
