/**
 * The code for the forms of schemas, as one chunk: it is nearly as large as the client, and few questions
 * take a value. `use-answer-form.ts` imports it when the first form is needed.
 */
export { answerForm } from "./answer-form.ts";
export { readForm } from "./form-reading.ts";
export { placedIssues } from "./server-issues.ts";
