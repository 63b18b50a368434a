// The parts of a function behind the HTTP API, for all packages.
export { type Caller, isOwner, mayFollow } from "@callboard/core";
export { jsonLog } from "../aws/json-log.ts";
export { systemClock } from "../aws/machine.ts";
export { correlated } from "../handlers/log-fields.ts";
export {
  type HttpAnswer,
  type HttpEvent,
  type HttpHandlerParts,
  type HttpRequest,
  httpFailure,
  httpHandler,
  httpResult,
  httpUnread,
  retryAfter,
} from "./http-handler.ts";
export { readJsonBody } from "./json-body.ts";
