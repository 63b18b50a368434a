// By these a test changes any key, as no use case does.
export { propose, version } from "../channel/decide-change.ts";
export { publish } from "../channel/publish.ts";
export { memoryChannelStore } from "./memory-channel-store.ts";
export { memoryDeadLetterQueue } from "./memory-dead-letter-queue.ts";
export { memoryDueStore, memoryPendingStore } from "./memory-due-store.ts";
export { type Delivery, memoryPush } from "./memory-push.ts";
export { memoryRequestStore } from "./memory-request-store.ts";
export * from "./memory-stage.ts";
export {
  memoryAttentionStore,
  memoryAudienceStore,
  memoryConnectionStore,
  memoryExecutionStore,
  memoryRefusalCounter,
} from "./memory-stores.ts";
