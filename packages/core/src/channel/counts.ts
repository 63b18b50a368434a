import { type ChannelKind, isShownIn, jsonBytes, limits, valueShownIn } from "@callboard/protocol";
import type { ChannelMeta, Entry } from "../ports/index.ts";

/** The state of each channel of a head while a change is decided. */
export type Channels = { [K in ChannelKind]?: ChannelMeta };

/** Bytes of a value, as JSON; 0 for a removed one. */
export const sizeOf = (value: unknown): number => (value === null ? 0 : jsonBytes(value));

const live = (value: unknown): number => (value === null ? 0 : 1);
const gone = (entry: { value: unknown } | undefined): number => (entry && entry.value === null ? 1 : 0);

/** Gives an entry the next offset of each channel that shows it, and updates the counts in `channels`. */
export function placed(
  entry: Omit<Entry, "offsets">,
  known: Entry | undefined,
  channels: Channels,
  kinds: readonly ChannelKind[],
): Entry {
  const offsets: { [K in ChannelKind]?: number } = {};
  for (const kind of kinds) {
    if (!isShownIn(kind, entry.key)) continue;
    const meta = channels[kind]!;
    const shown = valueShownIn(kind, entry.key, entry.value);
    const was = known ? valueShownIn(kind, entry.key, known.value) : null;
    offsets[kind] = meta.head + 1;
    channels[kind] = {
      ...meta,
      head: meta.head + 1,
      bytes: meta.bytes + sizeOf(shown) - sizeOf(was),
      keys: meta.keys + live(shown) - live(was),
      removed: meta.removed + gone({ value: shown }) - gone(known),
    };
  }
  return { ...entry, offsets };
}

/** A limit of a channel, by its name in `limits`. */
export type Bound = "channelKeys" | "channelBytes";

/** The limit that a channel exceeds after a change that made it fuller. */
export function boundPassed(was: ChannelMeta, is: ChannelMeta): Bound | undefined {
  if (is.keys > limits.channelKeys && is.keys > was.keys) return "channelKeys";
  if (is.bytes > limits.channelBytes && is.bytes > was.bytes) return "channelBytes";
  return undefined;
}

/** Whether a channel uses no more than this share of its limits. */
export const isWithin = ({ keys, bytes }: ChannelMeta, share: number): boolean =>
  keys <= limits.channelKeys * share && bytes <= limits.channelBytes * share;
