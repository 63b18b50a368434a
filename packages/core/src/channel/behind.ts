import { type Channel, heartbeatMs, type Position } from "@callboard/protocol";
import { type Caller, mayFollow } from "../access/principal.ts";
import type { ChannelMeta } from "../ports/index.ts";
import { type FollowPorts, isUseless, unbornEpoch } from "./follow.ts";
import { markViewers } from "./mark-viewers.ts";

/**
 * Which of these channels are ahead of a client's map. Heads may be a second old; for a client that is ahead of one they
 * are read again.
 */
export async function behind(
  ports: FollowPorts,
  caller: Caller,
  positions: ReadonlyMap<Channel, Position>,
): Promise<Channel[]> {
  const entries = [...positions];
  const channels = entries.map(([channel]) => channel);
  let heads = await ports.heads.read(channels);
  const ahead = entries.filter(([channel, { offset }]) => offset > (heads.get(channel)?.head ?? 0));
  if (ahead.length > 0) heads = await ports.heads.readAnew(channels);
  const mine = entries.filter(([channel]) => mayFollow(caller, channel, heads.get(channel)));
  // So that a count that was lost is made up for within one heartbeat.
  for (const [channel] of mine)
    if (heads.has(channel)) await markViewers(ports, channel, { withinMs: heartbeatMs.watch });
  const late = mine.filter(([channel, position]) => isBehind(position, heads.get(channel)));
  if (late.length > 0) ports.log.metric("gaps", late.length);
  return late.map(([channel]) => channel);
}

function isBehind(position: Position, meta: ChannelMeta | undefined): boolean {
  if (!meta) return position.epoch !== unbornEpoch;
  return isUseless(position, meta) || position.offset < meta.head;
}
