import { type Callboard, type Channel, type ChannelView, connect, type Item } from "@callboard/client";
import { WebSocket } from "ws";
import type { Arrivals } from "./arrivals.ts";
import type { Place } from "./place.ts";
import type { Plan } from "./plan.ts";
import { channelName } from "./script.ts";
import { trackOf } from "./told.ts";

/** Clients of a simulation, each with a socket of its own, whose views are watched over. */
export interface Audience {
  /** Opens a client; resolves when it is sure of these channels. What else is followed goes on watching them. */
  join(user: string, channels: readonly Channel[], changed?: Changed): Promise<Callboard>;
  /** What everybody sees of everything that they follow. */
  readonly views: readonly ChannelView[];
  /** Connections that broke by themselves. */
  readonly broken: number;
  close(): void;
}

/** Hears of every change in one of a client's channels; `follow` has it follow one more. */
type Changed = (changed: readonly Item[], client: Callboard, follow: (channel: Channel) => void) => void;

/** Attempts to connect that are under way at once: an account of AWS takes 500 new connections a second. */
const atOnce = 50;
/** Persons that all viewers together are: each notes who it has seen, and keeps it. */
const persons = 200;
const openMs = 120_000;

export function createAudience({ socketUrl, token }: Place, arrivals: Arrivals, stop: AbortSignal): Audience {
  const clients: Callboard[] = [];
  const views: ChannelView[] = [];
  let broken = 0;
  const stopped = new Promise<never>((_, fail) => {
    stop.addEventListener("abort", () => fail(new Error("it was stopped")), { once: true });
  });
  // Told to those who come; afterwards there is nobody whom it concerns.
  stopped.catch(() => {});

  function watch(view: ChannelView, changed: (items: readonly Item[]) => void): Promise<void> {
    const sight = arrivals.follow(view.name);
    views.push(view);
    return new Promise((sure) => {
      const look = (items: readonly Item[]) => {
        sight.see(items);
        if (view.status === "following") {
          sight.caughtUp(view.items);
          sure();
        }
        if (items.length > 0) changed(items);
      };
      view.follow(look);
    });
  }

  return {
    async join(user, channels, changed = () => {}) {
      const client = connect({
        url: socketUrl,
        token: () => token(user),
        WebSocket,
        name: "simulate",
        openTimeoutMs: openMs,
      });
      clients.push(client);
      let wasConnected = false;
      client.onState(({ state }) => {
        if (wasConnected && state !== "connected" && state !== "closed") broken++;
        wasConnected = state === "connected";
      });
      const follow = (channel: Channel): Promise<void> =>
        watch(client.channel(channel), (items) => changed(items, client, (more) => void follow(more)));
      const sure = Promise.all(channels.map(follow));
      await inTime(user, client, sure, stopped);
      return client;
    },
    views,
    get broken() {
      return broken;
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

/** Rejects when a client is not sure of its channels in time, or once it is to stop. */
async function inTime(
  user: string,
  client: Callboard,
  sure: Promise<unknown>,
  stopped: Promise<never>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    const what = () => `${user} does not get its channels: ${JSON.stringify(client.state).slice(0, 200)}`;
    timer = setTimeout(() => fail(new Error(what())), openMs);
  });
  await Promise.race([sure, late, stopped]).finally(() => clearTimeout(timer));
}

/** Has all viewers come, some at a time: each follows its channel, and each video that the channel says is live. */
export async function fill(audience: Audience, plan: Plan): Promise<void> {
  let next = 0;
  const come = async () => {
    while (next < plan.viewers) await joinViewer(audience, plan, next++);
  };
  await Promise.all(Array.from({ length: atOnce }, come));
}

async function joinViewer(audience: Audience, plan: Plan, n: number): Promise<void> {
  const channel: Channel = `watch:channel/${channelName(plan, n % plan.channels)}`;
  const followed = new Set<string>();
  await audience.join(`simulated-viewer-${n % persons}`, [channel], (items, _, follow) => {
    for (const { key, value } of items) {
      if (key !== trackOf.fact("live") || value === null) continue;
      const { video } = (value as { value: { video?: string } }).value;
      if (video === undefined || followed.has(video)) continue;
      followed.add(video);
      follow(`watch:video/${video}`);
    }
  });
}

/** The name of the creator of a channel. */
export const creatorName = (n: number): string => `simulated-creator-${n + 1}`;
