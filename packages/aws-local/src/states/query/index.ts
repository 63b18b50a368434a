export { evaluateChoiceRule } from "./choice-rule.ts";
export { QueryError } from "./error.ts";
export type { Json, Scope } from "./json.ts";
export { type Bindings, evaluateJsonata } from "./jsonata.ts";
export { readPath } from "./path/read-path.ts";
export { writePath } from "./path/write-path.ts";
export { evaluateTemplate } from "./template.ts";
export { parseTimestamp } from "./timestamp.ts";
