export { bedrockLabel, converseStandIn, drawStandIn } from "./bedrock.ts";
export { endpointLabel, modelEndpoint } from "./model-endpoint.ts";
