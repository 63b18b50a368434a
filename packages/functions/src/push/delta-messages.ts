import { type Channel, type Delta, type Item, jsonBytes, limits } from "@callboard/protocol";

/** Deltas as messages for clients, each within the size limit. */
export const deltaMessages = (channel: Channel, deltas: readonly Delta[]): string[] =>
  deltas
    .flatMap((delta) => splitDelta(delta))
    .map((part) => JSON.stringify({ type: "delta", channel, ...part }));

/**
 * Splits a delta that is too large for one message between items; the parts follow each other without a gap. An item that
 * changed again while it was read has an offset above `to`, which advances no client past `to`.
 */
export function splitDelta(delta: Delta, most = limits.serverMessageBytes - 1024): Delta[] {
  const { epoch } = delta;
  const parts: Delta[] = [];
  let items: Item[] = [];
  let bytes = 0;
  let from = delta.from;
  for (const item of delta.items) {
    const size = jsonBytes(item) + 1;
    const last = items.at(-1);
    if (last && bytes + size > most) {
      const to = Math.min(last.offset, delta.to);
      parts.push({ epoch, from, to, items });
      from = to;
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += size;
  }
  parts.push({ epoch, from, to: delta.to, items });
  return parts;
}
