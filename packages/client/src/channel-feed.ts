import { type Channel, type Item, isChannel } from "@callboard/protocol";
import { type ChannelEvent, type ChannelState, reduce, statusOf, unknownChannel } from "./channel-state.ts";
import type { ChannelStatus, ChannelView } from "./channel-view.ts";
import type { ClientClock } from "./clock.ts";
import type { Report } from "./debug.ts";
import { createListeners } from "./listeners.ts";

/** One channel: its state, its view and its followers. */
export interface ChannelFeed {
  readonly view: ChannelView;
  readonly state: ChannelState;
  /** Applies an event to the state and does what follows from it; returns the new state. */
  dispatch(...event: ChannelEvent): ChannelState;
}

const invalidName: ChannelStatus = { error: "invalid_name" };

/**
 * Creates a feed. `wanted` is called before a follower is added; if it throws, the follower gets the error
 * and does not follow. `send` is called when the feed has something to send: a subscribe, or an unsubscribe
 * after the last follower left. A name that is not a channel is never subscribed to: its feed stays idle, and
 * its view has the error.
 */
export function createChannelFeed(
  name: Channel,
  clock: ClientClock,
  report: Report,
  wanted: () => void,
  send: (feed: ChannelFeed) => void,
): ChannelFeed {
  const listeners = createListeners<[readonly Item[], ChannelView]>();
  let state = unknownChannel;
  // Names also come from URLs and from plain JavaScript.
  const isNamed = typeof name === "string" && isChannel(name);
  if (!isNamed) report("invalid_name", name);
  let cancelWait: () => void = () => {};

  const view: ChannelView = {
    name,
    get status() {
      return isNamed ? statusOf(state) : invalidName;
    },
    get items() {
      return state.shown.items;
    },
    get offset() {
      return state.shown.offset;
    },
    get epoch() {
      return state.shown.epoch;
    },
    get: <T>(key: string) => state.shown.items.get(key)?.value as T | undefined,
    follow(listener = () => {}) {
      if (isNamed) wanted();
      if (listeners.size === 0 && isNamed) feed.dispatch("follow");
      const remove = listeners.add(listener);
      return () => {
        if (remove() && listeners.size === 0) feed.dispatch("leave");
      };
    },
  };

  const feed: ChannelFeed = {
    view,
    get state() {
      return state;
    },
    dispatch(...event) {
      const step = reduce(state, event, clock.now());
      state = step.state;
      const { gapAt } = state;
      if (step.wait) {
        report("gap", name, gapAt !== undefined, view.status);
        cancelWait();
        if (gapAt !== undefined)
          cancelWait = clock.after(gapAt - clock.now(), () => feed.dispatch("gap_over"));
      }
      if (step.send) send(feed);
      if (step.changed) listeners.emit(step.changed, view);
      return state;
    },
  };
  return feed;
}
