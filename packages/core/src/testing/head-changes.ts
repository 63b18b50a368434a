import { type ChannelKind, channelKindsOf, type HeadName, isShownIn } from "@callboard/protocol";
import { newMeta } from "../channel/decide-change.ts";
import type { ChannelMeta, Entry, Head, HeadChange, HeadState } from "../ports/index.ts";

export { newMeta };

/** A head before its first write. */
export const newborn = (name: HeadName, epoch = "e1"): Head => ({
  name,
  epoch,
  channels: Object.fromEntries(channelKindsOf(name).map((kind) => [kind, newMeta])),
  owners: ["user/ana"],
  followers: [],
});

/** What a test writes to a head in addition to the keys. */
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
    for (const kind of channelKindsOf(before.name)) {
      const meta = channels[kind] ?? newMeta;
      if (!isShownIn(kind, key)) continue;
      offsets[kind] = meta.head + 1;
      channels[kind] = { ...meta, head: meta.head + 1 };
    }
    const latest = Math.max(...Object.values(offsets));
    return { key, value, version: String(latest).padStart(16, "0"), at: 1_700_000_000_000 + latest, offsets };
  });
  return { before, after: { ...known, channels, ...head }, entries, ...rest };
}
