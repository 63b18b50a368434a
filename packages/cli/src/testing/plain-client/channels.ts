import type { Fault } from "./faults.ts";

interface Item {
  key: string;
  value: unknown;
  offset: number;
}
interface Delta {
  epoch: string;
  from: number;
  to: number;
  items: Item[];
}
interface ChannelMap {
  epoch: string | undefined;
  offset: number;
  items: Map<string, Item>;
}
interface Position {
  epoch: string;
  offset: number;
  base?: number;
}
interface Channel {
  name: string;
  followed: boolean;
  forbidden: boolean;
  map: ChannelMap;
  /** The map that is being read in pages, to replace the shown one. */
  draft: ChannelMap | undefined;
  base: number | undefined;
  sub: number;
  /** Undefined unless an answer is expected. */
  asked: { sub: number; after: Position | undefined } | undefined;
  held: Delta[];
  wasUnborn?: boolean;
  /** Where an ignored page ended, for a client that asks from there. */
  ignored?: { epoch: string; offset: number } | undefined;
  gap: NodeJS.Timeout | undefined;
}
/** A message of the client. */
export type Message = Record<string, unknown> & { id: string; type: string };
/** Fields of a message of the server. */
export type Fields = Readonly<Record<string, unknown>>;

/** The channels of a client, and the rules by which their maps follow the server. */
export interface PlainChannels {
  followed(): Channel[];
  follow(name: string): void;
  leave(name: string): void;
  ask(some: readonly Channel[]): void;
  /** The channels' part of `hello` and `subscribe`. */
  subscribes(some: readonly Channel[]): Record<string, object>;
  takeDelta(delta: Fields): void;
  takeAnswers(answers: unknown): void;
  behind(names: readonly string[]): void;
}

const empty = (): ChannelMap => ({ epoch: undefined, offset: 0, items: new Map() });

