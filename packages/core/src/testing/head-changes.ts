import {
  type Channel,
  type ChannelKind,
  channelsOf,
  type HeadName,
  isShownIn,
  parseChannel,
} from "@callboard/protocol";
import type { ChannelMeta, Entry, Head, HeadChange, HeadState } from "../ports/index.ts";

/** A channel of which nothing was published. */
export const unborn: ChannelMeta = {
  head: 0,
  shards: 1,
  floor: 0,
  keys: 0,
  bytes: 0,
  removed: 0,
  pushed: 0,
  pushedAt: 0,
  flushAt: 0,
};

/** The kinds of a head's channels. */
export const kindsOf = (name: HeadName): ChannelKind[] =>
  channelsOf(name).map((channel: Channel) => parseChannel(channel).kind);

/** A head that is being born. */
export const newborn = (name: HeadName, epoch = "e1"): Head => ({
  name,
  epoch,
  channels: Object.fromEntries(kindsOf(name).map((kind) => [kind, unborn])),
  owners: ["user/ana"],
  followers: [],
});

/** What a test writes to a head, beside the keys. */
export type More = Partial<Pick<HeadChange, "forget" | "guard">> & {
  readonly head?: Partial<Head>;
  readonly epoch?: string;
};

/** A change that sets keys to values, in this order: each takes the next offset of each channel that shows it. */
export function changeOf(
  before: HeadState,
  values: readonly (readonly [string, unknown])[],
  more: More = {},
): HeadChange {
  const { head = {}, epoch, ...rest } = more;
  const known = before.head ?? newborn(before.name, epoch);
  const channels: { [K in ChannelKind]?: ChannelMeta } = { ...known.channels };
  const entries = values.map(([key, value]): Entry => {
    const offsets: { [K in ChannelKind]?: number } = {};
    for (const kind of kindsOf(before.name)) {
      const meta = channels[kind] ?? unborn;
      if (!isShownIn(kind, key)) continue;
      offsets[kind] = meta.head + 1;
      channels[kind] = { ...meta, head: meta.head + 1 };
    }
    const latest = Math.max(...Object.values(offsets));
    return { key, value, version: String(latest).padStart(16, "0"), at: 1_700_000_000_000 + latest, offsets };
  });
  return { before, after: { ...known, channels, ...head }, entries, ...rest };
}
