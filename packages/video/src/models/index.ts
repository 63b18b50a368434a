export { bedrockLabel, converseStandIn } from "./bedrock.ts";
export { invokeStandIn } from "./invoke-model.ts";
export { endpointLabel, modelEndpoint } from "./model-endpoint.ts";
