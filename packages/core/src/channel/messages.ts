import { inboxesOf, mayFollow } from "../access/principal.ts";
import type { ChannelMeta, Ports } from "../ports.ts";
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
} from "../protocol/index.ts";
import {
  type Budget,
  type Connected,
  follow,
  isUseless,
  newBudget,
  subscriptionEnd,
  unbornEpoch,
} from "./follow.ts";
import { objectOf } from "./fresh-urls.ts";

type ChannelPorts = Pick<Ports, "channels" | "subscriptions" | "objects" | "clock">;
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
  ports: ChannelPorts,
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
  ports: ChannelPorts,
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
  ports: ChannelPorts,
  { connectionId, caller }: Connected,
  message: ClientMessageOf<"unsubscribe">,
): Promise<ServerMessageOf<"unsubscribed">> {
  const expiresAt = subscriptionEnd(ports, caller);
  const entries = entriesOf(message.channels);
  await Promise.all(
    entries.map(([channel, sub]) =>
      ports.subscriptions.put({ channel, shard: 0, connectionId, sub, on: false, expiresAt }),
    ),
  );
  return { type: "unsubscribed", re: message.id, channels: message.channels };
}

/** `ping`: names the channels that are ahead of the client's map. */
export async function behind(
  ports: ChannelPorts,
  { caller }: Connected,
  message: ClientMessageOf<"ping">,
): Promise<ServerMessageOf<"pong">> {
  const entries = entriesOf(message.at);
  const metas = await ports.channels.metas(entries.map(([channel]) => channel));
  const late = entries
    .filter(([channel]) => mayFollow(caller, channel, metas.get(channel)))
    .filter(([channel, [epoch, offset]]) => isBehind({ epoch, offset }, metas.get(channel)))
    .map(([channel]) => channel);
  return { type: "pong", re: message.id, behind: late };
}

function isBehind(position: Position, meta: ChannelMeta | undefined): boolean {
  if (!meta) return position.epoch !== unbornEpoch;
  return isUseless(position, meta) || position.offset < meta.head;
}

/** `resolve`: a fresh URL for an object that an item of a channel holds. */
export async function resolve(
  ports: ChannelPorts,
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
  ports: ChannelPorts,
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
