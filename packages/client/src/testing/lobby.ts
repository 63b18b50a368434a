import type { Channel, ClientMessageOf, Item, Subscribed } from "@callboard/protocol";
import { defined, heartbeatMs } from "@callboard/protocol";
import { connect } from "../callboard.ts";
import { manualClock } from "./manual-clock.ts";
import { fakeNetwork, type ServerSide } from "./server-side.ts";

export const watch: Channel = "watch:video/v_1";
export const work: Channel = "work:video/v_1";
/** An item; its default value is its key and offset. */
export const item = (key: string, offset: number, value: unknown = `${key}${offset}`): Item => ({
  key,
  value,
  offset,
  version: "v",
  at: 1,
});
/** An answer to a subscribe, of epoch `e`. */
export const answer = (sub: number, offset: number, ...items: Item[]) => ({ sub, epoch: "e", offset, items });

/** A client whose server is the test: it answers each message as it likes. */
export async function lobby() {
  const clock = manualClock();
  const network = fakeNetwork();
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: network.WebSocket,
    clock,
    random: () => 0.5,
  });
  await clock.advance(0);
  const welcome = async (side: ServerSide, channels?: Record<string, Subscribed>) => {
    if (!side.open) side.accept();
    const hello = side.take("hello");
    side.say({
      type: "welcome",
      re: hello.id,
      connectionId: "c",
      user: { id: "ana", name: "Ana", roles: [] },
      inboxes: [],
      serverTime: 0,
      heartbeatMs,
      expiresAt: 36_000_000,
      limits: {},
      features: [],
      ...defined({ channels }),
    });
    await clock.advance(0);
    return hello;
  };
  const subscribed = async (re: ClientMessageOf<"subscribe">, channel: Channel, one: Subscribed) => {
    network.last().say({ type: "subscribed", re: re.id, channels: { [channel]: one } });
    await clock.advance(0);
  };
  const delta = async (from: number, to: number, items: Item[], epoch = "e", side = network.last()) => {
    side.say({ type: "delta", channel: watch, epoch, from, to, items });
    await clock.advance(0);
  };
  return { clock, network, client, welcome, subscribed, delta };
}

/** A client that follows `watch:video/v_1`, with `a` at offset 1. */
export async function following() {
  const at = await lobby();
  const view = at.client.channel(watch);
  const heard: (readonly Item[])[] = [];
  const leave = view.follow((changed) => heard.push(changed));
  await at.welcome(at.network.last(), { [watch]: answer(1, 1, item("a", 1)) });
  heard.length = 0;
  return { ...at, view, heard, leave };
}

/** A view as plain values. */
export const values = (items: ReadonlyMap<string, Item>) =>
  Object.fromEntries([...items].map(([key, { value }]) => [key, value]));
