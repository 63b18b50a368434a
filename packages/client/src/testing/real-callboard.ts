// Not for clients: these let a test change any key, as no use case does.
import {
  type Caller,
  createApp,
  createClock,
  createViewers,
  type HeadStore,
  type Ports,
  shownItems,
  type Wakeups,
} from "@callboard/core";
import {
  ana,
  anybodys,
  executionArn,
  handle,
  itemsOf,
  memoryStage,
  propose,
  publishOn,
  question,
  stepKey,
  version,
} from "@callboard/core/testing";
import { answerMessage } from "@callboard/functions/answer-message";
import { apiGatewayPush, fanOut, type PushParts } from "@callboard/functions/push";
import { memorySubscriptionStore } from "@callboard/functions/testing/memory-subscription-store.ts";
import { memorySweepStore } from "@callboard/functions/testing/memory-sweep-store.ts";
import {
  type Channel,
  channelsOf,
  type FeedbackRequested,
  hours,
  type Item,
  minutes,
  type OutEvent,
  type ProgressReported,
  parseChannel,
} from "@callboard/protocol";
import type { ManualClock } from "./manual-clock.ts";
import { type VirtualGateway, virtualGateway } from "./virtual-gateway.ts";

export interface RealCallboardOptions {
  clock: ManualClock;
  random: () => number;
  /** The longest time that a frame, a post or an event takes, in milliseconds. Default: 100. */
  latencyMs?: number;
  /** The longest time that a store call takes each way, in milliseconds. Default: 0. */
  storeMs?: number;
  /** The lifetime of a token, in milliseconds. Default: an hour. */
  tokenLifeMs?: number;
  /** How often the clock polls what is due, in milliseconds. Default: a minute. */
  pollEveryMs?: number;
  /** Kinds of subjects that are listed. Default: none. */
  lists?: readonly string[];
}

