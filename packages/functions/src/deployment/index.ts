// What a deployment needs to know about the functions: plain data, without the AWS SDK.
export {
  eventTypesWithTokens,
  pluginManager,
  readKinds,
  SOURCE,
  workflowEventTypes,
} from "@callboard/protocol";
export { MAILBOX_RULE as mailboxRule, readMailbox } from "../doors/mail/address.ts";
export { readSmtpUrl, smtpPlace } from "../doors/mailers/smtp-url.ts";
export type { FunctionName, VariablesOf } from "../environment.ts";
export { innerEventTargets } from "../producers/callboard.ts";
export { busRules } from "../producers/index.ts";
export type { BusFunction } from "../producers/producer.ts";
export { type Publisher, publishersVariable, serverlessVideoPublishers } from "../producers/publishers.ts";
export { tableDefinition } from "../table/create-table.ts";
export { indexes, layoutRow, RETENTION_DAYS, TTL } from "../table/definition.ts";
export { breakerKey, type RowKind, rowPrefix } from "../table/keys.ts";
export { type CheckInput, checkDefinition, checkMachine, checkPublisher } from "./check-machine.ts";
export {
  type DeployedFunction,
  deployedFunctions,
  type FunctionSize,
  wakeupsQueue,
} from "./functions.ts";
export { anyOrigin, httpCors, httpRoutes, readOrigins } from "./http-api.ts";
export {
  authorizeVariables,
  type IdentitySettings,
  type PagesSignIn,
  readIdentity,
  signInOf,
} from "./identity-settings.ts";
export { lifecycleTable, pluginRow } from "./plugins.ts";
