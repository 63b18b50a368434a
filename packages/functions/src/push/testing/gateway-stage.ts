import type { Clock } from "@callboard/core";
import type { Delivery } from "@callboard/core/testing";
import type { Channel, OutEvent, ServerMessageOf } from "@callboard/protocol";
import { memorySubscriptionStore } from "../../testing/memory-subscription-store.ts";
import { memorySweepStore } from "../../testing/memory-sweep-store.ts";
import { apiGatewayPush } from "../api-gateway-push.ts";
import { fanOut } from "../fan-out.ts";
import type { PostOutcome, Sender } from "../ports.ts";

export interface GatewayStageOptions {
  /** Default: a clock that stands still. */
  readonly clock?: Clock;
  /** The outcome of a post. Default: `sent`. */
  readonly outcome?: (connectionId: string) => PostOutcome;
  readonly postsPerSecond?: number;
}

/** Pushing over API Gateway, in memory: posts are recorded, and events wait until the bus is pumped. */
export function gatewayStage({ clock, outcome = () => "sent", ...pacing }: GatewayStageOptions = {}) {
  let now = Date.UTC(2026, 0, 1);
  let count = 0;
  const time = clock ?? { now: () => now, wait: async () => {} };
  const posts: { connectionId: string; text: string; at: number }[] = [];
  const queue: OutEvent[] = [];
  const put: OutEvent[] = [];
  const hints = new Map<Channel, number>();
  const metrics: { name: string; value: number }[] = [];
  const marked: Channel[] = [];
  const sender: Sender = {
    prepare: (text) => async (connectionId) => {
      const became = outcome(connectionId);
      if (became === "sent") posts.push({ connectionId, text, at: time.now() });
      return became;
    },
  };
  const hintOf = (channel: Channel) => hints.get(channel) ?? 1;
  const parts = {
    ...pacing,
    subscriptions: memorySubscriptionStore(),
    sweeps: memorySweepStore(),
    heads: {
      async spread(channel: Channel, from: number, to: number) {
        if (hintOf(channel) === from) hints.set(channel, to);
      },
    },
    bus: {
      async put(events: readonly OutEvent[]) {
        queue.push(...events);
        put.push(...events);
      },
    },
    sender,
    clock: time,
    ids: { random: () => (count++).toString(36).padStart(16, "0") },
    log: { info() {}, warn() {}, metric: (name: string, value: number) => metrics.push({ name, value }) },
  };
  const fanning = {
    ...parts,
    viewers: {
      async changed(channel: Channel) {
        marked.push(channel);
      },
    },
  };

  return {
    ...parts,
    push: apiGatewayPush(parts),
    posts,
    queue,
    put,
    metrics,
    /** Channels that were marked for a count of viewers. */
    marked,
    /** A channel in its current head. */
    to: (channel: Channel) => ({ channel, hint: hintOf(channel) }),
    now: () => time.now(),
    /** Advances the clock. */
    pass(ms: number) {
      now += ms;
    },
    /** An invocation of `fanout`. */
    fanOut: (event: OutEvent): Promise<void> => fanOut(fanning, event as OutEvent & { type: "Fan-out Page" }),
    /** Handles the events on the bus until it is empty. */
    async pump(): Promise<void> {
      for (let event = queue.shift(); event; event = queue.shift()) await this.fanOut(event);
    },
  };
}

/** The content of a post. */
export function deliveryOf({ connectionId, text }: { connectionId: string; text: string }): Delivery {
  const { type: _, channel, ...delta } = JSON.parse(text) as ServerMessageOf<"delta">;
  return { connectionId, channel, delta };
}
