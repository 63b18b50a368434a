import { type Due, type DueStore, duePartitions, type PendingStore } from "../ports/index.ts";
import { dueOf } from "../request/agenda.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";
import type { MemoryRequests } from "./memory-request-store.ts";
import type { memoryAudienceStore } from "./memory-stores.ts";

const partitionOf = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 0) % duePartitions;

/** What is due of requests and audiences in memory. */
export function memoryDueStore(
  requests: Pick<MemoryRequests, "all">,
  audiences: Pick<ReturnType<typeof memoryAudienceStore>, "due">,
): DueStore {
  return {
    async due(partition, now, limit) {
      const dues: [string, Due][] = [
        ...requests
          .all()
          .filter((request) => (dueOf(request) ?? Infinity) <= now)
          .map(({ id }): [string, Due] => [id, { request: id }]),
        ...audiences.due(now).map((audience): [string, Due] => [audience, { audience }]),
      ];
      return dues
        .filter(([name]) => partitionOf(name) === partition)
        .slice(0, limit)
        .map(([, due]) => due);
    },
    async waiting(partition) {
      const waiting = requests.all().filter((request) => dueOf(request) !== undefined);
      return waiting.filter(({ id }) => partitionOf(id) === partition).length;
    },
  };
}

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
