export { evaluateChoiceRule, parseTimestamp } from "./choice-rule.ts";
export { evaluateJsonata } from "./jsonata.ts";
export { readPath } from "./path/read-path.ts";
export { writePath } from "./path/write-path.ts";
export type { Scope } from "./query.ts";
export { QueryError } from "./query.ts";
export { evaluateTemplate } from "./template.ts";