/** Starts without channels. */
export function plainChannels(options: {
  does: (fault: Fault) => boolean;
  after: (ms: number, run: () => void) => NodeJS.Timeout;
  nextId: () => string;
  print: (line: object) => void;
  /** Sends a message if there is a connection. */
  send: (message: Message) => void;
  /** Splits into parts that one message may hold. */
  portions: <T>(all: readonly T[]) => T[][];
}): PlainChannels {
  const { does, after, nextId, print, send, portions } = options;
  const channels = new Map<string, Channel>();

  function show({ name: channel, map, followed }: Channel): void {
    if (!followed && !does("shows what it has left")) return;
    const { epoch, offset } = map;
    const live = [...map.items.values()].filter(({ value }) => value !== null);
    print({
      channel,
      epoch,
      offset,
      items: Object.fromEntries(live.map(({ key, value }) => [key, value])),
    });
  }

  function takeOver(map: ChannelMap, items: readonly Item[], offset: number): void {
    for (const item of items) {
      const known = map.items.get(item.key);
      if (known && known.offset >= item.offset && !does("keeps whatever comes last")) continue;
      if (item.value === null && does("keeps removed keys")) continue;
      map.items.set(item.key, item);
    }
    map.offset = offset;
    for (const [key, item] of map.items)
      if (item.value === null && (item.offset <= offset || does("forgets removals at once")))
        map.items.delete(key);
  }

  function takeDelta(channel: Channel, delta: Delta): void {
    if (!channel.followed && !does("shows what it has left")) return;
    const applies =
      does("accepts late answers") ||
      does("reads on after a late page") ||
      (does("applies deltas between pages") && channel.map.offset > 0);
    if (channel.asked && does("drops early deltas")) return;
    if (channel.asked && !applies) channel.held.push(delta);
    else {
      channel.held.push(delta);
      release(channel);
    }
  }

  function fits(channel: Channel, delta: Delta): "taken" | "gap" {
    const { map } = channel;
    const isBirth = delta.from === 0 && map.offset === 0 && map.items.size === 0;
    if (delta.epoch !== map.epoch && !isBirth && !does("applies deltas of any epoch")) return "gap";
    if (delta.to <= map.offset && !does("applies old deltas") && !does("applies deltas of any epoch"))
      return "taken";
    if (delta.from > map.offset || (delta.from < map.offset && does("treats overlaps as gaps")))
      if (!does("ignores gaps")) return "gap";
      else return "taken";
    if (delta.items.length === 0 && does("ignores empty deltas")) return "taken";
    if (does("resumes as unborn") && isBirth) channel.wasUnborn = true;
    if (!does("keeps the epoch of the unborn")) map.epoch = delta.epoch;
    if (does("applies old deltas")) for (const { key } of delta.items) map.items.delete(key);
    takeOver(map, delta.items, Math.max(map.offset, delta.to));
    show(channel);
    return "taken";
  }

  function release(channel: Channel): void {
    const held = channel.held.sort((a, b) => a.from - b.from);
    channel.held = held.filter((delta) => fits(channel, delta) === "gap");
    if (channel.gap) clearTimeout(channel.gap);
    channel.gap = undefined;
    if (channel.held.length === 0) return;
    const ms = does("asks at once when something is missing") ? 0 : 500;
    channel.gap = after(ms, () => {
      channel.held = [];
      ask([channel]);
    });
  }

  function takeAnswer(channel: Channel, answer: Delta & Record<string, unknown>): void {
    const { asked } = channel;
    if (!channel.followed) {
      if (!does("leaves once")) leave(channel);
      return;
    }
    if (!asked || (asked.sub !== answer.sub && !does("accepts any answer"))) return;
    channel.asked = undefined;
    if (answer.error !== undefined) {
      if (does("asks for what is forbidden")) after(100, () => ask([channel]));
      channel.forbidden = true;
      print({ channel: channel.name, error: answer.error });
      return;
    }
    const { epoch, to: _, items } = answer;
    const offset = Number(answer.offset);
    const more = answer.more === true && !does("reads no further pages");
    const isLate = epoch === channel.map.epoch && offset < channel.map.offset;
    channel.ignored = isLate && does("reads on after a late page") ? { epoch, offset } : undefined;
    const startsOver =
      !asked.after || answer.reset === true || epoch !== (channel.draft ?? channel.map).epoch;
    if (startsOver && !channel.ignored) {
      channel.draft = { ...empty(), epoch };
      if (does("merges resets")) channel.draft.items = channel.map.items;
      if (channel.map.items.size === 0 || does("shows pages of a reset")) channel.map = channel.draft;
    }
    const map = channel.draft ?? channel.map;
    if ((startsOver && !channel.ignored) || offset >= map.offset || does("accepts late answers")) {
      takeOver(map, items, offset);
      if (!more) {
        channel.map = map;
        channel.draft = undefined;
      }
      if (map === channel.map) show(channel);
    }
    channel.base = more && !does("forgets the base") ? (answer.base as number) : undefined;
    if (more) ask([channel]);
    else release(channel);
  }

  function subscribes(some: readonly Channel[]): Record<string, object> {
    return Object.fromEntries(
      some.map((channel) => {
        const { epoch, offset } = channel.ignored ?? channel.draft ?? channel.map;
        const { base } = channel;
        const position = channel.wasUnborn
          ? { epoch: "unborn", offset: 0 }
          : epoch === undefined
            ? undefined
            : { epoch, offset, ...(base !== undefined && { base }) };
        const from = does("starts over after an absence") && !base ? undefined : position;
        if (!does("keeps its sub") || channel.sub === 0) channel.sub++;
        channel.asked = { sub: channel.sub, after: from };
        return [channel.name, { sub: channel.sub, ...(from && { after: from }) }];
      }),
    );
  }

  function ask(some: readonly Channel[]): void {
    for (const portion of portions(some))
      send({ type: "subscribe", id: nextId(), channels: subscribes(portion) });
  }

  function leave(channel: Channel): void {
    channel.held = [];
    channel.asked = undefined;
    if (!does("leaves without unsubscribe"))
      send({ type: "unsubscribe", id: nextId(), channels: { [channel.name]: ++channel.sub } });
  }

  return {
    followed: () => [...channels.values()].filter(({ followed }) => followed),
    follow(name) {
      const channel: Channel = channels.get(name) ?? {
        name,
        followed: true,
        forbidden: false,
        map: empty(),
        draft: undefined,
        base: undefined,
        sub: 0,
        asked: undefined,
        held: [],
        gap: undefined,
      };
      channel.followed = true;
      channels.set(name, channel);
      ask([channel]);
    },
    leave(name) {
      const channel = channels.get(name);
      if (!channel) return;
      channel.followed = false;
      leave(channel);
    },
    ask,
    subscribes,
    takeDelta(delta) {
      const channel = channels.get(does("has one map") ? [...channels.keys()][0]! : String(delta.channel));
      if (channel) takeDelta(channel, delta as unknown as Delta);
    },
    takeAnswers(answers) {
      for (const [name, answer] of Object.entries((answers ?? {}) as Record<string, Delta & Fields>)) {
        const channel = channels.get(name);
        if (channel) takeAnswer(channel, answer);
      }
    },
    behind: (names) =>
      ask(names.map((name) => channels.get(name)).filter((one) => one?.followed) as Channel[]),
  };
}
