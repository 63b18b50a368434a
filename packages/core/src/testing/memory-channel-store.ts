import type { Channel, Item, RequestId } from "@callboard/protocol";
import type { ChannelMeta, ChannelStore } from "../ports/index.ts";

/** What a change of META is decided on. */
const fields = ["head", "epoch", "shards", "pushed", "pushedAt", "flushAt"] as const;

interface StoredChannel {
  meta: ChannelMeta;
  items: Map<string, Item>;
}

/** Channels in memory; `versionOf` answers the guard of a change. */
export function memoryChannelStore(versionOf: (id: RequestId) => number | undefined): ChannelStore {
  const channels = new Map<Channel, StoredChannel>();
  const copy = <T>(value: T): T => structuredCopy(value);
  return {
    async read(channel, keys) {
      const stored = channels.get(channel);
      const items = keys.map((key) => stored?.items.get(key)).filter((item) => item !== undefined);
      return { meta: copy(stored?.meta), items: copy(items) };
    },
    async metas(names) {
      const found = names.flatMap((name) => {
        const stored = channels.get(name);
        return stored ? [[name, copy(stored.meta)] as const] : [];
      });
      return new Map(found);
    },
    async since(channel, after) {
      const items = [...(channels.get(channel)?.items.values() ?? [])];
      return copy(items.filter((item) => item.offset > after).sort((a, b) => a.offset - b.offset));
    },
    async commit({ channel, before, after, items, forget = [], guard }) {
      const stored = channels.get(channel);
      if (guard && versionOf(guard.request) !== guard.version) return "guard_failed";
      if (fields.some((field) => stored?.meta[field] !== before?.[field])) return "conflict";
      if (forget.some(({ key, was }) => stored?.items.get(key)?.offset !== was)) return "conflict";
      if (items.some(({ item, was }) => stored?.items.get(item.key)?.offset !== was)) return "conflict";
      const next = stored ?? { meta: after, items: new Map() };
      next.meta = copy(after);
      for (const { item } of items) next.items.set(item.key, copy(item));
      for (const { key } of forget) next.items.delete(key);
      channels.set(channel, next);
      return "committed";
    },
    async flush(channel, flushAt, now) {
      const stored = channels.get(channel);
      if (stored?.meta.flushAt !== flushAt) return undefined;
      const before = stored.meta;
      stored.meta = { ...before, pushed: before.head, pushedAt: now, flushAt: 0 };
      return copy(before);
    },
    async spread(channel, from, to) {
      const stored = channels.get(channel);
      if (stored?.meta.shards === from) stored.meta = { ...stored.meta, shards: to };
    },
  };
}

/** A copy as a table would give it back: JSON, without what is undefined. */
export function structuredCopy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
