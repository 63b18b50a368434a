import type { Channel, Item } from "@callboard/client";
import { closed, type Kind, kinds, shownBy, type Told, trackOf } from "./told.ts";

/** What reached whom, and when: of all that was put, for all who follow. */
export interface Arrivals {
  /** A change is put now: everybody who follows the channel, now or later, is to see it. */
  put(channel: Channel, told: Told): void;
  /** Somebody follows a channel from now on. */
  follow(channel: Channel): Sight;
  /** How many changes somebody has not seen yet. */
  missing(): number;
  /** When somebody saw something last that was waited for. */
  readonly lastAt: number;
  /** What it came to, by kind. */
  counts(): ReadonlyMap<Kind, Reached>;
}

/** What one follower has seen of a channel. */
interface Sight {
  /** It has all that there was, under these keys: what is put from now on is to come by itself. */
  caughtUp(keys: { has(key: string): boolean }): void;
  see(changed: readonly Pick<Item, "key" | "value">[]): void;
}

export interface Reached {
  /** Changes that were put. */
  readonly put: number;
  /** Changes that reached somebody, each time one. */
  readonly reached: number;
  /** And those that have not. */
  readonly lost: number;
  /** From the put until it was seen, in milliseconds, of those who followed before it. */
  readonly delays: readonly number[];
}

interface Followed {
  readonly tracks: Map<string, Track>;
  readonly seen: Seen[];
}

interface Track {
  readonly told: (Told & { readonly at: number })[];
}

interface Seen {
  /** What is put from this time on is to come by itself. */
  since: number;
  /** The first that was not seen, by track. */
  readonly next: Map<string, number>;
}

/** `now` gives milliseconds that only grow. */
export function createArrivals(now: () => number): Arrivals {
  const channels = new Map<Channel, Followed>();
  const delays = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
  let lastAt = now();

  function channelOf(name: Channel): Followed {
    const known = channels.get(name) ?? { tracks: new Map(), seen: [] };
    channels.set(name, known);
    return known;
  }

  function advance(seen: Seen, track: Track | undefined, name: string, rank: number): void {
    let next = seen.next.get(name) ?? 0;
    for (; track && next < track.told.length && track.told[next]!.rank <= rank; next++) {
      const { kind, at } = track.told[next]!;
      lastAt = now();
      if (seen.since <= at) delays.get(kind)!.push(lastAt - at);
    }
    seen.next.set(name, next);
  }

  const each = (visit: (told: readonly Told[], next: number | undefined) => void) => {
    for (const { tracks, seen } of channels.values())
      for (const [name, { told }] of tracks) {
        visit(told, undefined);
        for (const one of seen) visit(told, one.next.get(name) ?? 0);
      }
  };

  return {
    put(channel, told) {
      const { tracks } = channelOf(channel);
      const track = tracks.get(told.track) ?? { told: [] };
      tracks.set(told.track, track);
      track.told.push({ ...told, at: now() });
    },
    follow(name) {
      const channel = channelOf(name);
      const seen: Seen = { since: Number.POSITIVE_INFINITY, next: new Map() };
      channel.seen.push(seen);
      return {
        caughtUp(keys) {
          if (Number.isFinite(seen.since)) return;
          // Of a wait that was over before somebody came there is nothing that could come.
          const waiting = channel.tracks.get(trackOf.waiting);
          if (waiting?.told.at(-1)?.rank === closed && !keys.has(trackOf.waiting))
            advance(seen, waiting, trackOf.waiting, closed);
          seen.since = now();
        },
        see(changed) {
          for (const item of changed) {
            const shown = shownBy(item);
            if (shown) advance(seen, channel.tracks.get(shown.track), shown.track, shown.rank);
          }
        },
      };
    },
    missing() {
      let missing = 0;
      each((told, next) => {
        if (next !== undefined) missing += told.length - next;
      });
      return missing;
    },
    get lastAt() {
      return lastAt;
    },
    counts() {
      const counts = new Map(kinds.map((kind) => [kind, { put: 0, reached: 0, lost: 0 }]));
      each((told, next) => {
        told.forEach(({ kind }, n) => {
          counts.get(kind)![next === undefined ? "put" : n < next ? "reached" : "lost"]++;
        });
      });
      return new Map([...counts].map(([kind, count]) => [kind, { ...count, delays: delays.get(kind)! }]));
    },
  };
}
