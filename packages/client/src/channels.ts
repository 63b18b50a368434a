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
import type { Report } from "./debug.ts";
import type { Link } from "./link.ts";

/** The most channels without followers whose maps are kept; when followed again they resume. */
const IDLE_MAPS = 50;
/** How long to wait before a subscribe that the server rejected is tried again, in milliseconds. */
const REJECTED_MS = 30_000;

/**
 * All channels of a client: which are followed, what each link has sent about them, and where answers and
 * deltas go.
 */
export interface Channels {
  view(name: Channel): ChannelView;
  /** The views that were requested. */
  views(): ChannelView[];
  /** The channels for the first message; those that do not fit are sent after the welcome. */
  hello(link: Link): Record<Channel, Subscribe> | undefined;
  welcomed(link: Link, answers: Record<Channel, Subscribed> | undefined): void;
  subscribed(link: Link, answers: Record<Channel, Subscribed>): void;
  unsubscribed(link: Link, answers: Record<Channel, number>): void;
  delta(delta: ServerMessageOf<"delta">): void;
  /** The server reports newer changes of these channels. */
  behind(channels: readonly Channel[]): void;
  /** An error, which may answer one of the messages about channels. */
  refused(link: Link, error: ServerMessageOf<"error">): void;
  /** A link has ended. */
  ended(): void;
  /** Whether an answer is expected on the current link. */
  awaiting(): boolean;
  /** Repeats every message that has no answer. */
  resend(): void;
  /** Sends the positions of the followed channels, in one ping or several; returns their ids. */
  ping(link: Link): string[];
  /** The kinds of the followed channels, one for each. */
  kinds(): ChannelKind[];
}

export function createChannels(options: {
  clock: ClientClock;
  nextId: () => string;
  current: () => Link | undefined;
  /** A message was sent that expects an answer. */
  sent: () => void;
  /** The server could not handle a message now; `afterMs` is the wait that it asked for, in milliseconds. */
  refused: (afterMs?: number) => void;
  report: Report;
  /** A channel got a follower. */
  wanted: () => void;
  /** The set of followed channels has changed. */
  changed: () => void;
}): Channels {
  const { clock, nextId, current, sent, refused } = options;
  const feeds = new Map<Channel, ChannelFeed>();
  let flushing = false;

  const followed = () => [...feeds.values()].filter(isFollowed);

  function feedOf(name: Channel): ChannelFeed {
    const known = feeds.get(name);
    if (known) return known;
    const feed = createChannelFeed(name, clock, options.report, options.wanted, () => {
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

  /** Sends all that a page follows and leaves in one turn together: a hundred views are two messages. */
  function flushSoon(): void {
    if (flushing) return;
    flushing = true;
    void Promise.resolve().then(() => {
      flushing = false;
      flush();
      options.changed();
    });
  }

  /** Sends what the current link has not sent yet. */
  function flush(): void {
    const link = current();
    if (!link) return;
    const isSent = ({ view }: ChannelFeed) => (link.sent.get(view.name)?.state ?? "leaving") !== "leaving";
    const pending = [...feeds.values()].filter(
      (feed) => feed.state.state === "due" || isFollowed(feed) !== isSent(feed),
    );
    for (const type of ["subscribe", "unsubscribe"] as const)
      for (const some of portions(pending.filter((feed) => isFollowed(feed) === (type === "subscribe")))) {
        const id = nextId();
        link.send({ type, id, channels: recordSent(link, type, id, some) } as ClientMessage);
        sent();
      }
  }

  function recordSent(
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
      link.sent.set(name, { id, sub, state: isWanted ? "subscribing" : "leaving" });
    }
    return channels;
  }

  function subscribed(link: Link, answers: Record<Channel, Subscribed>): void {
    const stuck: ChannelFeed[] = [];
    let moved = false;
    for (const [name, answer] of Object.entries(answers) as [Channel, Subscribed][]) {
      const feed = feeds.get(name);
      const last = link.sent.get(name);
      const { sub } = answer;
      if (!feed) continue;
      if (!isFollowed(feed)) {
        // Its end may have come first, and found nothing to end: flush sends it again.
        if (!("error" in answer)) {
          link.sent.set(name, { id: "", sub, ...last, state: "answered" });
          flushSoon();
        }
      } else if (sub === feed.state.sub && sub === last?.sub) {
        if (!("error" in answer)) {
          last.state = "answered";
          if (feed.dispatch("answer", answer).state === "stuck") {
            last.state = "subscribing";
            stuck.push(feed);
          } else moved = true;
        } else if (answer.error === "forbidden") {
          last.state = "answered";
          feed.dispatch("refuse");
        } else refused();
      }
    }
    for (const feed of stuck) {
      // Perhaps the other channels filled the message. If not, it is asked for once more too, but not in a
      // loop.
      if (moved) feed.dispatch("behind");
      else refused();
    }
  }

  const unanswered = (link: Link | undefined) =>
    [...(link?.sent ?? [])].filter(([, { state }]) => state !== "answered");

  return {
    view: (name) => feedOf(name).view,
    views: () => [...feeds.values()].map(({ view }) => view),
    hello(link) {
      link.sent.clear();
      const some = followed().slice(0, channelsPerMessage);
      return some.length > 0
        ? (recordSent(link, "subscribe", "hello", some) as Record<Channel, Subscribe>)
        : undefined;
    },
    welcomed(link, answers) {
      subscribed(link, answers ?? {});
      // Messages sent on the former link since then get no answer on it any more.
      for (const [name, { sub, state }] of link.sent) {
        const feed = feeds.get(name);
        if (state !== "leaving" && sub !== feed?.state.sub) feed?.dispatch("behind");
      }
      flush();
      if (unanswered(link).length > 0) sent();
    },
    subscribed,
    unsubscribed({ sent }, answers) {
      for (const [name, sub] of Object.entries(answers) as [Channel, number][])
        if (sent.get(name)?.sub === sub) sent.delete(name);
    },
    delta(delta) {
      const { channel } = delta;
      const answerDue = current()?.sent.get(channel)?.state === "subscribing";
      feeds.get(channel)?.dispatch("delta", delta, answerDue);
    },
    behind(channels) {
      for (const name of channels)
        if (current()?.sent.get(name)?.state === "answered") feeds.get(name)?.dispatch("behind");
    },
    refused(link, error) {
      const concerned = unanswered(link).filter(([, { id }]) => id === error.re);
      if (error.code === "forbidden")
        for (const [name, last] of concerned) {
          if (last.state === "leaving") link.sent.delete(name);
          else {
            last.state = "answered";
            feeds.get(name)?.dispatch("refuse");
          }
        }
      else if (concerned.length > 0) refused(error.retry === "never" ? REJECTED_MS : error.retryAfterMs);
    },
    ended() {
      const link = current();
      for (const feed of followed()) {
        const { name, status } = feed.view;
        if (!link) feed.dispatch("offline");
        // Its last subscribe may have been lost with the link that ended.
        else if (status === "catching_up" && link.sent.get(name)?.sub !== feed.state.sub)
          feed.dispatch("behind");
      }
    },
    awaiting: () => unanswered(current()).length > 0,
    resend() {
      for (const [name, last] of unanswered(current())) {
        const feed = feeds.get(name);
        if (feed && isFollowed(feed)) feed.dispatch("behind");
        // It has a follower again, or is still to be left: flush sends what is needed.
        else last.state = "answered";
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
