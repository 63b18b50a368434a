import { interleavingContract } from "./interleaving.contract.ts";
import { type Delivery, memoryPush, type Subscriptions } from "./memory-push.ts";
import { pushContract } from "./push.contract.ts";

pushContract("memory", () => {
  let now = Date.UTC(2026, 0, 1);
  const gone = new Set<string>();
  let deliveries: Delivery[] = [];
  return {
    push: memoryPush({
      clock: { now: () => now },
      async arrive(delivery) {
        if (gone.has(delivery.connectionId)) return "gone";
        deliveries.push(delivery);
        return "arrived";
      },
    }),
    async arrived() {
      const all = deliveries;
      deliveries = [];
      return all;
    },
    vanish: (connectionId) => void gone.add(connectionId),
    now: () => now,
    pass(ms) {
      now += ms;
    },
  };
});

interleavingContract("memory", () => {
  const subscriptions: Subscriptions = new Map();
  return {
    of({ ports: { clock }, gated, setOut }) {
      const arrive = async (delivery: Delivery) => {
        await setOut(delivery);
        return "arrived" as const;
      };
      const { deliver, spacingMs, ...others } = memoryPush({ clock, subscriptions, arrive });
      const { begin } = gated({ begin: async () => {} });
      return {
        ...gated(others),
        async deliver(deliveries) {
          await begin();
          return deliver(deliveries);
        },
        spacingMs,
      };
    },
  };
});
