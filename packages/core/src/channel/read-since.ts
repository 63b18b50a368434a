import type { Channel, Item } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";

/**
 * Everything that changed after an offset, and the floor as it was once that was read: removals at or below it may be
 * missing, those above it are there.
 */
export async function readSince(
  { channels }: Pick<Ports, "channels">,
  channel: Channel,
  after: number,
): Promise<{ items: Item[]; floor: number }> {
  const items = await channels.since(channel, after);
  const floor = (await channels.metas([channel])).get(channel)?.floor ?? 0;
  return { items, floor };
}
