import { WebSocket } from "ws";
import type { StartProgram } from "../commands/conformance-client/program.ts";

/** What a client may do wrong; each is caught by a case that is meant for it. */
export const faults = [
  "subscribes before hello",
  "uses a token twice",
  "puts the token in the URL",
  "gives all messages one id",
  "keeps its sub",
  "keeps removed keys",
  "ignores empty deltas",
  "applies old deltas",
  "takes overlaps for gaps",
  "takes whatever comes last",
  "forgets removals at once",
  "asks at once when something is missing",
  "ignores gaps",
  "ignores behind",
  "takes small messages alone",
  "ends at unknown messages",
  "starts over after an absence",
  "never comes again",
  "merges resets",
  "applies deltas of any epoch",
  "turns no pages",
  "forgets the base",
  "applies deltas between pages",
  "shows pages of a reset",
  "keeps the epoch of the unborn",
  "resumes as unborn",
  "drops early deltas",
  "takes late answers",
  "has one map",
  "names all channels at once",
  "asks for what is forbidden",
  "leaves without a word",
  "shows what it has left",
  "leaves once",
  "takes whatever answer comes",
  "does not wait",
  "pings at its own pace",
  "says no position",
  "is impatient",
  "trusts the dead",
  "never renews",
  "closes before it renews",
  "keeps both connections",
  "goes by its own clock",
  "ignores bye",
  "comes back too soon",
  "ignores reauthenticate",
  "ignores the gateway",
  "repeats at once",
  "makes a new replyId each time",
  "has one replyId",
  "loses replies",
  "repeats what was refused",
  "loses comments",
  "tells no codes",
  "waits for answers forever",
  "prints no JSON",
] as const;
export type Fault = (typeof faults)[number];

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
  /** The map that is being paged in place of it. */
  draft: ChannelMap | undefined;
  base: number | undefined;
  sub: number;
  /** Undefined unless an answer is due. */
  asked: { sub: number; after: Position | undefined } | undefined;
  held: Delta[];
  wasUnborn?: boolean;
  gap: NodeJS.Timeout | undefined;
}
type Message = Record<string, unknown> & { id: string; type: string };
interface Link {
  socket: WebSocket;
  unanswered: Map<string, Message>;
  welcomed: boolean;
  timers: NodeJS.Timeout[];
}

const empty = (): ChannelMap => ({ epoch: undefined, offset: 0, items: new Map() });
const seconds = (n: number) => n * 1000;

