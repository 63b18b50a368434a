/**
 * What draws and reads the forms of schemas, as one chunk: it weighs nearly as much as a client, and few questions take
 * a value. `use-answer-form.ts` imports it when the first form is wanted.
 */
export { answerForm } from "./answer-form.ts";
export { readForm } from "./form-reading.ts";
export { placedIssues } from "./server-issues.ts";
