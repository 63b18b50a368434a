import { type Channel, headOf, type Item } from "@callboard/protocol";
import { createApp } from "../app.ts";
import { propose, proposing, remove, version } from "../channel/change.ts";
import { publish } from "../channel/publish.ts";
import { type Ports, type Push, shownItems } from "../ports/index.ts";
import type { Delivery } from "./memory-push.ts";
import { memoryStage } from "./memory-stage.ts";

export const channel: Channel = "watch:video/v_1";

/** A call of a port that waits for its turn, and for its time if it has one. */
interface Waiting {
  readonly process: number;
  readonly from: number;
  run(): Promise<void>;
}

/** What a transport needs in one process. */
interface Process {
  /** Ports in which each call waits for its turn. */
  readonly ports: Omit<Ports, "push">;
  /** Makes each call of a port wait for its turn. */
  gated<P extends object>(port: P): P;
  /** Starts a delivery when it is its turn; then it stays under way until the test lets it arrive. */
  setOut(delivery: Delivery): Promise<void>;
}

/** A transport that many processes share; the test plays the clients. */
export interface Transport {
  /** The transport as one process uses it. */
  of(process: Process): Push;
}

/**
 * The domain with stores in memory. Each call of a port waits until the test lets it run, so that invocations
 * interleave in every way. An invocation that is killed makes no further call. Messages stay under way until the test
 * lets them arrive.
 */
export function interleavingWorld(transport: Transport) {
  const stage = memoryStage();
  const history: Item[] = [];
  const flights: Delivery[] = [];
  const dead = new Set<number>();
  let waiting: Waiting[] = [];
  let now = stage.now();
  let processes = 0;
  let count = 0;
  let everybody = true;

  const { heads, audiences } = stage.ports;
  const record: Ports["heads"]["commit"] = async (change) => {
    const result = await heads.commit(change);
    if (result.outcome === "committed") history.push(...shownItems("watch", change.entries, 0));
    return result;
  };

  function portsOf(process: number): Ports {
    const turn = <T>(work: () => Promise<T>, from = now): Promise<T> =>
      everybody
        ? work()
        : new Promise((resolve, reject) => {
            if (dead.has(process)) return;
            const run = () =>
              work().then(
                (value) => (dead.has(process) ? undefined : resolve(value)),
                (cause: unknown) => reject(cause),
              );
            waiting.push({ process, from, run });
          });
    const gated = <P extends object>(port: P): P =>
      new Proxy(port, {
        get: (target, name) => {
          const method = target[name as keyof P] as (...args: unknown[]) => Promise<unknown>;
          return (...args: unknown[]) => turn(() => method(...args));
        },
      });
    const ports = {
      ...stage.ports,
      heads: gated({ ...heads, commit: record }),
      audiences: gated(audiences),
      bus: gated(stage.ports.bus),
      clock: {
        now: () => now,
        wait: (ms: number) => (everybody ? Promise.resolve() : turn(async () => {}, now + ms)),
      },
      ids: { ...stage.ports.ids, random: () => (count++).toString(36).padStart(16, "0") },
    };
    const setOut = (delivery: Delivery) => turn(async () => void flights.push(delivery));
    return { ...ports, push: transport.of({ ports, gated, setOut }) };
  }

  /** The calls that may run now. */
  const ready = () => waiting.filter(({ from, process }) => from <= now && !dead.has(process));
  const nth = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];

  async function step(n: number): Promise<void> {
    const next = nth(ready(), n);
    if (!next) return;
    waiting = waiting.filter((one) => one !== next);
    await next.run();
    await settled();
  }

  return {
    history,
    flights,
    stage,
    /** One process for all clients; a new one starts with empty memory. */
    socket: (process = ++processes) => createApp(portsOf(process)),
    /** Changes the channel; a repeated invocation publishes the same. */
    async publish(keys: readonly string[], value: unknown, n: number): Promise<void> {
      const proposals = keys.map((key) =>
        value === null ? remove(key, version(n), n) : propose(key, value, version(n), n),
      );
      void publish(portsOf(++processes), headOf(channel), proposing(proposals)).catch((cause: unknown) => {
        if (!String(cause).includes("times in a row")) throw cause;
      });
      await settled();
    },
    /** From now on each call waits for its turn. */
    gate(): void {
      everybody = false;
    },
    /** Lets one of the waiting calls run. */
    step,
    /** Kills the invocation of the nth waiting call, before that call or after it took effect. */
    async kill(n: number, after: boolean): Promise<void> {
      const victim = nth(ready(), n);
      if (!victim) return;
      dead.add(victim.process);
      waiting = waiting.filter((one) => one !== victim);
      if (after) await victim.run();
      await settled();
    },
    async pass(ms: number): Promise<void> {
      now += ms;
      await settled();
    },
    /** Lets everything that is under way finish; from then on nothing waits. */
    async calm(): Promise<void> {
      for (let turns = 0; turns < 5000 && waiting.some(({ process }) => !dead.has(process)); turns++) {
        if (ready().length === 0) now += 100;
        await step(0);
      }
      everybody = true;
      now += 5000;
    },
  };
}

export type InterleavingWorld = ReturnType<typeof interleavingWorld>;

/** Waits until no promise can settle any more. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
