// What a deployment has to know of the functions: plain data, without the AWS SDK.
export type { FunctionName } from "../environment.ts";
export { indexes, TTL, tableDefinition } from "../table/definition.ts";
export { type BusRule, busRules } from "./bus-rules.ts";
