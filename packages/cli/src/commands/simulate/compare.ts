import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type Callboard, type Channel, type ChannelView, connect } from "@callboard/client";
import { WebSocket } from "ws";
import type { Place } from "./place.ts";

/** A comparison of the viewers' maps with those of a new client. */
export interface Comparison {
  readonly maps: number;
  readonly equal: number;
  /** The first differences, as sentences. */
  readonly different: readonly string[];
}

const MAX_DIFFERENCES = 10;
const PATIENCE_MS = 60_000;
const POLL_MS = 250;
/** The number of channels per new client. */
const CHANNELS_EACH = 50;

/**
 * Compares every view with that of a new client, key by key, until all are equal or a minute has passed. It repeats
 * this, since the number of viewers changes with each new client.
 */
export async function compareMaps(
  views: readonly ChannelView[],
  { socketUrl, token }: Place,
  stop: AbortSignal,
): Promise<Comparison> {
  const names = [...new Set(views.map(({ name }) => name))];
  const newcomers = new Map<Channel, ChannelView>();
  const clients: Callboard[] = [];
  const follow = (user: string, some: readonly Channel[]) => {
    const client = connect({ url: socketUrl, token: () => token(user), WebSocket, name: "simulate" });
    clients.push(client);
    for (const name of some) {
      const view = client.channel(name);
      view.follow();
      newcomers.set(name, view);
    }
  };
  const watched = names.filter((name) => !name.startsWith("inbox:"));
  for (let n = 0; n < watched.length; n += CHANNELS_EACH)
    follow("simulated-newcomer", watched.slice(n, n + CHANNELS_EACH));
  // Only its owner may follow an inbox.
  for (const name of names)
    if (name.startsWith("inbox:user/")) follow(name.slice("inbox:user/".length), [name]);
  try {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const different = views.filter((view) => !isEqual(view, newcomers.get(view.name)!));
      if (different.length === 0 || performance.now() > until || stop.aborted)
        return {
          maps: views.length,
          equal: views.length - different.length,
          different: [
            ...new Set(different.map((view) => differenceOf(view, newcomers.get(view.name)!))),
          ].slice(0, MAX_DIFFERENCES),
        };
      await pause(POLL_MS);
    }
  } finally {
    for (const client of clients) client.close();
  }
}

const isEqual = (view: ChannelView, fresh: ChannelView): boolean =>
  view.status === "following" &&
  fresh.status === "following" &&
  view.epoch === fresh.epoch &&
  isDeepStrictEqual(valuesOf(view), valuesOf(fresh));

const valuesOf = ({ items }: ChannelView) =>
  new Map([...items.values()].map(({ key, value, version }) => [key, { value, version }]));

function differenceOf(view: ChannelView, fresh: ChannelView): string {
  if (fresh.status !== "following") return `${view.name}: a new client is ${JSON.stringify(fresh.status)}`;
  if (view.status !== "following") return `${view.name}: a viewer is ${JSON.stringify(view.status)}`;
  const [seen, known] = [valuesOf(view), valuesOf(fresh)];
  const keys = [...new Set([...seen.keys(), ...known.keys()])];
  const unequal = keys.filter((key) => !isDeepStrictEqual(seen.get(key), known.get(key)));
  return `${view.name}: differs in ${unequal.slice(0, 5).join(", ") || "its epoch"}`;
}
