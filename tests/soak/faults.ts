import type { Post, PostOutcome, Sender } from "@callboard/functions/push";
import type { Random } from "./random.ts";

/** How often a fault hits a post, each from 0 to 1. */
export interface FaultShares {
  /** Reported as sent, but never sent. */
  readonly drop: number;
  /** Sent twice. */
  readonly duplicate: number;
  /** Reported as sent, but sent up to `longestDelayMs` later: later posts overtake it. */
  readonly delay: number;
  readonly longestDelayMs: number;
  /** Throttled or failed, and not sent. */
  readonly refuse: number;
  /** Reported as failed, although it was sent. */
  readonly failAfterSend: number;
}

/** The number of posts, and of each fault. */
export interface FaultCounts {
  posts: number;
  dropped: number;
  duplicated: number;
  delayed: number;
  refused: number;
  failedAfterSend: number;
}

/** Injects faults into posts between the functions and the gateway. */
export interface Faults {
  disturb(sender: Sender): Sender;
  /** From now on every post is lost, and reported as sent. */
  lose(): void;
  /** From now on no post has a fault. */
  calm(): void;
  readonly counts: Readonly<FaultCounts>;
}

export function createFaults(shares: FaultShares, random: Random): Faults {
  const counts = { posts: 0, dropped: 0, duplicated: 0, delayed: 0, refused: 0, failedAfterSend: 0 };
  let mood: "restless" | "losing" | "calm" = "restless";

  /** The shares are intervals that start at 0: the random number is in one of them, or above all. */
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
    if (!falls(shares.failAfterSend)) return outcome;
    counts.failedAfterSend++;
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
