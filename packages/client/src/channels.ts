import {
  type Channel,
  type ChannelKind,
  channelsPerMessage,
  parseChannel,
  type ServerMessageOf,
  type Subscribe,
  type Subscribed,
} from "@callboard/protocol";
import { type ChannelFeed, createChannelFeed } from "./channel-feed.ts";
import type { ChannelView } from "./channel-view.ts";
import type { ClientClock } from "./clock.ts";
import type { Tell } from "./debug.ts";
import type { Link } from "./link.ts";
import type { Redelivery } from "./redelivery.ts";

/** The maps of so many channels that nobody follows any more are kept; when followed again they resume. */
const IDLE_MAPS = 50;
/** A channel whose subscribe the server finds wrong is tried again after so many milliseconds. */
const WRONG_MS = 30_000;

/** What a link was last told about a channel, and whether it has answered. */
interface Told {
  id: string;
  sub: number;
  follow: boolean;
  answered: boolean;
}

/** All channels of a client: what is followed, what each link was told of it, and where answers and deltas go. */
export interface Channels {
  view(name: Channel): ChannelView;
  /** Those that were asked for. */
  views(): ChannelView[];
  /** The first message's share; what does not fit into it is sent after the welcome. */
  hello(link: Link): Record<Channel, Subscribe> | undefined;
  welcomed(link: Link, answers: Record<Channel, Subscribed> | undefined): void;
  subscribed(link: Link, answers: Record<Channel, Subscribed>): void;
  unsubscribed(link: Link, answers: Record<Channel, number>): void;
  delta(delta: ServerMessageOf<"delta">): void;
  /** The server says that these channels have moved on. */
  behind(channels: readonly Channel[]): void;
  /** An error that answers one of the messages about channels; says whether it was one. */
  refused(link: Link, error: ServerMessageOf<"error">): boolean;
  ended(link: Link): void;
  /** Whether the current link owes an answer. */
  awaiting(): boolean;
  /** Asks again for every answer that is owed. */
  resend(): void;
  /** Where the followed channels stand, in portions of one `ping` each. */
  positions(): Record<Channel, [string, number]>[];
  /** The kinds of the followed channels. */
  kinds(): ReadonlySet<ChannelKind>;
}

