import { type Dated, DUE_PARTITIONS, type DueStore, type PendingStore } from "../ports/index.ts";
import { dueOf } from "../request/agenda.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";
import type { MemoryRequests } from "./memory-request-store.ts";
import type { memoryAudienceStore } from "./memory-stores.ts";

const partitionOf = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 0) % DUE_PARTITIONS;

const nameOf = (due: Dated): string => ("request" in due ? due.request : due.audience);

const inOrder = (a: Dated, b: Dated): number => a.at - b.at || (nameOf(a) < nameOf(b) ? -1 : 1);

/** Due requests and counts of viewers, in memory. */
export function memoryDueStore(
  requests: Pick<MemoryRequests, "all" | "read">,
  audiences: Pick<ReturnType<typeof memoryAudienceStore>, "marks">,
): DueStore {
  const all = (kind: "request" | "audience"): Dated[] =>
    kind === "audience"
      ? [...audiences.marks()].map(([audience, at]) => ({ audience, at }))
      : requests.all().map((request) => ({ request: request.id, at: dueOf(request) ?? Infinity }));
  return {
    async due(kind, partition, until, limit, after) {
      return all(kind)
        .filter((due) => due.at <= until && partitionOf(nameOf(due)) === partition)
        .filter((due) => after === undefined || inOrder(after, due) < 0)
        .sort(inOrder)
        .slice(0, limit);
    },
    async read(dues) {
      const rows = dues.map(async (due) => {
        if ("audience" in due) {
          const at = audiences.marks().get(due.audience);
          return at === undefined ? [] : [{ audience: due.audience, due: at }];
        }
        const request = await requests.read(due.request);
        if (!request) return [];
        const at = dueOf(request);
        const { id, version } = request;
        return [{ request: id, version, ...(at === undefined ? {} : { due: at }) }];
      });
      return (await Promise.all(rows)).flat();
    },
    async waiting(partition) {
      const waiting = requests.all().filter((request) => dueOf(request) !== undefined);
      return waiting.filter(({ id }) => partitionOf(id) === partition).length;
    },
  };
}

/** Pending requests, in memory. */
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
