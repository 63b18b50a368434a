import {
  type Channel,
  type ClientMessageOf,
  errorMessage,
  heartbeatMs,
  limits,
  type Position,
  type ServerMessageOf,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import { inboxesOf, mayFollow } from "../access/principal.ts";
import type { ChannelMeta } from "../ports/index.ts";
import { watchAudience } from "./audience.ts";
import {
  type Budget,
  type Connected,
  type FollowPorts,
  follow,
  isUseless,
  newBudget,
  subscriptionEnd,
  unbornEpoch,
  unfollow,
} from "./follow.ts";
import { objectOf } from "./fresh-urls.ts";

type Failure = ServerMessageOf<"error">;

/** What clients are told of the limits that concern them. */
const clientLimits = {
  clientMessageBytes: limits.clientMessageBytes,
  channelsPerMessage: limits.channelsPerMessage,
  commentLength: limits.commentLength,
  replyValueBytes: limits.replyValueBytes,
};

/** `hello`: who the connection speaks for, and the channels it named. */
export async function hello(
  ports: FollowPorts,
  connected: Connected,
  message: ClientMessageOf<"hello">,
): Promise<ServerMessageOf<"welcome">> {
  const { caller, connectionId } = connected;
  const channels = message.channels && (await followAll(ports, connected, message.channels));
  return {
    type: "welcome",
    re: message.id,
    connectionId,
    user: { id: caller.id, name: caller.name, roles: [...caller.roles] },
    inboxes: inboxesOf(caller),
    serverTime: ports.clock.now(),
    heartbeatMs,
    expiresAt: subscriptionEnd(ports, caller),
    limits: clientLimits,
    features: ["reply", "resolve"],
    ...(channels ? { channels } : {}),
  };
}

/** `subscribe`: what changed in each channel since the position that was given. */
export async function subscribe(
  ports: FollowPorts,
  connected: Connected,
  message: ClientMessageOf<"subscribe">,
): Promise<ServerMessageOf<"subscribed">> {
  return {
    type: "subscribed",
    re: message.id,
    channels: await followAll(ports, connected, message.channels),
  };
}

/** `unsubscribe`: leaves a mark, so that an older subscribe that comes later loses. */
export async function unsubscribe(
  ports: FollowPorts,
  connected: Connected,
  message: ClientMessageOf<"unsubscribe">,
): Promise<ServerMessageOf<"unsubscribed">> {
  await Promise.all(
    entriesOf(message.channels).map(([channel, sub]) => unfollow(ports, connected, channel, sub)),
  );
  return { type: "unsubscribed", re: message.id, channels: message.channels };
}

/**
 * `ping`: names the channels that are ahead of the client's map. Heads may be a second old; a client that is ahead of
 * one has them read again.
 */
export async function behind(
  ports: FollowPorts,
  { caller }: Connected,
  message: ClientMessageOf<"ping">,
): Promise<ServerMessageOf<"pong">> {
  const entries = entriesOf(message.at);
  const channels = entries.map(([channel]) => channel);
  let heads = await ports.heads.read(channels);
  const ahead = entries.filter(([channel, [, offset]]) => offset > (heads.get(channel)?.head ?? 0));
  if (ahead.length > 0) heads = await ports.heads.readAnew(channels);
  const mine = entries.filter(([channel]) => mayFollow(caller, channel, heads.get(channel)));
  // So that a count that was lost is made up for within one heartbeat.
  for (const [channel] of mine)
    if (heads.has(channel)) await watchAudience(ports, channel, heartbeatMs.watch);
  const late = mine.filter(([channel, [epoch, offset]]) => isBehind({ epoch, offset }, heads.get(channel)));
  if (late.length > 0) ports.log.metric("gaps", late.length);
  return { type: "pong", re: message.id, behind: late.map(([channel]) => channel) };
}

function isBehind(position: Position, meta: ChannelMeta | undefined): boolean {
  if (!meta) return position.epoch !== unbornEpoch;
  return isUseless(position, meta) || position.offset < meta.head;
}

/** `resolve`: a fresh URL for an object that an item of a channel holds. */
export async function resolve(
  ports: FollowPorts,
  { caller }: Connected,
  message: ClientMessageOf<"resolve">,
): Promise<ServerMessageOf<"resolved"> | Failure> {
  const { ref, id: re } = message;
  const hash = ref.indexOf("#");
  const channel = ref.slice(0, hash) as Channel;
  const { meta, items } = await ports.channels.read(channel, [ref.slice(hash + 1)]);
  if (!mayFollow(caller, channel, meta)) return errorMessage("forbidden", { re });
  const object = objectOf(items[0]?.value);
  if (!object) return errorMessage("not_found", { re });
  return { type: "resolved", re, ref, ...(await ports.objects.sign(object.key)) };
}

/** One after the other: they share what one message may carry. */
async function followAll(
  ports: FollowPorts,
  connected: Connected,
  channels: Readonly<Record<string, Subscribe>>,
): Promise<Record<Channel, Subscribed>> {
  const answers: Record<Channel, Subscribed> = {};
  const budget: Budget = newBudget();
  for (const [channel, wanted] of entriesOf(channels))
    answers[channel] = await follow(ports, connected, channel, wanted, budget);
  return answers;
}

/** The schema has checked the names. */
const entriesOf = <T>(channels: Readonly<Record<string, T>>) => Object.entries(channels) as [Channel, T][];
