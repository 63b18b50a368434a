import type { PendingStore } from "../ports/ops.ts";
import { dueOf } from "../request/due.ts";
import { structuredCopy as copy } from "./memory-channel-store.ts";
import { partitionOf } from "./memory-due-store.ts";
import type { MemoryRequests } from "./memory-request-store.ts";

/** What is pending of requests in memory. */
export function memoryPendingStore(requests: Pick<MemoryRequests, "all">): PendingStore {
  return {
    async pending(partition, limit) {
      const found = requests
        .all()
        .filter((request) => dueOf(request) !== undefined && partitionOf(request.id) === partition)
        .sort((a, b) => dueOf(a)! - dueOf(b)!);
      return { requests: copy(found.slice(0, limit)), more: found.length > limit };
    },
  };
}
