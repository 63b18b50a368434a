export { type AskOptions, ask } from "./ask.ts";
export { DefinitionError } from "./checks.ts";
export { type ExpandOptions, expand } from "./expand.ts";
export { type ReportOptions, report } from "./report.ts";
export type { Common, Onward, State, States } from "./states.ts";
export { type Expression, type Json, type Literal, literal, type QueryLanguage } from "./values.ts";
