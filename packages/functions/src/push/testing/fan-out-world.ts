import type { Channel, Delta, FanOutPage, OutEvent } from "@callboard/protocol";
import { memorySubscriptionStore } from "../../testing/memory-subscription-store.ts";
import { memorySweepStore } from "../../testing/memory-sweep-store.ts";
import { apiGatewayPush } from "../api-gateway-push.ts";
import { fanOut } from "../fan-out.ts";
import { shardOf } from "../shards.ts";
import { deliveryOf } from "./gateway-stage.ts";

const channel: Channel = "watch:video/v_1";

/** A port's call that waits for its turn, and perhaps for its time. */
interface Waiting {
  readonly process: number;
  readonly from: number;
  run(): Promise<void>;
}

/** AWS makes three tries of an asynchronous invocation. */
const MAX_INVOCATIONS = 3;

interface Circumstances {
  readonly shards: number;
  readonly postsPerSecond: number;
  /** When a dead invocation is retried. */
  readonly retryMs: number;
}

/**
 * Pushes to a large audience, where each call of a port waits until the test lets it run: invocations interleave in every
 * order, run twice, and die at any call. Dead ones are invoked again, as by AWS.
 */
export function fanOutWorld({ shards, postsPerSecond, retryMs }: Circumstances) {
  const subscriptions = memorySubscriptionStore();
  const sweeps = memorySweepStore();
  const clients = new Map<string, ReturnType<typeof clientOf>>();
  const messages: { page: FanOutPage; invocations: number; from: number }[] = [];
  const dead = new Map<number, () => void>();
  const problems: string[] = [];
  let waiting: Waiting[] = [];
  let now = Date.UTC(2026, 0, 1);
  let hint = shards;
  let head = 0;
  let processes = 0;
  let count = 0;
  let lost = 0;
  let pushes = 0;

  function clientOf(connectionId: string) {
    let offset: number | undefined;
    let early: Delta[] = [];
    let posts = 0;
    const take = ({ from, to }: Delta) => {
      if (from > offset!) problems.push(`${connectionId}: at ${offset} came what begins at ${from}`);
      offset = Math.max(offset!, to);
    };
    return {
      /** Its subscribe was answered: it has everything up to this offset. */
      welcome(at: number) {
        offset = at;
        for (const delta of early) if (delta.to > at) take(delta);
        early = [];
      },
      take(delta: Delta) {
        posts++;
        if (offset === undefined) early.push(delta);
        else if (delta.to > offset) take(delta);
      },
      offset: () => offset,
      posts: () => posts,
    };
  }

  /** Runs a process until it ends or is killed; `again` is called if it did not finish. */
  function start(work: (parts: ReturnType<typeof partsOf>) => Promise<void>, again: () => void): void {
    const process = ++processes;
    dead.set(process, again);
    work(partsOf(process)).then(
      () => dead.delete(process),
      (cause: unknown) => {
        problems.push(String(cause));
      },
    );
  }

  function partsOf(process: number) {
    const turn = <T>(work: () => Promise<T>, from = now): Promise<T> =>
      new Promise((resolve, reject) => {
        const run = () => work().then((value) => void (dead.has(process) && resolve(value)), reject);
        waiting.push({ process, from, run });
      });
    const gated = <P extends object>(port: P): P =>
      new Proxy(port, {
        get: (target, name) => {
          const method = target[name as keyof P] as (...args: unknown[]) => Promise<unknown>;
          return (...args: unknown[]) => turn(() => method(...args));
        },
      });
    return {
      subscriptions: gated(subscriptions),
      sweeps: gated(sweeps),
      heads: { spread: async () => {} },
      viewers: { changed: async () => {} },
      bus: gated({
        async put(events: readonly OutEvent[]) {
          for (const event of events)
            if (event.type === "Fan-out Page") messages.push({ page: event, invocations: 0, from: now });
        },
      }),
      sender: {
        prepare: (text: string) => (connectionId: string) =>
          turn(async () => {
            clients.get(connectionId)?.take(deliveryOf({ connectionId, text }).delta);
            return "sent" as const;
          }),
      },
      clock: { now: () => now, wait: (ms: number) => turn(async () => {}, now + ms) },
      ids: { random: () => (count++).toString(36).padStart(16, "0") },
      log: { info() {}, warn() {}, metric() {} },
      postsPerSecond,
    };
  }

  let publishing = false;
  const unpublished: Delta[] = [];
  /** One push after the other, each until it succeeds. */
  function publishNext(): void {
    const [delta] = unpublished;
    if (publishing || !delta) return;
    publishing = true;
    pushes++;
    const to = { channel, hint };
    const ended = () => {
      publishing = false;
      publishNext();
    };
    start(async (parts) => {
      await apiGatewayPush(parts).deliver([{ to, deltas: [delta] }]);
      unpublished.shift();
      ended();
    }, ended);
  }

  function invoke(at: number, keep: boolean): void {
    const ready = messages.filter(({ from }) => from <= now);
    const message = ready[at % Math.max(1, ready.length)];
    if (!message) return;
    if (!keep) messages.splice(messages.indexOf(message), 1);
    const again = () => {
      const invocations = message.invocations + 1;
      if (invocations < MAX_INVOCATIONS) messages.push({ ...message, invocations, from: now + retryMs });
      else lost++;
    };
    start((parts) => fanOut(parts, message.page), again);
  }

  const ready = () => waiting.filter(({ from }) => from <= now);

  async function step(n: number): Promise<void> {
    const calls = ready();
    const next = calls[n % Math.max(1, calls.length)];
    if (!next) return;
    waiting = waiting.filter((one) => one !== next);
    await next.run();
    await settled();
  }

  return {
    problems,
    clients,
    head: () => head,
    pushes: () => pushes,
    /** Messages that AWS gave up. */
    lost: () => lost,
    async push(): Promise<void> {
      unpublished.push({ epoch: "e1", from: head, to: ++head, items: [] });
      publishNext();
      await settled();
    },
    grow(): void {
      hint = Math.min(64, 4 * hint);
    },
    /** A client follows: first the row is written, then the head is read. */
    async join(name: string, isSeated = false): Promise<void> {
      const client = clientOf(name);
      clients.set(name, client);
      const row = { channel, shard: shardOf(name, hint), connectionId: name, sub: 1, on: true };
      const follow = async (put: typeof subscriptions.put, read: () => Promise<number>) => {
        await put({ ...row, expiresAt: now + 7_200_000 });
        client.welcome(await read());
      };
      if (isSeated) return follow(subscriptions.put, async () => head);
      start(
        async (parts) => {
          // Any port's gate serves for the read of the head.
          await follow(parts.subscriptions.put, async () => {
            await parts.clock.wait(0);
            return head;
          });
        },
        () => void clients.delete(name),
      );
      await settled();
    },
    async invoke(nth: number, keep = false): Promise<void> {
      invoke(nth, keep);
      await settled();
    },
    step,
    /** Kills the invocation that made the nth waiting call, before or after the call took effect. */
    async kill(n: number, after: boolean): Promise<void> {
      const calls = ready();
      const victim = calls[n % Math.max(1, calls.length)];
      if (!victim) return;
      const again = dead.get(victim.process);
      dead.delete(victim.process);
      waiting = waiting.filter(({ process }) => process !== victim.process);
      if (after) await victim.run();
      again?.();
      await settled();
    },
    async pass(ms: number): Promise<void> {
      now += ms;
      await settled();
    },
    /** Runs everything that is under way, or on the bus, to its end. */
    async calm(): Promise<void> {
      for (let turns = 0; turns < 50_000 && (waiting.length > 0 || messages.length > 0); turns++) {
        invoke(0, false);
        await settled();
        if (ready().length === 0)
          now = Math.max(now, Math.min(...[...waiting, ...messages].map(({ from }) => from)));
        await step(0);
      }
      if (waiting.length > 0 || messages.length > 0) problems.push("it never ends");
    },
  };
}

/** Lets every promise settle that can. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 16; turn++) await Promise.resolve();
}
