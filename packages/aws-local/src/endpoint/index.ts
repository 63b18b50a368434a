export { AwsError, awsJson, type HttpService, type JsonCall, readBody } from "./aws-json.ts";
export { createEndpoint, type Endpoint, type EndpointOptions } from "./endpoint.ts";
export { foreignness, listenLocally, stopListening } from "./loopback.ts";
export type { EndpointService } from "./service.ts";
