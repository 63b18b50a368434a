import type { Channel } from "@callboard/protocol";
import type { ChannelMeta, Ports } from "../ports/index.ts";

/** A head is read again once it is so old, in milliseconds. */
const keptMs = 1000;
const mostKept = 10_000;

/** The META of channels, at most a second old, so that a million heartbeats do not meet in one row. */
export interface Heads {
  /** Channels without a META are left out. */
  read(channels: readonly Channel[]): Promise<ReadonlyMap<Channel, ChannelMeta>>;
  /** The same, as they are now. */
  readAnew(channels: readonly Channel[]): Promise<ReadonlyMap<Channel, ChannelMeta>>;
}

export function createHeads({ channels: store, clock }: Pick<Ports, "channels" | "clock">): Heads {
  const kept = new Map<Channel, { at: number; meta: ChannelMeta | undefined }>();

  function keep(channel: Channel, at: number, meta: ChannelMeta | undefined): void {
    kept.delete(channel);
    kept.set(channel, { at, meta });
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
  }

  async function readAnew(channels: readonly Channel[]): Promise<Map<Channel, ChannelMeta>> {
    const at = clock.now();
    const metas = await store.metas(channels);
    for (const channel of channels) keep(channel, at, metas.get(channel));
    return metas;
  }

  return {
    readAnew,
    async read(channels) {
      const now = clock.now();
      const found = new Map<Channel, ChannelMeta>();
      const old: Channel[] = [];
      for (const channel of channels) {
        const known = kept.get(channel);
        if (!known || now - known.at >= keptMs) old.push(channel);
        else if (known.meta) found.set(channel, known.meta);
      }
      if (old.length > 0) for (const [channel, meta] of await readAnew(old)) found.set(channel, meta);
      return found;
    },
  };
}
