import { interleavingContract } from "@callboard/core/testing/interleaving.contract.ts";
import { memorySubscriptionStore } from "../testing/memory-subscription-store.ts";
import { apiGatewayPush } from "./api-gateway-push.ts";
import { deliveryOf } from "./gateway-stage.fixture.ts";
import type { Sender } from "./ports.ts";

interleavingContract("API Gateway", () => {
  const subscriptions = memorySubscriptionStore();
  return {
    of({ ports, gated, setOut }) {
      const sender: Sender = {
        prepare: (text) => async (connectionId) => {
          await setOut(deliveryOf({ connectionId, text }));
          return "sent";
        },
      };
      return apiGatewayPush({ ...ports, subscriptions: gated(subscriptions), sender });
    },
  };
});
