import { subscriptionStoreContract } from "../push/subscription-store.contract.ts";
import { memorySubscriptionStore } from "./memory-subscription-store.ts";

subscriptionStoreContract("memory", async () => ({ subscriptions: memorySubscriptionStore() }));
