import { type Callboard, type Channel, type ChannelView, connect, type Item } from "@callboard/client";
import { WebSocket } from "ws";
import type { Arrivals } from "./arrivals.ts";
import { trackOf } from "./expected-change.ts";
import type { Place } from "./place.ts";
import type { Plan } from "./plan.ts";
import { channelName } from "./script.ts";

/** The clients of a simulation, each with its own socket; their views are recorded. */
export interface Clients {
  /** Opens a client; resolves when its channels are caught up. Channels followed later are recorded too. */
  join(user: string, channels: readonly Channel[], changed?: Changed): Promise<Callboard>;
  /** All views of all clients. */
  readonly views: readonly ChannelView[];
  /** Connections that broke by themselves. */
  readonly broken: number;
  close(): void;
}

/** Called after every change in a client's channels; `follow` makes the client follow one more. */
type Changed = (changed: readonly Item[], client: Callboard, follow: (channel: Channel) => void) => void;

/** The most attempts to connect at once: an AWS account allows 500 new connections a second. */
const AT_ONCE = 50;
/** The number of users behind all viewers: each user has records of what it has seen. */
const PERSONS = 200;
const OPEN_MS = 120_000;

export function createClients({ socketUrl, token }: Place, arrivals: Arrivals, stop: AbortSignal): Clients {
  const clients: Callboard[] = [];
  const views: ChannelView[] = [];
  let broken = 0;
  const stopped = new Promise<never>((_, fail) => {
    stop.addEventListener("abort", () => fail(new Error("it was stopped")), { once: true });
  });
  // It rejects pending joins; afterwards there are none.
  stopped.catch(() => {});

  function watch(view: ChannelView, changed: (items: readonly Item[]) => void): Promise<void> {
    const follower = arrivals.follow(view.name);
    views.push(view);
    return new Promise((sure) => {
      const look = (items: readonly Item[]) => {
        follower.see(items);
        if (view.status === "following") {
          follower.caughtUp(view.items);
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
        openTimeoutMs: OPEN_MS,
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

/** Rejects when a client's channels are not caught up in time, or when the simulation stops. */
async function inTime(
  user: string,
  client: Callboard,
  sure: Promise<unknown>,
  stopped: Promise<never>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    const what = () => `${user} does not get its channels: ${JSON.stringify(client.state).slice(0, 200)}`;
    timer = setTimeout(() => fail(new Error(what())), OPEN_MS);
  });
  await Promise.race([sure, late, stopped]).finally(() => clearTimeout(timer));
}

/**
 * Opens all viewers, some at a time: each follows its channel, and each video that the channel reports as
 * live.
 */
export async function fill(clients: Clients, plan: Plan): Promise<void> {
  let next = 0;
  const come = async () => {
    while (next < plan.viewers) await joinViewer(clients, plan, next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, come));
}

async function joinViewer(clients: Clients, plan: Plan, n: number): Promise<void> {
  const channel: Channel = `watch:channel/${channelName(plan, n % plan.channels)}`;
  const followed = new Set<string>();
  await clients.join(`simulated-viewer-${n % PERSONS}`, [channel], (items, _, follow) => {
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
