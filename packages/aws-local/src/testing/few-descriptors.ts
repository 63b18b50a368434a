import { systemClock } from "../clock/clock.ts";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { createGateway } from "../gateway/gateway.ts";

// A process that tests start with few file descriptors: it serves all clients and prints its ports.
const anybody = {
  principalId: "user/ana",
  policyDocument: { Statement: { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" } },
};
const gateway = await createGateway({
  clock: systemClock,
  port: 0,
  authorizer: async () => anybody,
  connect: async () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat.v1" } }),
  message: async ({ body }) => ({ statusCode: 200, body }),
  disconnect: async () => {},
});
const endpoint = await createEndpoint({ port: 0, services: [] });
console.log(JSON.stringify({ gateway: gateway.port, endpoint: endpoint.port }));
