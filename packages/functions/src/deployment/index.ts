// What a deployment has to know of the functions: plain data, without the AWS SDK.
export { eventTypesWithTokens, SOURCE, workflowEventTypes } from "@callboard/protocol";
export type { FunctionName, VariablesOf } from "../environment.ts";
export { indexes, TTL, tableDefinition } from "../table/definition.ts";
export { type RowKind, rowPrefix } from "../table/keys.ts";
export { type BusRule, busRules } from "./bus-rules.ts";
export {
  type DeployedFunction,
  deployedFunctionNames,
  deployedFunctions,
  type FunctionSize,
} from "./functions.ts";
export { type BusFunction, ownEventTargets } from "./own-event-targets.ts";
