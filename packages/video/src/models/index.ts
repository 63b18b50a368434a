export { bedrockLabel, bedrockStandIn } from "./bedrock.ts";
export { endpointLabel, modelEndpoint } from "./model-endpoint.ts";
