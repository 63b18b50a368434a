import type { Channel } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { PostOutcome } from "./ports.ts";
import { postAll } from "./post-all.ts";

const channel: Channel = "watch:video/v_1";
const idsOf = (count: number) => Array.from({ length: count }, (_, n) => `c${n}`);

/** Posts to connections of this process, whose outcome is known at once. */
function stage(outcomeOf: (connectionId: string, tries: number) => PostOutcome) {
  let now = 0;
  const posts: string[] = [];
  const removed: string[] = [];
  const metrics: Record<string, number> = {};
  const ports = {
    sender: {
      prepare: (text: string) => (connectionId: string) => {
        const post = `${connectionId} ${text}`;
        posts.push(post);
        return outcomeOf(connectionId, posts.filter((one) => one === post).length);
      },
    },
    subscriptions: {
      followers: async () => ({ connectionIds: [] }),
      remove: async (_channel: Channel, _shard: number, ids: readonly string[]) => void removed.push(...ids),
    },
    clock: {
      now: () => now,
      async wait(ms: number) {
        now += ms;
      },
    },
    ids: { random: () => "0".repeat(16) },
    log: {
      info() {},
      warn() {},
      metric(name: string, value: number) {
        metrics[name] = value;
      },
    },
  };
  return {
    posts,
    removed,
    metrics,
    postTo: (connectionIds: readonly string[], texts: readonly string[] = ["a"]) =>
      postAll(ports, [{ channel, shard: 0, connectionIds, texts }]),
  };
}

it("posts the texts in order, and stops at the first that is not sent", async () => {
  const { posts, postTo } = stage((id) => (id === "c1" ? "gone" : "sent"));
  await postTo(idsOf(3), ["a", "b"]);
  expect(posts).toEqual(["c0 a", "c0 b", "c1 a", "c2 a", "c2 b"]);
});

it("removes closed connections, retries throttled ones, and gives up texts that are too large", async () => {
  const outcomes: Record<string, PostOutcome> = { c0: "gone", c1: "too_large", c3: "gone" };
  const { posts, removed, metrics, postTo } = stage(
    (id, tries) => outcomes[id] ?? (id === "c2" && tries < 3 ? "throttled" : "sent"),
  );
  expect(await postTo(idsOf(5))).toEqual({ gone: [channel] });
  expect(removed).toEqual(["c0", "c3"]);
  expect(posts.filter((post) => post === "c2 a")).toHaveLength(3);
  expect(posts).toHaveLength(7);
  expect(metrics).toMatchObject({ push_posts: 2, push_missed: 1 });
});

it("lets the process read and answer others while it posts to many of its own connections", async () => {
  const { posts, postTo } = stage(() => "sent");
  const seen: number[] = [];
  let done = false;
  const look = () => {
    seen.push(posts.length);
    if (!done) setImmediate(look);
  };
  setImmediate(look);
  await postTo(idsOf(2000));
  done = true;
  expect(posts).toHaveLength(2000);
  const steps = seen.map((count, n) => count - (seen[n - 1] ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(256);
});
