import { type Clock, createViewers, type Ports } from "@callboard/core";
import { type Delivery, handle, memoryStage } from "@callboard/core/testing";
import type { ServerMessageOf } from "@callboard/protocol";
import { memorySubscriptionStore } from "../testing/memory-subscription-store.ts";
import { apiGatewayPush } from "./api-gateway-push.ts";
import { fanOut } from "./pages.ts";
import type { PostOutcome, Sender } from "./ports.ts";

export interface GatewayStageOptions {
  readonly clock?: Clock;
  /** What becomes of a post; `sent` unless said. */
  readonly outcome?: (connectionId: string) => PostOutcome;
}

/** The whole domain on memory, pushing over API Gateway: subscriptions in memory, and posts that are kept. */
export function gatewayStage({ clock, outcome = () => "sent" }: GatewayStageOptions = {}) {
  const subscriptions = memorySubscriptionStore();
  const posts: { connectionId: string; text: string }[] = [];
  const sender: Sender = {
    prepare: (text) => async (connectionId) => {
      const became = outcome(connectionId);
      if (became === "sent") posts.push({ connectionId, text });
      return became;
    },
  };
  const partsOf = (ports: Ports) => ({ ...ports, ...(clock ? { clock } : {}), subscriptions, sender });
  const stage = memoryStage((ports) => {
    const parts = partsOf(ports);
    return { ...parts, push: apiGatewayPush(parts) };
  });
  const fanning = { ...partsOf(stage.ports), viewers: createViewers(stage.ports) };

  return {
    ...stage,
    subscriptions,
    posts,
    /** Handles what is on the bus, Fan-out Pages included, until it is empty. */
    async pump(): Promise<void> {
      for (let event = stage.queue.shift(); event; event = stage.queue.shift())
        await (event.type === "Fan-out Page" ? fanOut(fanning, event) : handle(stage.app, event));
    },
  };
}

/** What a post brought. */
export function deliveryOf({ connectionId, text }: { connectionId: string; text: string }): Delivery {
  const { type: _, channel, ...delta } = JSON.parse(text) as ServerMessageOf<"delta">;
  return { connectionId, channel, delta };
}
