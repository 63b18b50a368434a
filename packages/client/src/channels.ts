import {
  type Channel,
  type ChannelKind,
  type ClientMessage,
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

/** The maps of so many channels that nobody follows any more are kept; when followed again they resume. */
const IDLE_MAPS = 50;
/** A channel whose subscribe the server finds wrong is tried again after so many milliseconds. */
const WRONG_MS = 30_000;

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
  /** An error, which may answer one of the messages about channels. */
  refused(link: Link, error: ServerMessageOf<"error">): void;
  /** A link has ended. */
  ended(): void;
  /** Whether the current link owes an answer. */
  awaiting(): boolean;
  /** Asks again for every answer that is owed. */
  resend(): void;
  /** Says where the followed channels stand, in one ping or several; gives their ids. */
  ping(link: Link): string[];
  /** The kinds of the followed channels, one for each. */
  kinds(): ChannelKind[];
}

export function createChannels(options: {
  clock: ClientClock;
  nextId: () => string;
  current: () => Link | undefined;
  /** A message was sent that wants an answer. */
  sent: () => void;
  /** The server could not handle a message now; `afterMs` is what it asked for, in milliseconds. */
  refused: (afterMs?: number) => void;
  tell: Tell;
  /** Somebody follows a channel. */
  wanted: () => void;
  /** Another set of channels is followed. */
  changed: () => void;
}): Channels {
  const { clock, nextId, current, sent, refused } = options;
  const feeds = new Map<Channel, ChannelFeed>();
  let flushing = false;

  const followed = () => [...feeds.values()].filter(isFollowed);

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
    for (const feed of idle.slice(0, -IDLE_MAPS)) feed.dispatch("forget");
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
    const isTold = ({ view }: ChannelFeed) => (link.told.get(view.name)?.state ?? "leaving") !== "leaving";
    const news = [...feeds.values()].filter(
      (feed) => feed.state.state === "due" || isFollowed(feed) !== isTold(feed),
    );
    for (const type of ["subscribe", "unsubscribe"] as const)
      for (const some of portions(news.filter((feed) => isFollowed(feed) === (type === "subscribe")))) {
        const id = nextId();
        link.send({ type, id, channels: tell(link, type, id, some) } as ClientMessage);
        sent();
      }
  }

  function tell(
    link: Link,
    type: "subscribe" | "unsubscribe",
    id: string,
    some: readonly ChannelFeed[],
  ): Record<Channel, Subscribe | number> {
    const channels: Record<Channel, Subscribe | number> = {};
    for (const feed of some) {
      const { name } = feed.view;
      const { sub, after } = feed.dispatch(type);
      const isWanted = type === "subscribe";
      channels[name] = isWanted ? ({ sub, after } as Subscribe) : sub;
      link.told.set(name, { id, sub, state: isWanted ? "subscribing" : "leaving" });
    }
    return channels;
  }

  function subscribed(link: Link, answers: Record<Channel, Subscribed>): void {
    const stuck: ChannelFeed[] = [];
    let moved = false;
    for (const [name, answer] of Object.entries(answers) as [Channel, Subscribed][]) {
      const feed = feeds.get(name);
      const told = link.told.get(name);
      const { sub } = answer;
      if (!feed) continue;
      if (!isFollowed(feed)) {
        // Its end may have overtaken it, and have found nothing to end: flush says it anew.
        if (!("error" in answer)) {
          link.told.set(name, { id: "", sub, ...told, state: "answered" });
          flushSoon();
        }
      } else if (sub === feed.state.sub && sub === told?.sub) {
        if (!("error" in answer)) {
          told.state = "answered";
          if (feed.dispatch("answer", answer).state === "stuck") {
            told.state = "subscribing";
            stuck.push(feed);
          } else moved = true;
        } else if (answer.error === "forbidden") {
          told.state = "answered";
          feed.dispatch("refuse");
        } else refused();
      }
    }
    for (const feed of stuck) {
      // It may be that the others filled the message. If not it is asked again as well, but not in a circle.
      if (moved) feed.dispatch("doubt");
      else refused();
    }
  }

  const unanswered = (link: Link | undefined) =>
    [...(link?.told ?? [])].filter(([, { state }]) => state !== "answered");

  return {
    view: (name) => feedOf(name).view,
    views: () => [...feeds.values()].map(({ view }) => view),
    hello(link) {
      link.told.clear();
      const some = followed().slice(0, channelsPerMessage);
      return some.length > 0
        ? (tell(link, "subscribe", "hello", some) as Record<Channel, Subscribe>)
        : undefined;
    },
    welcomed(link, answers) {
      subscribed(link, answers ?? {});
      // What was asked on the former link since then is not answered there any more.
      for (const [name, { sub, state }] of link.told) {
        const feed = feeds.get(name);
        if (state !== "leaving" && sub !== feed?.state.sub) feed?.dispatch("doubt");
      }
      flush();
      if (unanswered(link).length > 0) sent();
    },
    subscribed,
    unsubscribed({ told }, answers) {
      for (const [name, sub] of Object.entries(answers) as [Channel, number][])
        if (told.get(name)?.sub === sub) told.delete(name);
    },
    delta(delta) {
      const { channel } = delta;
      const answerDue = current()?.told.get(channel)?.state === "subscribing";
      feeds.get(channel)?.dispatch("delta", delta, answerDue);
    },
    behind(channels) {
      for (const name of channels)
        if (current()?.told.get(name)?.state === "answered") feeds.get(name)?.dispatch("doubt");
    },
    refused(link, error) {
      const concerned = unanswered(link).filter(([, { id }]) => id === error.re);
      if (error.code === "forbidden")
        for (const [name, told] of concerned) {
          if (told.state === "leaving") link.told.delete(name);
          else {
            told.state = "answered";
            feeds.get(name)?.dispatch("refuse");
          }
        }
      else if (concerned.length > 0) refused(error.retry === "never" ? WRONG_MS : error.retryAfterMs);
    },
    ended() {
      const link = current();
      for (const feed of followed()) {
        const { name, status } = feed.view;
        if (!link) feed.dispatch("offline");
        // Its last subscribe may have gone down with the link that ended.
        else if (status === "catching_up" && link.told.get(name)?.sub !== feed.state.sub)
          feed.dispatch("doubt");
      }
    },
    awaiting: () => unanswered(current()).length > 0,
    resend() {
      for (const [name, told] of unanswered(current())) {
        const feed = feeds.get(name);
        if (feed && isFollowed(feed)) feed.dispatch("doubt");
        // Wanted again by now, or still to be left: either way flush says it anew.
        else told.state = "answered";
      }
      flushSoon();
    },
    ping(link) {
      const at = followed()
        .map(({ view }) => view)
        .filter(({ status }) => status === "following")
        .map(({ name, epoch, offset }) => [name, [epoch, offset]] as [Channel, [string, number]]);
      return (at.length > 0 ? portions(at) : [[]]).map((some) => {
        const id = nextId();
        link.send({ type: "ping", id, at: Object.fromEntries(some) });
        return id;
      });
    },
    kinds: () => followed().map(({ view }) => parseChannel(view.name).kind),
  };
}

const isFollowed = (feed: ChannelFeed): boolean => feed.state.state !== "idle";

function portions<T>(all: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < all.length; i += channelsPerMessage) result.push(all.slice(i, i + channelsPerMessage));
  return result;
}
