import type { Key, Store, Write } from "../store/store.ts";

/** How a subscriber is notified. */
export const PROTOCOLS = ["lambda", "sqs", "email"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A subscriber of a topic. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** The ARN of a function or a queue, or an address. */
  readonly endpoint: string;
  /** A queue gets only the message itself. */
  readonly raw: boolean;
}

/** The stored topics and their subscriptions; a change is on the disk when its promise resolves. */
export interface Topics {
  has(arn: string): boolean;
  /** In the order of their names. */
  list(): string[];
  subscriptions(topicArn: string): Subscription[];
  /** Repeating it is allowed. */
  add(arn: string, at: number): Promise<void>;
  /** Deletes its subscriptions too. Repeating it is allowed. */
  remove(arn: string): Promise<void>;
  /** Returns the subscription of the same endpoint if there is one; `full` when a topic has `most` already. */
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
