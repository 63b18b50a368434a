export type { Condition } from "./condition.ts";
export { type Expressions, expressions } from "./expressions.ts";
export type { KeyConditionPart } from "./key-condition.ts";
export type { Projection } from "./projection.ts";
export type { Update } from "./update.ts";
