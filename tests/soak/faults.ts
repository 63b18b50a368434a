import type { Post, PostOutcome, Sender } from "@callboard/functions/push";
import type { Random } from "./random.ts";

/** How often something befalls a post, each from 0 to 1. */
export interface FaultShares {
  /** Said to be sent, and never is. */
  readonly drop: number;
  /** Sent twice. */
  readonly duplicate: number;
  /** Said to be sent, and is sent up to `longestDelayMs` later: later posts overtake it. */
  readonly delay: number;
  readonly longestDelayMs: number;
  /** Throttled or failed, and not sent. */
  readonly refuse: number;
  /** Said to have failed, although it was sent. */
  readonly doubt: number;
}

/** How many posts there were, and how many met each fault. */
export interface FaultCounts {
  posts: number;
  dropped: number;
  duplicated: number;
  delayed: number;
  refused: number;
  doubted: number;
}

/** Stands between the functions and the gateway, and does to posts what a bad day does. */
export interface Faults {
  disturb(sender: Sender): Sender;
  /** From now on every post is lost, and said to be sent. */
  lose(): void;
  /** From now on every post is what it says. */
  calm(): void;
  readonly counts: Readonly<FaultCounts>;
}

export function createFaults(shares: FaultShares, random: Random): Faults {
  const counts = { posts: 0, dropped: 0, duplicated: 0, delayed: 0, refused: 0, doubted: 0 };
  let mood: "restless" | "losing" | "calm" = "restless";

  /** The shares lie beside each other from 0 on: the number that is drawn falls into one of them, or beyond all. */
  async function meet(post: Post, connectionId: string): Promise<PostOutcome> {
    let drawn = random();
    const falls = (share: number) => {
      drawn -= share;
      return drawn < 0;
    };
    if (mood === "losing" || falls(shares.drop)) {
      counts.dropped++;
      return "sent";
    }
    if (falls(shares.duplicate)) {
      counts.duplicated++;
      await post(connectionId);
      return post(connectionId);
    }
    if (falls(shares.delay)) {
      counts.delayed++;
      setTimeout(() => void post(connectionId), random() * shares.longestDelayMs);
      return "sent";
    }
    if (falls(shares.refuse)) {
      counts.refused++;
      return random() < 0.5 ? "throttled" : "failed";
    }
    const outcome = await post(connectionId);
    if (!falls(shares.doubt)) return outcome;
    counts.doubted++;
    return "failed";
  }

  return {
    disturb: (sender) => ({
      prepare(text) {
        const post = sender.prepare(text);
        return (connectionId) => {
          counts.posts++;
          return mood === "calm" ? post(connectionId) : meet(post, connectionId);
        };
      },
    }),
    lose() {
      mood = "losing";
    },
    calm() {
      mood = "calm";
    },
    counts,
  };
}
