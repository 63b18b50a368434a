import type { PersonRecord, Reach, ReachStore } from "../ports/index.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";

/** How to reach people, in memory, next to the people store. */
export function memoryReachStore(people: {
  all(): readonly PersonRecord[];
}): ReachStore & { all(): readonly Reach[] } {
  const rows = new Map<string, Reach>();
  const isErased = ({ key, at }: Reach) =>
    people.all().some((one) => one.key === key && one.state === "erased" && one.until > at);
  return {
    read: async (key) => copy(rows.get(key)),
    async replace(before, after) {
      const key = (after ?? before)?.key;
      if (key === undefined) return true;
      if (rows.get(key)?.rev !== before?.rev || (after && isErased(after))) return false;
      if (after) rows.set(key, copy(after));
      else rows.delete(key);
      return true;
    },
    async withRole(role, limit) {
      const found = [...rows.values()].filter(({ roles }) => roles.includes(role));
      return found.map(({ key }) => key).slice(0, limit);
    },
    all: () => [...rows.values()],
  };
}
