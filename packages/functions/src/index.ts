export { authorizeEnvironment } from "./authorize-environment.ts";
export { dynamoDbOf, eventBridgeOf, type InProcess, sqsOf, stepFunctionsOf } from "./aws/clients.ts";
export { batchGetItem, putItem } from "./aws/dynamodb/dynamodb.ts";
export { eventBridgeBus } from "./aws/eventbridge-bus.ts";
export { ServiceError } from "./aws/json/service.ts";
export { jwtTokens } from "./aws/jwt-tokens.ts";
export { cryptoIds, systemClock } from "./aws/machine.ts";
export { sfnExecutions } from "./aws/sfn-executions.ts";
export { sqsWakeups } from "./aws/sqs-wakeups.ts";
export { readWakeup } from "./aws/wakeup-message.ts";
export {
  composeCli,
  composeClock,
  composeRelay,
  composeRequests,
  composeSocket,
} from "./compose.ts";
export { composeAuthorize } from "./compose-authorize.ts";
export { composeNotify } from "./compose-notify.ts";
export { composePlugins } from "./compose-plugins.ts";
export { composeFanout, composeIngest, undiciWire } from "./compose-posting.ts";
export { guardedFetch } from "./doors/guarded-fetch.ts";
export { openDoors } from "./doors/open-doors.ts";
export { webhookDoor } from "./doors/webhook.ts";
export { type EnvironmentOf, environment, type FunctionName } from "./environment.ts";
export { httpRequestsHandler } from "./handlers/answers.ts";
export { authorizeHandler } from "./handlers/authorize.ts";
export { authorizeHttpHandler } from "./handlers/authorize-http.ts";
export { clockHandler } from "./handlers/clock.ts";
export { fanoutHandler } from "./handlers/fanout.ts";
export { ingestHandler } from "./handlers/ingest.ts";
export { notifyHandler } from "./handlers/notify.ts";
export { pluginsHandler } from "./handlers/plugins.ts";
export { relayHandler } from "./handlers/relay.ts";
export { requestsHandler } from "./handlers/requests.ts";
export { socketHandler } from "./handlers/socket.ts";
export { openApiDocument } from "./openapi/document.ts";
export { eventSchemas } from "./openapi/event-schemas.ts";
export { busRules, producerOf } from "./producers/index.ts";
export { pooledSender } from "./push/pooled-sender.ts";
export { tableDefinition } from "./table/create-table.ts";
export { layoutRow, TTL } from "./table/definition.ts";
export { dynamoPeopleStore } from "./table/dynamo-people-store.ts";
export { tableStores } from "./table/table-stores.ts";