/** A client written from PROTOCOL.md alone, as short as it goes, as a program of the conformance kit. */
export const plainClient =
  (fault?: Fault): StartProgram =>
  ({ CALLBOARD_URL: url, CALLBOARD_TOKEN_URL: tokenUrl }, listener) => {
    const does = (one: Fault) => fault === one;
    const channels = new Map<string, Channel>();
    const replies = new Map<string, Message>();
    const timers = new Set<NodeJS.Timeout>();
    let current: Link | undefined;
    let opening = false;
    let attempts = 0;
    let notBefore = 0;
    let ids = 0;
    let over = false;
    let token = "";

    function after(ms: number, run: () => void): NodeJS.Timeout {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (!over) run();
      }, ms);
      timers.add(timer);
      return timer;
    }
    const nextId = () => (does("gives all messages one id") ? "m" : `m${++ids}`);
    const print = (value: object) =>
      listener.line(does("prints no JSON") ? String(value) : JSON.stringify(value));

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

    // Channels.

    function takeOver(map: ChannelMap, items: readonly Item[], offset: number): void {
      for (const item of items) {
        const known = map.items.get(item.key);
        if (known && known.offset >= item.offset && !does("takes whatever comes last")) continue;
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
        does("takes late answers") || (does("applies deltas between pages") && channel.map.offset > 0);
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
      if (delta.from > map.offset || (delta.from < map.offset && does("takes overlaps for gaps")))
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
      if (!asked || (asked.sub !== answer.sub && !does("takes whatever answer comes"))) return;
      channel.asked = undefined;
      if (answer.error !== undefined) {
        if (does("asks for what is forbidden")) after(100, () => ask([channel]));
        channel.forbidden = true;
        print({ channel: channel.name, error: answer.error });
        return;
      }
      const { epoch, to: _, items } = answer;
      const offset = Number(answer.offset);
      const more = answer.more === true && !does("turns no pages");
      const anew = !asked.after || answer.reset === true || epoch !== (channel.draft ?? channel.map).epoch;
      if (anew) {
        channel.draft = { ...empty(), epoch };
        if (does("merges resets")) channel.draft.items = channel.map.items;
        if (channel.map.items.size === 0 || does("shows pages of a reset")) channel.map = channel.draft;
      }
      const map = channel.draft ?? channel.map;
      if (anew || offset >= map.offset || does("takes late answers")) {
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
          const { epoch, offset } = channel.draft ?? channel.map;
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

    function portions<T>(all: readonly T[]): T[][] {
      const most = does("names all channels at once") ? 1000 : 50;
      return all.length === 0 ? [] : [all.slice(0, most), ...portions(all.slice(most))];
    }

    function ask(some: readonly Channel[]): void {
      if (current)
        for (const portion of portions(some))
          send(current, { type: "subscribe", id: nextId(), channels: subscribes(portion) });
    }

    function leave(channel: Channel): void {
      channel.held = [];
      channel.asked = undefined;
      if (current && !does("leaves without a word"))
        send(current, { type: "unsubscribe", id: nextId(), channels: { [channel.name]: ++channel.sub } });
    }

    // Connections.

    function send(link: Link, message: Message): void {
      link.unanswered.set(message.id, message);
      if (link.socket.readyState !== WebSocket.OPEN) return;
      link.socket.send(JSON.stringify(message));
      if (message.type === "ping" || does("waits for answers forever")) return;
      link.timers.push(
        after(seconds(10), () => link.unanswered.has(message.id) && link === current && ping(link)),
      );
    }

    function ping(link: Link): void {
      const of = [...channels.values()].filter(
        ({ followed, map, forbidden }) => followed && map.epoch && !forbidden,
      );
      const at = of.map(({ name, map }) => [name, [map.epoch, map.offset]] as const);
      for (const some of at.length > 0 ? portions(at) : [[]]) {
        const message = {
          type: "ping",
          id: nextId(),
          at: does("says no position") ? {} : Object.fromEntries(some),
        };
        send(link, message);
        if (does("trusts the dead")) continue;
        const patience = does("is impatient") ? seconds(2) : seconds(10);
        link.timers.push(after(patience, () => link.unanswered.has(message.id) && link.socket.terminate()));
      }
    }

    async function open(): Promise<void> {
      if (opening || over) return;
      opening = true;
      if (!does("uses a token twice") || !token) token = await (await fetch(tokenUrl)).text();
      if (over) return;
      const address = does("puts the token in the URL") ? `${url}?token=${token}` : url;
      const options = does("takes small messages alone") ? { maxPayload: 65_536 } : {};
      const socket = new WebSocket(address, ["callboard.v1", `callboard.bearer.${token}`], options);
      const link: Link = { socket, unanswered: new Map(), welcomed: false, timers: [] };
      socket.on("error", () => {});
      socket.on("message", (data) => !over && receive(link, JSON.parse(String(data))));
      socket.on("open", () => {
        const [first = []] = portions([...channels.values()].filter(({ followed }) => followed));
        const hello: Message = { type: "hello", id: nextId(), client: "plain" };
        if (does("subscribes before hello"))
          send(link, { type: "subscribe", id: nextId(), channels: subscribes(first) });
        else if (first.length > 0) hello.channels = subscribes(first);
        send(link, hello);
      });
      socket.on("close", () => {
        for (const timer of link.timers) clearTimeout(timer);
        if (!link.welcomed) opening = false;
        if (over || (link.welcomed && link !== current)) return;
        if (link === current) current = undefined;
        if (does("never comes again") && link.welcomed) return;
        const wait = does("does not wait") ? 0 : Math.random() * Math.min(seconds(30), 250 * 2 ** attempts++);
        after(Math.max(wait, notBefore - Date.now()), open);
      });
      if (over) socket.terminate();
    }

    function welcome(link: Link, message: Record<string, unknown>): void {
      const former = current;
      current = link;
      link.welcomed = true;
      opening = false;
      attempts = 0;
      if (!does("keeps both connections")) former?.socket.close();
      for (const timer of former?.timers ?? []) clearTimeout(timer);
      const now = does("goes by its own clock") ? Date.now() : Number(message.serverTime);
      const left = Number(message.expiresAt) - now;
      if (!does("never renews"))
        link.timers.push(after(Math.min(left * 0.8, 2 ** 31 - 1), () => renew(link)));
      const pace = message.heartbeatMs as Record<string, number>;
      let pingedAt = Date.now();
      const look = () => {
        const kinds = [...channels.values()]
          .filter(({ followed }) => followed)
          .map(({ name }) => name.split(":")[0]!);
        const ms = Math.min(pace.watch!, ...kinds.map((kind) => pace[kind] ?? pace.watch!));
        if (Date.now() - pingedAt >= (does("pings at its own pace") ? seconds(60) : ms)) {
          pingedAt = Date.now();
          ping(link);
        }
        link.timers.push(after(100, look));
      };
      look();
      takeAnswers(message.channels);
      const followed = [...channels.values()].filter((channel) => channel.followed);
      ask(
        followed.filter(({ name }) => !Object.hasOwn((message.channels as object | undefined) ?? {}, name)),
      );
      if (!does("loses replies")) for (const reply of replies.values()) send(link, again(reply));
    }
    function renew(link: Link): void {
      if (does("closes before it renews")) link.socket.close();
      else void open();
    }

    const again = (message: Message): Message =>
      message.type === "reply" && does("makes a new replyId each time")
        ? { ...message, id: nextId(), replyId: `r_${nextId()}` }
        : message;

    function takeAnswers(answers: unknown): void {
      for (const [name, answer] of Object.entries(
        (answers ?? {}) as Record<string, Delta & Record<string, unknown>>,
      )) {
        const channel = channels.get(name);
        if (channel) takeAnswer(channel, answer);
      }
    }

    function sendAgain(link: Link, ms: number): void {
      after(does("repeats at once") ? 0 : ms, () => {
        for (const message of [...link.unanswered.values()]) {
          link.unanswered.delete(message.id);
          send(link, again(message));
        }
      });
    }

    function receive(link: Link, message: Record<string, unknown>): void {
      const asked = link.unanswered.get(String(message.re));
      if (message.type !== "error") link.unanswered.delete(String(message.re));
      switch (message.type) {
        case undefined:
          if (!does("ignores the gateway")) sendAgain(link, 1000 + 1000 * Math.random());
          return;
        case "welcome":
          welcome(link, message);
          return;
        case "subscribed":
          takeAnswers(message.channels);
          return;
        case "delta": {
          const channel = channels.get(
            does("has one map") ? [...channels.keys()][0]! : String(message.channel),
          );
          if (channel) takeDelta(channel, message as unknown as Delta);
          return;
        }
        case "pong": {
          const behind = (message.behind as string[])
            .map((name) => channels.get(name))
            .filter((one) => one?.followed);
          if (behind.length > 0 && !does("ignores behind")) ask(behind as Channel[]);
          return;
        }
        case "receipt": {
          const { requestId, replyId, status, code } = message;
          replies.delete(String(message.re));
          if (status === "refused" && does("repeats what was refused") && asked)
            after(100, () => send(link, { ...asked, id: nextId() }));
          print({
            receipt: { requestId, replyId, status, ...(code && !does("tells no codes") ? { code } : {}) },
          });
          return;
        }
        case "error":
          if (message.retry === "later") sendAgain(link, Number(message.retryAfterMs ?? 1000));
          else if (message.retry === "reauthenticate" && !does("ignores reauthenticate")) void open();
          return;
        case "bye":
          if (does("ignores bye")) return;
          if (message.afterMs === undefined) void open();
          else if (!does("comes back too soon")) notBefore = Date.now() + Number(message.afterMs);
          return;
        case "unsubscribed":
        case "acted":
        case "resolved":
          return;
        default:
          if (does("ends at unknown messages")) link.socket.terminate();
      }
    }

    void open();
    return {
      say(text) {
        const command = JSON.parse(text);
        if (command.follow) {
          const name = String(command.follow);
          const known = channels.get(name);
          const channel = known ?? {
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
        }
        if (command.leave) {
          const channel = channels.get(command.leave)!;
          channel.followed = false;
          leave(channel);
        }
        if (command.reply) {
          const replyId = does("has one replyId") ? "r_1" : `r_${Math.random().toString(36).slice(2)}`;
          const message: Message = { ...command.reply, type: "reply", id: nextId(), replyId };
          if (does("loses comments")) delete message.comment;
          replies.set(message.id, message);
          if (current) send(current, message);
        }
      },
      async end() {
        over = true;
        for (const timer of timers) clearTimeout(timer);
        current?.socket.terminate();
      },
    };
  };