/** The real domain, on stores in memory, behind a gateway, a bus and a clock with delays. */
export interface RealCallboard extends VirtualGateway {
  readonly ports: Ports;
  /** A fresh token for the user, who may follow everything. Default: ana. */
  token(user?: string): string;
  /**
   * Changes keys of a channel, at most 98; null removes. The later call wins, in any order of the commits.
   */
  put(channel: Channel, values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Publishes the last `put` again, as a bus with duplicate delivery may. */
  putAgain(): Promise<void>;
  /** Reports progress of the default execution, or of another `run`. */
  report(
    detail: Partial<ProgressReported> & Pick<ProgressReported, "step" | "state">,
    run?: string,
  ): Promise<void>;
  /** Asks a question. */
  ask(detail: Partial<FeedbackRequested> & { taskToken: string }): Promise<void>;
  /** The items of the channel, by key. */
  items(channel: Channel): Promise<Map<string, Item>>;
  /** The changes committed to all channels, in order; null: the item was removed. */
  readonly commits: readonly { readonly channel: Channel; readonly items: readonly Item[] }[];
  /** Whether the channel ever had that item. */
  everHad(channel: Channel, item: Item): boolean;
  /** Whether that offset is the key's latest. */
  stillHas(channel: Channel, item: Pick<Item, "key" | "offset">): boolean;
}

export function realCallboard(options: RealCallboardOptions): RealCallboard {
  const { clock, random, latencyMs = 100, storeMs = 0 } = options;
  const { tokenLifeMs = hours(1), pollEveryMs = minutes(1), lists = [] } = options;
  const wait = (ms: number) => new Promise<void>((done) => clock.after(ms, done));
  const { ports: memory, executions } = memoryStage();
  const commits: { channel: Channel; items: readonly Item[] }[] = [];
  const history = new Map<string, string>();
  const latest = new Map<string, number>();
  const nameOf = (channel: Channel, { key, offset }: Item) => `${channel} ${key} ${offset}`;
  let events = 0;
  let puts = 0;
  let putAgain = () => Promise.resolve();

  const heads: HeadStore = {
    ...memory.heads,
    async commit(change) {
      const result = await memory.heads.commit(change);
      if (result.outcome === "committed")
        for (const channel of channelsOf(change.after.name)) {
          const items = shownItems(parseChannel(channel).kind, change.entries, 0);
          commits.push({ channel, items });
          for (const item of items) {
            history.set(nameOf(channel, item), JSON.stringify(item.value));
            latest.set(`${channel} ${item.key}`, item.offset);
          }
        }
      return result;
    },
  };
  const slow = <Store extends object>(store: Store): Store =>
    storeMs > 0 ? slowed(store, () => wait(random() * storeMs)) : store;
  const parts: PushParts = {
    heads: slow(heads),
    subscriptions: slow(memorySubscriptionStore()),
    sweeps: slow(memorySweepStore()),
    clock: { now: clock.now, wait },
    ids: { random: () => randomId(random) },
    log: { info() {}, warn() {}, metric() {} },
    sender: { prepare: (text) => (connectionId) => gateway.post(connectionId, text) },
    bus: { put: async (events) => events.forEach(carry) },
  };
  /** A message arrives at the full second after its time. */
  const wakeups: Wakeups = {
    async send(sent) {
      for (const one of sent)
        clock.after(Math.max(0, Math.ceil((one.at - clock.now()) / 1000)) * 1000, () => {
          void app.clock.wake([one]);
        });
    },
  };
  const ports: Ports = {
    ...memory,
    ...parts,
    wakeups,
    lists: new Set(lists),
    heads: slow(heads),
    ids: { ...memory.ids, ...parts.ids },
    push: apiGatewayPush(parts),
  };
  const app = { ...createApp(ports), ...createClock(ports) };
  const fanning = { ...parts, viewers: createViewers(ports) };
  const envelope = (execution = executionArn) => ({
    ...anybodys,
    id: `ev${++events}`,
    time: clock.now(),
    execution,
  });

  /** An event reaches its rule after a delay; a failed one is delivered again. */
  function carry(event: OutEvent): void {
    clock.after(random() * latencyMs, () => {
      const done = event.type === "Fan-out Page" ? fanOut(fanning, event) : handle(app, event);
      done.catch(() => carry(event));
    });
  }

  function poll(): void {
    clock.after(pollEveryMs, () => {
      void app.clock.pollDue();
      poll();
    });
  }

  const gateway = virtualGateway({
    clock,
    random,
    latencyMs: () => random() * latencyMs,
    routes: {
      authorize: (token) => callerOf(token, clock.now()),
      connect: app.connections.open,
      answer: (connected, message) => answerMessage(app, connected, message, clock.now()),
      disconnect: app.connections.close,
    },
  });

  poll();
  return Object.assign(gateway, {
    ports,
    token: (user = ana.id) => `${user}.${clock.now() + tokenLifeMs}`,
    put(channel: Channel, values: Readonly<Record<string, unknown>>) {
      const order = version(++puts);
      const at = clock.now();
      // Viewers see only the keys of some kinds.
      const named = (key: string) => (channel.startsWith("watch:") ? stepKey(key) : key);
      const proposals = Object.entries(values).map(([key, value]) => propose(named(key), value, order, at));
      putAgain = async () => void (await publishOn(ports, channel, proposals));
      return putAgain();
    },
    putAgain: () => putAgain(),
    report: (detail: Partial<ProgressReported> & Pick<ProgressReported, "step" | "state">, run?: string) =>
      app.progress.report({ subject: "video/v_1", at: clock.now(), ...detail }, envelope(run)),
    async ask(detail: Partial<FeedbackRequested> & { taskToken: string }) {
      executions.waits.set(detail.taskToken, {});
      await app.feedback.ask({ ...question, ...detail }, envelope());
    },
    async items(channel: Channel) {
      const items = await itemsOf(memory, channel);
      return new Map(items.filter(({ value }) => value !== null).map((item) => [item.key, item]));
    },
    commits,
    everHad: (channel: Channel, item: Item) =>
      history.get(nameOf(channel, item)) === JSON.stringify(item.value),
    stillHas: (channel: Channel, { key, offset }: Pick<Item, "key" | "offset">) =>
      latest.get(`${channel} ${key}`) === offset,
  });
}

/** `<user>.<expiry>`, which is valid in a subprotocol. */
function callerOf(token: string, now: number): Caller | undefined {
  const [id = "", expires] = token.split(".");
  const expiresAt = Number(expires);
  return expiresAt > now ? { ...ana, id, name: id, expiresAt } : undefined;
}

/** The same store, with a delay before each call takes effect and another before it returns. */
function slowed<Store extends object>(store: Store, pause: () => Promise<void>): Store {
  const calls = Object.entries(store as Record<string, (...args: unknown[]) => Promise<unknown>>);
  const slow = calls.map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      await pause();
      const result = await call(...args);
      await pause();
      return result;
    },
  ]);
  return Object.fromEntries(slow) as Store;
}

/** A random id of sixteen letters and digits. */
function randomId(random: () => number): string {
  const half = () =>
    Math.floor(random() * 36 ** 8)
      .toString(36)
      .padStart(8, "0");
  return half() + half();
}
