import { type Channel, type HeadName, headOf, parseChannel } from "@callboard/protocol";
import type { ChannelMeta, Head, Ports } from "../ports/index.ts";

/** A head of this age is read again. Milliseconds. */
const MAX_AGE_MS = 1000;
const MAX_HEADS = 10_000;

/** Heads that are at most a second old, so that a million heartbeats do not all read one row. */
export interface RecentHeads {
  /** The heads of these channels; those that were never written are missing. */
  read(channels: readonly Channel[]): Promise<ReadonlyMap<HeadName, Head>>;
  /** The same, read again now. */
  readAgain(channels: readonly Channel[]): Promise<ReadonlyMap<HeadName, Head>>;
}

/** The state of a channel, with its epoch; undefined: nothing was published to it yet. */
export function channelStateOf(
  channel: Channel,
  head: Head | undefined,
): (ChannelMeta & { readonly epoch: string }) | undefined {
  const meta = head?.channels[parseChannel(channel).kind];
  return meta && meta.head > 0 ? { ...meta, epoch: head!.epoch } : undefined;
}

export function createRecentHeads({ heads: store, clock }: Pick<Ports, "heads" | "clock">): RecentHeads {
  const kept = new Map<HeadName, { at: number; head: Head | undefined }>();

  function keep(name: HeadName, at: number, head: Head | undefined): void {
    kept.delete(name);
    kept.set(name, { at, head });
    if (kept.size > MAX_HEADS) kept.delete(kept.keys().next().value!);
  }

  async function readNames(names: readonly HeadName[]): Promise<Map<HeadName, Head>> {
    const at = clock.now();
    const heads = await store.read(names);
    for (const name of names) keep(name, at, heads.get(name));
    return heads;
  }

  const namesOf = (channels: readonly Channel[]) => [...new Set(channels.map(headOf))];

  return {
    readAgain: (channels) => readNames(namesOf(channels)),
    async read(channels) {
      const now = clock.now();
      const found = new Map<HeadName, Head>();
      const old: HeadName[] = [];
      for (const name of namesOf(channels)) {
        const known = kept.get(name);
        if (!known || now - known.at >= MAX_AGE_MS) old.push(name);
        else if (known.head) found.set(name, known.head);
      }
      if (old.length > 0) for (const [name, head] of await readNames(old)) found.set(name, head);
      return found;
    },
  };
}
