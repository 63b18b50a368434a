export { type AskOptions, ask, type Question } from "./ask.ts";
export { DefinitionError } from "./checks.ts";
export { type ExpandOptions, expand } from "./expand.ts";
export { type ReportOptions, report, type Step, type Steps } from "./report.ts";
export type { Common, Onward, State, States } from "./states.ts";
export { type Expression, type Json, type Literal, literal, type QueryLanguage } from "./values.ts";