export function createChannels(options: {
  clock: ClientClock;
  nextId: () => string;
  current: () => Link | undefined;
  redelivery: Redelivery;
  tell: Tell;
  /** Somebody follows a channel. */
  wanted: () => void;
  /** Another set of channels is followed. */
  changed: () => void;
}): Channels {
  const { clock, nextId, current, redelivery } = options;
  const feeds = new Map<Channel, ChannelFeed>();
  const links = new Map<Link, Map<Channel, Told>>();
  let flushing = false;

  const followed = () => [...feeds].filter(([, feed]) => isFollowed(feed));
  const toldTo = (link: Link) => links.get(link) ?? new Map<Channel, Told>();

  function feedOf(name: Channel): ChannelFeed {
    const known = feeds.get(name);
    if (known) return known;
    const feed = createChannelFeed(name, clock, options.tell, options.wanted, () => {
      if (!isFollowed(feed)) keepFewIdle(name, feed);
      flushSoon();
    });
    feeds.set(name, feed);
    return feed;
  }

  /** The most recently left channels keep their maps. */
  function keepFewIdle(name: Channel, left: ChannelFeed): void {
    feeds.delete(name);
    feeds.set(name, left);
    const idle = [...feeds.values()].filter((feed) => !isFollowed(feed));
    for (const feed of idle.slice(0, -IDLE_MAPS)) feed.dispatch({ event: "forget" });
  }

  /** In one go what a page follows and leaves in one turn: a hundred views are two messages. */
  function flushSoon(): void {
    if (flushing) return;
    flushing = true;
    void Promise.resolve().then(() => {
      flushing = false;
      flush();
      options.changed();
    });
  }

  /** Tells the current link what it does not know yet. */
  function flush(): void {
    const link = current();
    if (!link) return;
    const told = toldTo(link);
    const wanted: ChannelFeed[] = [];
    const unwanted: ChannelFeed[] = [];
    for (const [name, feed] of feeds) {
      const known = told.get(name);
      const { state } = feed.state;
      if (state === "idle" && known?.follow) unwanted.push(feed);
      if (state !== "idle" && (state === "due" || !known?.follow)) wanted.push(feed);
    }
    for (const some of portions(wanted)) {
      const id = nextId();
      link.send({ type: "subscribe", id, channels: subscribe(told, id, some) });
    }
    for (const some of portions(unwanted)) {
      const id = nextId();
      const channels: Record<Channel, number> = {};
      for (const feed of some) {
        const { sub } = feed.dispatch({ event: "unsubscribe" });
        channels[feed.view.name] = sub;
        told.set(feed.view.name, { id, sub, follow: false, answered: false });
      }
      link.send({ type: "unsubscribe", id, channels });
    }
    if (wanted.length + unwanted.length > 0) redelivery.sent();
  }

  function subscribe(told: Map<Channel, Told>, id: string, some: readonly ChannelFeed[]) {
    const channels: Record<Channel, Subscribe> = {};
    for (const feed of some) {
      const { sub, after } = feed.dispatch({ event: "subscribe" });
      channels[feed.view.name] = { sub, ...(after && { after }) };
      told.set(feed.view.name, { id, sub, follow: true, answered: false });
    }
    return channels;
  }

  /** Its end may have overtaken it, and have found nothing to end: flush says it anew. */
  function leaveAgain(link: Link, name: Channel, sub: number): void {
    const told = toldTo(link);
    told.set(name, { id: "", sub, ...told.get(name), follow: true, answered: true });
    flushSoon();
  }

  function subscribed(link: Link, answers: Record<Channel, Subscribed>): void {
    const stuck: { feed: ChannelFeed; told: Told }[] = [];
    let moved = false;
    for (const [name, answer] of Object.entries(answers) as [Channel, Subscribed][]) {
      const feed = feeds.get(name);
      const told = toldTo(link).get(name);
      if (feed && !isFollowed(feed) && !("error" in answer)) leaveAgain(link, name, answer.sub);
      if (!feed || !told || !isFollowed(feed)) continue;
      if (answer.sub !== feed.state.sub || answer.sub !== told.sub) continue;
      if (!("error" in answer)) {
        told.answered = true;
        if (feed.dispatch({ event: "answer", answer }).state === "stuck") stuck.push({ feed, told });
        else moved = true;
      } else if (answer.error === "forbidden") {
        told.answered = true;
        feed.dispatch({ event: "refuse" });
      } else redelivery.refused();
    }
    for (const { feed, told } of stuck) {
      told.answered = false;
      // It may be that the others filled the message. If not it is asked again as well, but not in a circle.
      if (moved) feed.dispatch({ event: "doubt" });
      else redelivery.refused();
    }
  }

  return {
    view: (name) => feedOf(name).view,
    views: () => [...feeds.values()].map(({ view }) => view),
    hello(link) {
      const told = new Map<Channel, Told>();
      links.set(link, told);
      const some = followed()
        .slice(0, channelsPerMessage)
        .map(([, feed]) => feed);
      return some.length > 0 ? subscribe(told, "hello", some) : undefined;
    },
    welcomed(link, answers) {
      subscribed(link, answers ?? {});
      // What was asked on the former link since then is not answered there any more.
      for (const [name, told] of toldTo(link)) {
        const feed = feeds.get(name);
        if (told.follow && feed && told.sub !== feed.state.sub) feed.dispatch({ event: "doubt" });
      }
      flush();
      if ([...toldTo(link).values()].some((one) => !one.answered)) redelivery.sent();
    },
    subscribed,
    unsubscribed(link, answers) {
      for (const [name, sub] of Object.entries(answers) as [Channel, number][]) {
        const told = toldTo(link);
        if (told.get(name)?.sub === sub) told.delete(name);
      }
    },
    delta(delta) {
      const link = current();
      const told = link && toldTo(link).get(delta.channel);
      const answerDue = told?.follow === true && !told.answered;
      feeds.get(delta.channel)?.dispatch({ event: "delta", delta, answerDue });
    },
    behind(channels) {
      const link = current();
      for (const name of channels)
        if (link && toldTo(link).get(name)?.answered) feeds.get(name)?.dispatch({ event: "doubt" });
    },
    refused(link, error) {
      const concerned = [...toldTo(link)].filter(([, told]) => told.id === error.re && !told.answered);
      if (concerned.length === 0) return false;
      if (error.code === "forbidden")
        for (const [name, told] of concerned) {
          told.answered = true;
          if (told.follow) feeds.get(name)?.dispatch({ event: "refuse" });
        }
      else redelivery.refused(error.retry === "never" ? WRONG_MS : error.retryAfterMs);
      return true;
    },
    ended(link) {
      links.delete(link);
      const other = current();
      for (const [name, feed] of followed()) {
        if (!other) feed.dispatch({ event: "offline" });
        // Its last subscribe may have gone down with this link.
        else if (feed.view.status === "catching_up" && toldTo(other).get(name)?.sub !== feed.state.sub)
          feed.dispatch({ event: "doubt" });
      }
    },
    awaiting() {
      const link = current();
      return link !== undefined && [...toldTo(link).values()].some((told) => !told.answered);
    },
    resend() {
      const link = current();
      if (!link) return;
      for (const [name, told] of toldTo(link)) {
        if (told.answered) continue;
        const feed = feeds.get(name);
        if (feed && isFollowed(feed)) feed.dispatch({ event: "doubt" });
        // Wanted again by now, or still to be left: either way flush says it anew.
        else told.follow = true;
      }
      flushSoon();
    },
    positions() {
      const at: [Channel, [string, number]][] = [];
      for (const [name, feed] of followed()) {
        const { epoch, offset, status } = feed.view;
        if (status === "following" && epoch !== undefined) at.push([name, [epoch, offset]]);
      }
      return at.length > 0 ? portions(at).map((some) => Object.fromEntries(some)) : [{}];
    },
    kinds: () => new Set(followed().map(([name]) => parseChannel(name).kind)),
  };
}

const isFollowed = (feed: ChannelFeed): boolean => feed.state.state !== "idle";

function portions<T>(all: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < all.length; i += channelsPerMessage) result.push(all.slice(i, i + channelsPerMessage));
  return result;
}
