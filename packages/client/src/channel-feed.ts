import { type Channel, type Item, isChannel } from "@callboard/protocol";
import { type ChannelEvent, type ChannelState, reduce, statusOf, unknownChannel } from "./channel-state.ts";
import type { ChannelStatus, ChannelView } from "./channel-view.ts";
import type { ClientClock } from "./clock.ts";
import type { Tell } from "./debug.ts";
import { createListeners } from "./listeners.ts";

/** One channel: its state, what is shown of it, and who follows it. */
export interface ChannelFeed {
  readonly view: ChannelView;
  readonly state: ChannelState;
  /** Takes an event to the state, and does what follows from it; returns the state that it is in then. */
  dispatch(...event: ChannelEvent): ChannelState;
}

const invalidName: ChannelStatus = { error: "invalid_name" };

/**
 * `wanted` is called before somebody follows it; what it throws reaches them, and they do not follow. `send` is called
 * when the feed has something to send: it is to be subscribed, or nobody follows it any more. A name that is none is never subscribed to: its feed stays idle, and its view says so.
 */
export function createChannelFeed(
  name: Channel,
  clock: ClientClock,
  tell: Tell,
  wanted: () => void,
  send: (feed: ChannelFeed) => void,
): ChannelFeed {
  const listeners = createListeners<[readonly Item[], ChannelView]>();
  let state = unknownChannel;
  // Names come from addresses and from plain JavaScript too.
  const isNamed = typeof name === "string" && isChannel(name);
  if (!isNamed) tell("invalid_name", name);
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
        tell("gap", name, gapAt !== undefined, view.status);
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
