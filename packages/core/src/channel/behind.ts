import { type Channel, headOf, heartbeatMs, type Position } from "@callboard/protocol";
import { type Caller, mayFollow } from "../access/principal.ts";
import type { Head } from "../ports/index.ts";
import { type FollowPorts, isUseless, UNBORN_EPOCH } from "./follow.ts";
import { markViewers } from "./mark-viewers.ts";
import { channelStateOf } from "./recent-heads.ts";

/**
 * Returns which of these channels are ahead of a client's map. Heads may be a second old; if the client is ahead of
 * one, they are read again.
 */
export async function behind(
  ports: FollowPorts,
  caller: Caller,
  positions: ReadonlyMap<Channel, Position>,
): Promise<Channel[]> {
  const entries = [...positions];
  const channels = entries.map(([channel]) => channel);
  let heads = await ports.recentHeads.read(channels);
  const metaOf = (channel: Channel) => channelStateOf(channel, heads.get(headOf(channel)));
  const ahead = entries.some(([channel, { offset }]) => offset > (metaOf(channel)?.head ?? 0));
  if (ahead) heads = await ports.recentHeads.readAgain(channels);
  const mine = entries.filter(([channel]) => mayFollow(caller, channel, heads.get(headOf(channel))));
  // So that a count that was lost is repeated within one heartbeat.
  const existing = mine.map(([channel]) => channel).filter(metaOf);
  await Promise.all(existing.map((channel) => markViewers(ports, channel, { withinMs: heartbeatMs.watch })));
  const late = mine.filter(([channel, position]) => isBehind(position, channel, heads.get(headOf(channel))));
  if (late.length > 0) ports.log.metric("gaps", late.length);
  return late.map(([channel]) => channel);
}

function isBehind(position: Position, channel: Channel, head: Head | undefined): boolean {
  const meta = channelStateOf(channel, head);
  if (!meta) return position.epoch !== UNBORN_EPOCH;
  return isUseless(position, meta) || position.offset < meta.head;
}
