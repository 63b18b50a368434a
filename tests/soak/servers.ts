import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "../e2e/machine.ts";
import { soakProgram } from "./bundle.ts";
import { type Child, startChild } from "./calls.ts";
import type { FaultCounts } from "./faults.ts";
import type { Plan } from "./plan.ts";
import type { Place, ServerArgument, ServerOperations, ServerTold } from "./server.ts";

/** Callboard as a process that is killed and started again: ports and data stay. */
export interface Servers {
  readonly current: Child<ServerOperations, ServerTold>;
  /** Starts the process; resolves when it is up. */
  start(): Promise<void>;
  /** Kills the process at once and starts it again. Resolves with the milliseconds until it was up. */
  killAndStart(): Promise<number>;
  /** How often it was killed. */
  readonly kills: number;
  /** Faults of all lives, as far as they were told before a death. */
  faults(): FaultCounts;
  /** The most memory that any life told of, in bytes. */
  memory(): number;
  /** Ends the process and the engine that it may have left behind. */
  close(): Promise<void>;
}

export function createServers(plan: Plan, place: Place): Servers {
  const lives: Child<ServerOperations, ServerTold>[] = [];
  const start = async () => {
    const argument: ServerArgument = { plan, place, life: lives.length };
    const child = startChild<ServerOperations, ServerTold>(await soakProgram("server"), argument);
    lives.push(child);
    return child.call("up");
  };
  const current = () => lives.at(-1)!;
  const end = async () => {
    current().kill();
    await current().ended;
  };
  const told = () => lives.flatMap((life) => life.told ?? []);
  return {
    start,
    get current() {
      return current();
    },
    async killAndStart() {
      const from = performance.now();
      await end();
      await start();
      return performance.now() - from;
    },
    get kills() {
      return lives.length - 1;
    },
    faults() {
      const sum = { posts: 0, dropped: 0, duplicated: 0, delayed: 0, refused: 0, doubted: 0 };
      for (const { faults } of told())
        for (const name of Object.keys(sum) as (keyof FaultCounts)[]) sum[name] += faults[name];
      return sum;
    },
    memory: () => Math.max(...told().map(({ memory }) => memory)),
    async close() {
      await end();
      const engine = await engineOf(place.data);
      if (engine !== undefined && (await isRunning(engine))) process.kill(engine, "SIGKILL");
    },
  };
}

/** The engine's process by its pid file. */
async function engineOf(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, "dynamodb", "dynamodb.pid"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { engine?: { pid: number } }).engine?.pid;
}
