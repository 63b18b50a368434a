// What a deployment has to know of the functions: plain data, without the AWS SDK.
export type { FunctionName } from "../environment.ts";
export { busRules } from "../producers/index.ts";
export type { BusRule } from "../producers/producer.ts";
export { indexes, TTL, tableDefinition } from "../table/definition.ts";
