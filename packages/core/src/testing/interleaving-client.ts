import type { Delta, Item } from "@callboard/protocol";
import { applyDelta, applySubscribed, type ChannelMap, emptyChannelMap, valuesOf } from "@callboard/protocol";
import type { App } from "../app.ts";
import { channel } from "./interleaving-world.ts";
import { viewer } from "./memory-stage.ts";

/** The latest value of every key, up to an offset. */
function latestOf(history: readonly Item[], offset: number): Iterable<Item> {
  const latest = new Map<string, Item>();
  for (const item of history) if (item.offset <= offset) latest.set(item.key, item);
  return latest.values();
}

/** A key that was removed while a client read the channel is not in the items that it got. */
const isRemovedLater = (history: readonly Item[], { key, offset }: Item): boolean =>
  history.some((item) => item.key === key && item.offset > offset && item.value === null);

/**
 * A client that follows the rules of PROTOCOL.md. After every step its map is compared with the history of the channel:
 * everything up to its offset must be in its map.
 */
export function interleavingClient(connectionId: string, history: readonly Item[]) {
  const lies: string[] = [];
  let map: ChannelMap = emptyChannelMap;
  let base: number | undefined;
  let held: Delta[] = [];
  let complete = false;
  let asking = false;
  let sub = 0;

  function become(next: ChannelMap, restart: boolean): void {
    for (const [key, item] of restart ? [] : map.items) {
      const other = next.items.get(key);
      if (other && other.offset < item.offset) lies.push(`${key} went back to ${other.offset}`);
    }
    map = next;
    if (!complete) return;
    for (const item of latestOf(history, map.offset)) {
      const mine = map.items.get(item.key);
      if (mine ? mine.offset < item.offset : item.value !== null && !isRemovedLater(history, item))
        lies.push(`at ${map.offset} ${item.key} of ${item.offset} is missing`);
    }
    for (const item of map.items.values())
      if (!history.some((one) => one.key === item.key && one.offset === item.offset))
        lies.push(`${item.key} of ${item.offset} never was`);
  }

  function take(delta: Delta): void {
    const result = applyDelta(map, delta);
    if (result.outcome === "applied") become(result.map, false);
    if (result.outcome === "gap") held.push(delta);
  }

  return {
    connectionId,
    lies,
    values: () => valuesOf(map),
    take(delta: Delta): void {
      if (asking) held.push(delta);
      else take(delta);
    },
    /** Subscribes from the map's position; an undefined answer is lost. */
    async follow(app: App): Promise<void> {
      if (asking) return;
      asking = true;
      const mine = ++sub;
      const { epoch, offset } = map;
      const after =
        epoch === undefined ? undefined : { epoch, offset, ...(base === undefined ? {} : { base }) };
      const wanted = new Map([[channel, { sub: mine, ...(after ? { after } : {}) }]]);
      const connected = { connectionId, caller: viewer };
      const subscribed = (await app.channels.subscribe(connected, wanted)).get(channel)!;
      if ("error" in subscribed || mine !== sub) return;
      asking = false;
      const restart = subscribed.reset === true || subscribed.epoch !== map.epoch;
      if (restart || subscribed.offset >= map.offset) {
        base = subscribed.more ? subscribed.base : undefined;
        complete = !subscribed.more;
        become(applySubscribed(map, subscribed).map, restart);
      }
      const early = held;
      held = [];
      for (const delta of early) take(delta);
      held = [];
      if (subscribed.more) await this.follow(app);
    },
    /** The answer to a subscribe never arrives. */
    giveUp(): void {
      asking = false;
    },
    /** Sends a heartbeat, and recovers what it reports as missing. */
    async beat(app: App): Promise<void> {
      if (map.epoch === undefined) return this.follow(app);
      const position = { epoch: map.epoch, offset: map.offset };
      const connected = { connectionId, caller: viewer };
      const behind = await app.channels.behind(connected, new Map([[channel, position]]));
      if (behind.length > 0 || !complete) await this.follow(app);
    },
  };
}
