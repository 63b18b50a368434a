export { answerForm } from "./answer-form.ts";
export { createDrafts, type DraftStorage, type Drafts } from "./drafts.ts";
export * from "./form-field.ts";
export { type FieldProblem, type FormReading, readForm } from "./form-reading.ts";
export { stateOf } from "./form-state.ts";
export { readAs } from "./locale-number.ts";
export { localMoment, localTime } from "./moment-text.ts";
export { placedIssues } from "./server-issues.ts";
