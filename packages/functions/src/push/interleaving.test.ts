import { interleavingContract } from "@callboard/core/testing/interleaving.contract.ts";
import type { OutEvent } from "@callboard/protocol";
import { memorySubscriptionStore } from "../testing/memory-subscription-store.ts";
import { memorySweepStore } from "../testing/memory-sweep-store.ts";
import { apiGatewayPush } from "./api-gateway-push.ts";
import { fanOut } from "./fan-out.ts";
import type { Sender } from "./ports.ts";
import { deliveryOf } from "./testing/gateway-stage.ts";

interleavingContract("API Gateway", () => {
  const subscriptions = memorySubscriptionStore();
  const sweeps = memorySweepStore();
  return {
    of({ ports, gated, setOut }) {
      const sender: Sender = {
        prepare: (text) => async (connectionId) => {
          await setOut(deliveryOf({ connectionId, text }));
          return "sent" as const;
        },
      };
      // A sweep is carried out, and dies, with the process that sent for it.
      const bus = gated({
        async put(events: readonly OutEvent[]) {
          for (const event of events) if (event.type === "Fan-out Page") void fanOut(fanning, event);
        },
      });
      const parts = {
        ...ports,
        subscriptions: gated(subscriptions),
        sweeps: gated(sweeps),
        sender,
        bus,
      };
      const fanning = { ...parts, viewers: { changed: async () => {} } };
      return apiGatewayPush(parts);
    },
  };
});
