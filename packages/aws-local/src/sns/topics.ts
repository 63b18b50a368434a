import type { Key, Store, Write } from "../store/store.ts";

/** How whoever has subscribed is told. */
export const PROTOCOLS = ["lambda", "sqs", "email"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Who is told of what is published to a topic. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** The ARN of a function or a queue, or an address. */
  readonly endpoint: string;
  /** A queue gets the message alone. */
  readonly raw: boolean;
}

/** The topics and their subscriptions, as they are on the disk; every change is there when its promise resolves. */
export interface Topics {
  has(arn: string): boolean;
  /** In the order of their names. */
  list(): string[];
  subscriptions(topicArn: string): Subscription[];
  /** Again is fine. */
  add(arn: string, at: number): Promise<void>;
  /** With its subscriptions. Again is fine. */
  remove(arn: string): Promise<void>;
  /** Gives the subscription of the same endpoint if there is one; `full` when a topic has `most` already. */
  subscribe(subscription: Subscription, most: number): Promise<Subscription | "full">;
  unsubscribe(arn: string): Promise<void>;
}

const TOPICS: Key = ["sns", "topic"];
const SUBSCRIPTIONS: Key = ["sns", "subscription"];
const topicKey = (arn: string): Key => [...TOPICS, arn];
const subscriptionsOf = (topicArn: string): Key => [...SUBSCRIPTIONS, topicArn];

export function openTopics(store: Store): Topics {
  return {
    has: (arn) => store.get(topicKey(arn)) !== undefined,
    list: () => Array.from(store.list({ prefix: TOPICS }), ([key]) => String(key.at(-1))),
    subscriptions: (arn) =>
      Array.from(
        store.list<Subscription>({ prefix: subscriptionsOf(arn) }),
        ([, subscription]) => subscription,
      ),
    async add(arn, at) {
      await store.commit((view) => ({
        writes: view.get(topicKey(arn)) ? [] : [[topicKey(arn), { at }]],
        value: undefined,
      }));
    },
    async remove(arn) {
      await store.commit((view) => ({
        writes: [
          [topicKey(arn), undefined],
          ...Array.from(view.list({ prefix: subscriptionsOf(arn) }), ([key]): Write => [key, undefined]),
        ],
        value: undefined,
      }));
    },
    subscribe: (subscription, most) =>
      store.commit((view) => {
        const { topicArn, arn, protocol, endpoint } = subscription;
        const prefix = subscriptionsOf(topicArn);
        const all = Array.from(view.list<Subscription>({ prefix }), ([, one]) => one);
        const same = all.find((one) => one.protocol === protocol && one.endpoint === endpoint);
        if (same || all.length >= most) return { writes: [], value: same ?? "full" };
        return { writes: [[[...prefix, arn], subscription]], value: subscription };
      }),
    unsubscribe: (arn) =>
      store.write([[[...subscriptionsOf(arn.slice(0, arn.lastIndexOf(":"))), arn], undefined]]),
  };
}
