import type { Channel, Item } from "@callboard/client";
import { CLOSED, type ExpectedChange, type Kind, kinds, shownBy, trackOf } from "./expected-change.ts";

/** Which changes reached which followers, and when. */
export interface Arrivals {
  /** A change is put now: everybody who follows the channel, now or later, must see it. */
  put(channel: Channel, change: ExpectedChange): void;
  /** A new follower of a channel. */
  follow(channel: Channel): Follower;
  /** The number of changes that followers have not seen yet. */
  missing(): number;
  /** When a follower last saw an expected change. */
  readonly lastAt: number;
  /** The counts, by kind. */
  counts(): ReadonlyMap<Kind, Reached>;
}

/** What one follower has seen of a channel. */
interface Follower {
  /** The follower has everything so far, with these keys: later changes must reach it by push. */
  caughtUp(keys: { has(key: string): boolean }): void;
  see(changed: readonly Pick<Item, "key" | "value">[]): void;
}

export interface Reached {
  /** Changes that were put. */
  readonly put: number;
  /** Changes that reached a follower; each follower counts. */
  readonly reached: number;
  /** Changes that did not reach a follower. */
  readonly lost: number;
  /** From the put until it was seen, in milliseconds, for followers from before the put. */
  readonly delays: readonly number[];
}

interface Followed {
  readonly tracks: Map<string, Track>;
  readonly seen: Seen[];
}

interface Track {
  readonly changes: (ExpectedChange & { readonly at: number })[];
}

interface Seen {
  /** Changes put from this time on must reach it by push. */
  since: number;
  /** The first change that was not seen, by track. */
  readonly next: Map<string, number>;
}

/** `now` returns milliseconds that never decrease. */
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
    for (; track && next < track.changes.length && track.changes[next]!.rank <= rank; next++) {
      const { kind, at } = track.changes[next]!;
      lastAt = now();
      if (seen.since <= at) delays.get(kind)!.push(lastAt - at);
    }
    seen.next.set(name, next);
  }

  const each = (visit: (changes: readonly ExpectedChange[], next: number | undefined) => void) => {
    for (const { tracks, seen } of channels.values())
      for (const [name, { changes }] of tracks) {
        visit(changes, undefined);
        for (const one of seen) visit(changes, one.next.get(name) ?? 0);
      }
  };

  return {
    put(channel, change) {
      const { tracks } = channelOf(channel);
      const track = tracks.get(change.track) ?? { changes: [] };
      tracks.set(change.track, track);
      track.changes.push({ ...change, at: now() });
    },
    follow(name) {
      const channel = channelOf(name);
      const seen: Seen = { since: Number.POSITIVE_INFINITY, next: new Map() };
      channel.seen.push(seen);
      return {
        caughtUp(keys) {
          if (Number.isFinite(seen.since)) return;
          // A wait that ended before the follower came leaves no change to see.
          const waiting = channel.tracks.get(trackOf.waiting);
          if (waiting?.changes.at(-1)?.rank === CLOSED && !keys.has(trackOf.waiting))
            advance(seen, waiting, trackOf.waiting, CLOSED);
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
      each((changes, next) => {
        if (next !== undefined) missing += changes.length - next;
      });
      return missing;
    },
    get lastAt() {
      return lastAt;
    },
    counts() {
      const counts = new Map(kinds.map((kind) => [kind, { put: 0, reached: 0, lost: 0 }]));
      each((changes, next) => {
        changes.forEach(({ kind }, n) => {
          counts.get(kind)![next === undefined ? "put" : n < next ? "reached" : "lost"]++;
        });
      });
      return new Map([...counts].map(([kind, count]) => [kind, { ...count, delays: delays.get(kind)! }]));
    },
  };
}
