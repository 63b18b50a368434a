import type { RequestId } from "@callboard/protocol";
import type { NoticeRecord, NoticeStore, Turn } from "../ports/index.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";

/** A notice store in memory. */
export function memoryNoticeStore(): NoticeStore {
  const turns = new Map<string, Turn>();
  const records = new Map<string, Map<RequestId, NoticeRecord>>();
  return {
    turn: async (key) => copy(turns.get(key)),
    async records(key, ids) {
      const known = records.get(key);
      return new Map(
        ids.flatMap((id) => {
          const one = known?.get(id);
          return one ? [[id, copy(one)] as const] : [];
        }),
      );
    },
    async claim(before, after) {
      if (turns.get(after.key)?.rev !== before?.rev) return false;
      turns.set(after.key, copy(after));
      return true;
    },
    async settle(claimed, after, notices) {
      const { key, by, rev } = claimed;
      const turn = turns.get(key);
      if (turn?.by !== by || turn.rev !== rev) return false;
      turns.set(key, copy(after));
      const known = records.get(key) ?? new Map<RequestId, NoticeRecord>();
      for (const one of notices) known.set(one.record.requestId, copy(one.record));
      records.set(key, known);
      return true;
    },
    async forget(key) {
      const count = records.get(key)?.size ?? 0;
      records.delete(key);
      turns.delete(key);
      return count;
    },
  };
}
