export type { Condition } from "./condition.ts";
export { type ExpressionInput, type Expressions, expressions } from "./expressions.ts";
export type { KeyCondition, KeyConditionPart } from "./key-condition.ts";
export type { ExpressionName } from "./lexer.ts";
export type { Projection } from "./projection.ts";
export type { Update } from "./update.ts";
